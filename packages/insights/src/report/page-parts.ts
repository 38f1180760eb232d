import type { Chart } from '../charts/chart.ts';
import { chartSvg } from '../charts/chart-svg.ts';
import { percent } from '../render/lines.ts';
import { Html, html } from './html.ts';
import { type ReportCell, type ReportColumn, type ReportTable, words } from './report-tables.ts';
import { count, type Tile } from './report-tiles.ts';

/** The figures that stand out, side by side. */
export function tiles(facts: readonly Tile[]): Html {
  return html`<dl class="tiles">${facts.map(
    ([name, value, health]) =>
      html`<div class="${health}"><dt>${name}</dt><dd>${value}</dd>${health === '' ? html`` : html`<dd class="health">${health}</dd>`}</div>`,
  )}</dl>`;
}

/** A chart drawn for light and for dark pages. */
export async function drawn({ title, description, spec }: Chart): Promise<Html> {
  const [light, dark] = await Promise.all([chartSvg(spec, 'light'), chartSvg(spec, 'dark')]);
  // The words stand on the figure; what is inside the picture would be read as a heap of numbers.
  return html`<section><h2>${title}</h2>
<figure role="img" aria-label="${description}"><div class="chart light" aria-hidden="true">${new Html(light)}</div><div class="chart dark" aria-hidden="true">${new Html(dark)}</div></figure></section>`;
}

/** Rows from which on a table is folded: it would hide what comes after it. */
const FOLDED_FROM = 40;

/** A part of an answer under its title. */
export function section(part: ReportTable): Html {
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
  if (typeof cell === 'string') return column?.kind === 'name' ? words(cell) : cell;
  return column?.kind === 'share' ? percent(cell) : count(cell);
}
