import type { ReportCell, ReportTable } from './report-tables.ts';

/** What a spreadsheet would take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r\n\u00a0 ]*[=+\-@]|^[\t\r]/;

/**
 * A report as one table in long form, as RFC 4180 has it: a line per number, with the part and the row that it is of. Such a table
 * can be filtered and pivoted whatever parts a report has. Texts that a spreadsheet would run as a formula are defused.
 */
export function reportCsv(tables: readonly ReportTable[]): string {
  const lines = tables.flatMap(({ key, columns, rows }) =>
    rows.flatMap((row) => {
      const texts = columns.flatMap(({ kind }, place) => (kind === 'text' ? [row[place] ?? null] : []));
      const [id = null, name = null] = texts;
      return columns.flatMap((column, place) =>
        column.kind === 'text' ? [] : [[key, id, name, column.key, row[place] ?? null]],
      );
    }),
  );
  return [['part', 'row', 'name', 'figure', 'value'], ...lines]
    .map((line) => `${line.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** A cell: quoted where it must be, defused where a spreadsheet would compute it. Null is empty. */
function csvCell(value: ReportCell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
