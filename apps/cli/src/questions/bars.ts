import type { Row } from './row-source.ts';

/** Eighths of a character cell. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const FULL = '█';

/** Where bars are worth their room. */
const WIDEST = 30;
const NARROWEST = 10;

/** The number that the bars beside a table show: the first one of its rows that is no id. Null where bars say nothing. */
export function barredNumber(rows: readonly Row[]): string | null {
  const names = Object.keys(rows[0] ?? {}).filter((name) => !name.endsWith('_id'));
  const name = names.find((each) => rows.every((row) => typeof row[each] === 'number' || row[each] === null));
  if (name === undefined || rows.length < 2) return null;
  return rows.some((row) => Number(row[name]) > 0) ? name : null;
}

/** A bar for each row, in the room that is left beside the table; null where there is too little. The longest is the highest number. */
export function barsOf(rows: readonly Row[], name: string, room: number): readonly string[] | null {
  const width = Math.min(room, WIDEST);
  if (width < NARROWEST) return null;
  const values = rows.map((row) => (typeof row[name] === 'number' ? row[name] : 0));
  const most = Math.max(...values);
  return values.map((value) => bar(Math.max(value, 0) / most, width));
}

function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * EIGHTHS.length);
  const drawn = FULL.repeat(Math.floor(eighths / EIGHTHS.length)) + (EIGHTHS[eighths % EIGHTHS.length] ?? '');
  // Little is not nothing.
  return drawn === '' && share > 0 ? '▏' : drawn;
}
