import { html } from 'hono/html';

/** The one sheet of style of all pages. The policy of contents allows it because it comes from this server. */
export const STYLE = `
:root { color-scheme: light dark; background: light-dark(#fff, #16181c); color: light-dark(#1b1d21, #e6e7e9); font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid light-dark(#ccc, #555); padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
input, button, select { font: inherit; padding: .3rem .5rem; max-width: 100%; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { overflow-x: auto; }
.good { color: light-dark(#17622b, #7ddc97); } .warn { color: light-dark(#7a4d00, #ffcf70); } .bad { color: light-dark(#a1261d, #ff9d94); }
.scrolls { overflow-x: auto; }
a { color: light-dark(#0b57d0, #9ec1ff); }
`;

/** A whole page around its contents. */
export function page(title: string, contents: unknown) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – testio-mcp</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body><main>
${contents}
</main></body>
</html>`;
}
