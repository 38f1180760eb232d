import { defused } from '@testio-mcp/insights';
import type { Row } from './row-source.ts';

/** A row as cells under these columns. What is unknown or absent is an empty cell. */
export function csvCells(row: Row, columns: readonly string[]): string[] {
  return columns.map((column) => cellOf(valueAt(row, column)));
}

/** A name is looked up whole first: names in rows without a schema may hold dots. */
function valueAt(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  return column.split('.').reduce<unknown>((value, name) => (value as Row | null | undefined)?.[name], row);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  // A negative number is a number; a text that looks like one may go on with anything.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return defused(textOf(value));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
  return isPlainList ? value.join('; ') : JSON.stringify(value);
}
