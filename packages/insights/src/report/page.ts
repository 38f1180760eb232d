import type { Chart } from '../charts/chart.ts';
import { chartSvg } from '../charts/chart-svg.ts';
import { percent } from '../render/lines.ts';
import type { ShownTrust } from '../trust/shape.ts';
import { reportCharts } from './charts.ts';
import { Html, html } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { QualityReport } from './report-shape.ts';
import type { ReportCell, ReportColumn, ReportTable } from './report-tables.ts';
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
${tiles(report)}
${pictures}
${tables.filter(({ rows }) => rows.length > 0).map(section)}
<footer><p>Every part of this page comes from the same rows and the same filter. Made by testio-mcp.</p></footer>
</main>
</body>
</html>
`.markup;
}

function tiles({ summary }: QualityReport): Html {
  const facts: [string, string, string][] = [
    ['Tests', count(summary.total_tests), ''],
    ['Bugs', count(summary.total_bugs), ''],
    ['waiting for a decision', count(summary.bugs_by_status.open), ''],
    ['accepted', percent(summary.rates.overall_acceptance_rate.value), ''],
    ['rejected', percent(summary.rates.rejection_rate.value), summary.health.rejection_rate],
    [
      'auto-accepted of accepted',
      percent(summary.rates.auto_acceptance_rate.value),
      summary.health.auto_acceptance_rate,
    ],
    ['reviewed by people', percent(summary.rates.review_rate.value), summary.health.review_rate],
  ];
  return html`<dl class="tiles">${facts.map(
    ([name, value, health]) =>
      html`<div class="${health}"><dt>${name}</dt><dd>${value}</dd>${health === '' ? html`` : html`<dd class="health">${health}</dd>`}</div>`,
  )}</dl>`;
}

async function drawn({ title, description, spec }: Chart): Promise<Html> {
  const [light, dark] = await Promise.all([chartSvg(spec, 'light'), chartSvg(spec, 'dark')]);
  // The words stand on the figure; what is inside the picture would be read as a heap of numbers.
  return html`<section><h2>${title}</h2>
<figure role="img" aria-label="${description}"><div class="chart light" aria-hidden="true">${new Html(light)}</div><div class="chart dark" aria-hidden="true">${new Html(dark)}</div></figure></section>`;
}

/** Rows from which on a table is folded: it would hide what comes after it. */
const FOLDED_FROM = 40;

function section(part: ReportTable): Html {
  const { key, title, rows } = part;
  const table = tableOf(part);
  return html`<section><h2 id="${key}">${title}</h2>
${rows.length < FOLDED_FROM ? table : html`<details><summary>All ${count(rows.length)} rows</summary>${table}</details>`}</section>`;
}

function tableOf({ key, columns, rows }: ReportTable): Html {
  return html`<div class="scroll" role="region" aria-labelledby="${key}" tabindex="0"><table>
<thead><tr>${columns.map(({ label, kind }) => html`<th scope="col" class="${kind}">${label}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, place) => html`<td class="${columns[place]?.kind ?? 'text'}">${shown(cell, columns[place])}</td>`)}</tr>`,
  )}</tbody>
</table></div>`;
}

function shown(cell: ReportCell, column: ReportColumn | undefined): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  return column?.kind === 'share' ? percent(cell) : count(cell);
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function count(value: number | null): string {
  return value === null ? 'unknown' : format.format(value);
}
