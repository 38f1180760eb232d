import { csvRecord, defused } from '../render/csv.ts';
import { isWording, type ReportCell, type ReportTable } from './report-tables.ts';

/**
 * A report as one table in long form, as RFC 4180 has it: a line per number, with the part and the row that it is of. Such a table
 * can be filtered and pivoted whatever parts a report has. Texts that a spreadsheet would run as a formula are defused.
 */
export function reportCsv(tables: readonly ReportTable[]): string {
  const lines = tables.flatMap(({ key, columns, rows }) =>
    rows.flatMap((row) => {
      const texts = columns.flatMap((column, place) => (isWording(column) ? [row[place] ?? null] : []));
      const [id = null, name = null] = texts;
      return columns.flatMap((column, place) =>
        isWording(column) ? [] : [[key, id, name, column.key, row[place] ?? null]],
      );
    }),
  );
  return [['part', 'row', 'name', 'figure', 'value'], ...lines]
    .map((line) => `${csvRecord(line.map(csvCell))}\r\n`)
    .join('');
}

/** Null is empty. */
function csvCell(value: ReportCell): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : defused(value);
}
