import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, type ColorScheme, keepPicture, openPage, startBrowser } from './open-page.ts';

// Plays a client with MCP Apps: it shows the page of the server in a frame, as sandboxed as clients do it, and hands it the result.

const UI = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } };
const ADDRESS = 'ui://testio-mcp/answer';

let home: string;
let client: Client;
let browser: Browser;
let shown: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'answer-page-'));
  client = new Client({ name: 'pages-test', version: '1' }, { capabilities: UI });
  const env = { ...(process.env as Record<string, string>), TESTIO_HOME: home };
  await client.connect(
    new StdioClientTransport({ command: 'testio-mcp', args: ['--demo', 'serve'], env, stderr: 'ignore' }),
  );
  const { contents } = await client.readResource({ uri: ADDRESS });
  const [page] = contents;
  expect(page).toMatchObject({ mimeType: 'text/html;profile=mcp-app' });
  shown = String(page !== undefined && 'text' in page ? page.text : '');
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await client?.close();
  rmSync(home, { recursive: true, force: true });
});

/** What the frame was told, and told back. */
const HOST = (
  page: string,
  result: object,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>A client</title><iframe title="Answer" sandbox="allow-scripts" style="width:100%;height:100px;border:0"></iframe>
<script type="module">
const [page, result] = ${JSON.stringify([page, result]).replaceAll('<', '\\u003c')};
const frame = document.querySelector('iframe');
window.heard = [];
addEventListener('message', ({ data, source }) => {
  window.heard.push(data.method);
  const tell = (message) => source.postMessage({ jsonrpc: '2.0', ...message }, '*');
  if (data.method === 'ui/initialize') tell({ id: data.id, result: { protocolVersion: data.params.protocolVersion, hostInfo: { name: 'test', version: '1' }, hostCapabilities: {}, hostContext: {} } });
  if (data.method === 'ui/notifications/initialized') tell({ method: 'ui/notifications/tool-result', params: result });
  if (data.method === 'ui/notifications/size-changed') frame.style.height = data.params.height + 'px';
});
frame.srcdoc = page;
</script></html>`;

async function inFrame(result: object, scheme: ColorScheme) {
  const file = join(home, 'host.html');
  writeFileSync(file, HOST(shown, result));
  const opened = await openPage(browser, file, scheme);
  const frame = await answerFrame(opened.page);
  return { ...opened, frame };
}

async function answerFrame(page: Page): Promise<Frame> {
  const element = await page.waitForSelector('iframe');
  const frame = await element.contentFrame();
  if (frame === null) throw new Error('The page has no frame.');
  await frame.waitForSelector('main > *');
  return frame;
}

const call = async (name: string, input: object) =>
  (await client.callTool({ name, arguments: { freshness: 'cached', ...input } })) as CallToolResult;

test('only tools with something to show lead to the page', async () => {
  const { tools } = await client.listTools();
  const leading = tools.filter(({ _meta }) => (_meta?.ui as { resourceUri?: string })?.resourceUri === ADDRESS);
  expect(leading.map(({ name }) => name)).toEqual(['query_metrics', 'compare_periods', 'generate_quality_report']);
});

describe.for([
  ['generate_quality_report', { period: 'last 2 years' }],
  ['query_metrics', { metrics: ['bug_count', 'rejection_rate'], dimensions: ['month', 'severity'], limit: 300 }],
  ['compare_periods', { period: 'last 90 days' }],
] as const)('the answer of %s', ([name, input]) => {
  test.for(['light', 'dark'] as const)('is shown in %s mode with pictures, and asks for nothing', async (scheme) => {
    const { page, frame, errors, requests } = await inFrame(await call(name, input), scheme);
    expect(await frame.locator(`.chart.${scheme} svg`).first().isVisible()).toBe(true);
    expect(await frame.locator('table').count()).toBeGreaterThan(0);
    const tall = await frame.evaluate<number>('Math.ceil(document.documentElement.getBoundingClientRect().height)');
    expect(tall).toBeGreaterThan(500);
    await expect.poll(() => page.evaluate<number>(`document.querySelector('iframe').clientHeight`)).toBe(tall);
    await page.setViewportSize({ width: 1280, height: Math.min(tall + 100, 4_000) });
    // The frame is painted anew for the taller window.
    await frame.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await keepPicture(page, `answer-${name}-${scheme}`);
    expect(await accessibilityProblems(frame)).toEqual([]);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('about:'))).toEqual([]);
  });
});

test('without a drawn view the page shows the text of the answer as it is', async () => {
  const { content } = await call('query_metrics', { metrics: ['bug_count'] });
  const hostile = [{ type: 'text', text: '<img src=x onerror="document.title=1"> & more' }, ...content];
  const { frame, errors } = await inFrame({ content: hostile }, 'light');
  const text = await frame.textContent('pre');
  expect(text).toContain('<img src=x onerror="document.title=1"> & more');
  expect(text).toContain('In all: bug_count');
  expect([await frame.locator('img').count(), errors]).toEqual([0, []]);
});
