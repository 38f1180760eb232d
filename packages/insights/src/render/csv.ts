/** A text that a spreadsheet may take for a formula, blanks before it or not. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** A text as a cell that no spreadsheet computes: what testers wrote must not become a formula there. */
export function defused(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** One record as RFC 4180 has it, without its line end. */
export function csvRecord(cells: readonly string[]): string {
  return cells.map((cell) => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
