import type { ShownTrust } from '../trust/shape.ts';
import type { QualityReport } from './report-shape.ts';
import { isWording, type ReportCell, type ReportColumn, type ReportTable, words } from './report-tables.ts';
import { reportTitle, scopeSentence, trustSentence } from './sentences.ts';

/** A report as Markdown. Titles that testers and customers wrote cannot break out of their cells. */
export function reportMarkdown(report: QualityReport, trust: ShownTrust, tables: readonly ReportTable[]): string {
  const parts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, columns, rows }) => [
      `## ${title}`,
      [
        line(columns.map(({ label }) => label)),
        line(columns.map((column) => (isWording(column) ? '---' : '---:'))),
        ...rows.map((row) => line(row.map((cell, place) => shown(cell, columns[place])))),
      ].join('\n'),
    ]);
  return [
    `# ${escaped(reportTitle(report))}`,
    escaped(scopeSentence(report)),
    escaped(trustSentence(trust)),
    ...parts.flat(),
    '',
  ].join('\n\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function shown(cell: ReportCell, column: ReportColumn | undefined): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return escaped(column?.kind === 'name' ? words(cell) : cell);
  return column?.kind === 'share' ? `${Math.round(cell * 1_000) / 10} %` : String(Math.round(cell * 100) / 100);
}

/** Text that stays text, whatever Markdown or HTML it looks like. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&').replace(/\s+/g, ' ');
}
