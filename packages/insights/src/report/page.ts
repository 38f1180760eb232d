import type { ShownTrust } from '../trust/shape.ts';
import { reportCharts } from './charts.ts';
import { html } from './html.ts';
import { drawn, section, tiles } from './page-parts.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { QualityReport } from './report-shape.ts';
import type { ReportTable } from './report-tables.ts';
import { reportTiles } from './report-tiles.ts';
import { reportTitle, scopeSentence, trustSentence } from './sentences.ts';

/** One self-contained page: no script, nothing loaded, light and dark, every text escaped, every picture in words too. */
export async function reportPage(
  report: QualityReport,
  trust: ShownTrust,
  tables: readonly ReportTable[],
): Promise<string> {
  const title = reportTitle(report);
  const pictures = await Promise.all(reportCharts(report).map(drawn));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><p>${scopeSentence(report)}</p><p>${trustSentence(trust)}</p></header>
${tiles(reportTiles(report))}
${pictures}
${tables.filter(({ rows }) => rows.length > 0).map(section)}
<footer><p>Every part of this page comes from the same rows and the same filter. Made by testio-mcp.</p></footer>
</main>
</body>
</html>
`.markup;
}
