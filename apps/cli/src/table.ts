import Table from 'cli-table3';
import { styled } from './output.ts';

export interface TableContent {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, by their position from 0. */
  readonly numbers?: readonly number[] | undefined;
  /** The column that gives way when the table is wider than the terminal: its texts are wrapped, never cut. */
  readonly wraps: number;
}

const GAP = 2;
/** A wrapped column stays readable, even if the table then is wider than the terminal. */
const NARROWEST = 12;
const FALLBACK_COLUMNS = 80;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/** A table of aligned columns without lines, as wide as the terminal at most. */
export function table(content: TableContent): string {
  const { head, rows, wraps } = content;
  const widths = head.map((name, column) => Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map(width)));
  const others = widths.reduce((sum, each, column) => sum + (column === wraps ? 0 : each + GAP), 0);
  const room = (process.stdout.columns ?? FALLBACK_COLUMNS) - others;
  return drawTable({
    ...content,
    widths: widths.map((each, column) => (column === wraps ? Math.min(each, Math.max(room, NARROWEST)) : each)),
  });
}

/** A table with columns of these widths; longer texts are wrapped between words. */
export function drawTable({
  head,
  rows,
  numbers,
  widths,
}: Omit<TableContent, 'wraps'> & { readonly widths: readonly number[] }): string {
  const drawn = new Table({
    head: head.map((name) => styled('bold', name)),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths],
    colAligns: head.map((_, column) => (numbers?.includes(column) ? 'right' : 'left')),
    wordWrap: true,
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function width(text: string): number {
  return [...text].length;
}
