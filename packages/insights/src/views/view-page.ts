import { Html, html } from '../report/html.ts';
import { PAGE_STYLE } from '../report/page-style.ts';
import { VIEW_META_KEY } from './view-markup.ts';

/** The version of the protocol between a client and a page inside it that the page speaks. */
const APPS_PROTOCOL = '2026-01-26';

/**
 * The page that clients with MCP Apps show beside an answer. It asks for nothing and computes nothing: the server has drawn what
 * a call's result carries. Without that it shows the text of the answer as it is.
 */
export function viewPage(version: string): string {
  const facts = JSON.stringify({ key: VIEW_META_KEY, protocol: APPS_PROTOCOL, version });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Test IO</title>
<style>${PAGE_STYLE}${TEXT_STYLE}</style>
</head>
<body>
<main aria-live="polite"></main>
<script>${new Html(`const facts = ${facts};${SCRIPT}`)}</script>
</body>
</html>
`.markup;
}

const TEXT_STYLE = new Html('main{padding:1rem}pre{white-space:pre-wrap;font:inherit}');

/** Messages go to the client that embeds the page, and count only from it. */
const SCRIPT = `
const main = document.querySelector('main');
const send = (message) => parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
function show({ content = [], _meta = {} }) {
  const markup = _meta[facts.key];
  if (typeof markup === 'string') main.innerHTML = markup;
  else {
    const text = document.createElement('pre');
    text.textContent = content.map((block) => block.text ?? '').join('\\n');
    main.replaceChildren(text);
  }
}
addEventListener('message', ({ source, data }) => {
  if (source !== parent || data?.jsonrpc !== '2.0') return;
  if (data.id === 'hello' && data.result) send({ method: 'ui/notifications/initialized', params: {} });
  if (data.method === 'ui/notifications/tool-result') show(data.params ?? {});
  if (data.method === 'ping' || data.method === 'ui/resource-teardown') send({ id: data.id, result: {} });
});
new ResizeObserver(() => {
  const { width, height } = document.documentElement.getBoundingClientRect();
  send({ method: 'ui/notifications/size-changed', params: { width: Math.ceil(width), height: Math.ceil(height) } });
}).observe(document.documentElement);
send({
  id: 'hello',
  method: 'ui/initialize',
  params: { protocolVersion: facts.protocol, appInfo: { name: 'testio-mcp', version: facts.version }, appCapabilities: {} },
});
`;
