import { nounFor } from '@testio-mcp/domain';
import type { ShownTrust } from '../trust/shape.ts';

/** Rows that a rendering shows; the structured answer holds all of the page. */
const SHOWN_ROWS = 25;
/** Characters of one cell. */
const CELL = 60;

/** The line about freshness and completeness that ends every rendering. */
export function trustLine({ as_of, completeness }: ShownTrust): string {
  const age = as_of === null ? 'Never confirmed by the API.' : `As of ${as_of}.`;
  if (completeness.complete) return `${age} Complete.`;
  const gaps = completeness.missing.map(({ what, count, why }) => {
    const name = what.charAt(0).toUpperCase() + what.slice(1).replaceAll('_', ' ');
    return `${name}${count === null ? '' : ` (${count})`}: ${why}`;
  });
  return `${age} Not complete. ${gaps.join(' ')}`;
}

export type Cell = string | number | null;

/**
 * A small table: one line per thing, cells between bars, with a note on what is left out.
 *
 * @param cells is asked for the cells of what is shown only
 */
export function table<Thing>(
  head: readonly string[],
  things: readonly Thing[],
  cells: (thing: Thing) => readonly Cell[],
): string[] {
  const rows = things.slice(0, SHOWN_ROWS).map(cells);
  const lines = [head, ...rows].map((row) => row.map(cellText).join(' | '));
  const rest = things.length - SHOWN_ROWS;
  return rest > 0 ? [...lines, `… and ${countOf(rest, 'more row')} of this page in the structured answer.`] : lines;
}

/** One cell: short, on one line, unknown as a dash. */
export function cellText(cell: Cell): string {
  if (cell === null) return '–';
  const text = String(cell).replaceAll('|', '¦');
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
}

/** A title with its id, the way people and models refer to something. */
export function named({ id, title }: { readonly id: number; readonly title: string | null }): string {
  return `${title ?? 'untitled'} (${id})`;
}

/** The day of an instant. */
export function day(instant: string | null): string | null {
  return instant === null ? null : instant.slice(0, 10);
}

/** Counts that are not zero, as words. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'none' : parts.map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`).join(', ');
}

/** A share as a percentage. */
export function percent(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value * 1000) / 10} %`;
}

/** A number with its noun in the right form. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${nounFor(count, noun, plural)}`;
}
