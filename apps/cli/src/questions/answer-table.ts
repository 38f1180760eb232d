import { drawTable } from '../table.ts';
import { barsOf } from './bars.ts';
import { namesIn, type Row, type RowSource } from './row-source.ts';

/** What a table left out for want of room is told beside it. */
export interface AnswerTable {
  readonly text: string;
  /** Columns that did not fit. */
  readonly left: readonly string[];
}

const GAP = 2;
/** A wrapped column stays readable. */
const NARROWEST = 16;
/** A word of up to this length is kept whole. */
const LONGEST_WORD = 24;
/** What a reader misses least when a table is too wide, in this order; after these the last column goes. */
const GIVE_WAY: readonly string[] = [
  'description',
  'severity_level',
  'exported_at',
  'external_idx',
  'review_status',
  'environment',
  'auto_acceptance_at',
  'author',
  'feature',
  'start_at',
  'known',
];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

interface Column {
  readonly name: string;
  readonly head: string;
  readonly cells: readonly string[];
  readonly isNumber: boolean;
  readonly natural: number;
  readonly least: number;
}

/**
 * Rows as a table that fits: wide texts are wrapped, and columns that do not fit even then are left out by name.
 *
 * @param barred the number that bars beside the table show, where there is room for them
 */
export function answerTable(
  source: RowSource,
  rows: readonly Row[],
  width: number,
  barred: string | null = null,
): AnswerTable {
  const names = source.members.length > 0 ? source.members : namesIn(rows);
  const asked = names.filter((name) => rows.some((row) => row[name] !== undefined));
  const columns = asked.map((name) => columnOf(name, rows));
  const shown = [...columns];
  while (shown.length > 2 && widthOf(shown.map(({ least }) => least)) > width) {
    const first = GIVE_WAY.map((name) => shown.findIndex((column) => column.name === name)).find((at) => at >= 0);
    shown.splice(first ?? -1, 1);
  }
  const widths = shrink(shown, width);
  const bars = barred === null ? null : barsOf(rows, barred, width - widthOf(widths) - GAP);
  return {
    text: drawTable({
      head: [...shown.map(({ head }) => head), ...(bars === null ? [] : [''])],
      rows: rows.map((_, index) => [
        ...shown.map(({ cells }, at) => breakWords(cells[index] ?? '', widths[at] ?? NARROWEST)),
        ...(bars === null ? [] : [bars[index] ?? '']),
      ]),
      numbers: shown.flatMap(({ isNumber }, at) => (isNumber ? [at] : [])),
      widths: bars === null ? widths : [...widths, Math.max(...bars.map(lengthOf))],
    }),
    left: columns.filter((column) => !shown.includes(column)).map(({ head }) => head),
  };
}

function columnOf(name: string, rows: readonly Row[]): Column {
  const values = rows.map((row) => row[name]);
  const cells = values.map(cellText);
  const isInstant = values.some((value) => typeof value === 'string' && INSTANT.test(value));
  const words = name.replaceAll('_', ' ');
  const head = isInstant ? `${words} (UTC)` : words;
  const natural = Math.max(...[head, ...cells].map(lengthOf));
  const isNumber = values.every((value) => typeof value === 'number' || value === null || value === undefined);
  const word = Math.max(...cells.flatMap((cell) => cell.split(' ')).map(lengthOf));
  const readable = Math.max(NARROWEST, Math.min(word, LONGEST_WORD));
  return { name, head, cells, isNumber, natural, least: isNumber || isInstant ? natural : Math.min(natural, readable) };
}

/** The widths that fit: the widest columns give way first. */
function shrink(columns: readonly Column[], width: number): number[] {
  const widths = columns.map(({ natural }) => natural);
  for (let over = widthOf(widths) - width; over > 0; over -= 1) {
    const room = widths.map((each, at) => (each > (columns[at]?.least ?? each) ? each : 0));
    const widest = Math.max(...room);
    if (widest === 0) return widths;
    widths[room.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each + GAP, -GAP);
}

function lengthOf(text: string): number {
  return [...text].length;
}

/** Breaks what is longer than a line: tables cut such words, and nothing may be cut. */
function breakWords(text: string, width: number): string {
  return text
    .split(' ')
    .map((word) => (lengthOf(word) > width ? (word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []).join('\n') : word))
    .join(' ');
}

/** A value for people, on one line: unknown as a dash, things by their titles, counts by their total. */
export function cellText(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') {
    return INSTANT.test(value) ? value.slice(0, 16).replace('T', ' ') : value.replaceAll(/\s+/g, ' ').trim();
  }
  if (Array.isArray(value)) return value.map(cellText).join(', ');
  // Ids of people are so large that rounding would change them.
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Math.round(value * 10_000) / 10_000);
  if (typeof value !== 'object') return String(value);
  const { title, name, id, total } = value as Row;
  const label = title ?? name;
  if (label !== undefined && label !== null) return cellText(label);
  if (id !== undefined && id !== null) return `#${String(id)}`;
  if (typeof total === 'number') return String(total);
  return Object.entries(value)
    .filter(([, part]) => part !== 0 && part !== null)
    .map(([key, part]) => `${key.replaceAll('_', ' ')} ${cellText(part)}`)
    .join(', ');
}
