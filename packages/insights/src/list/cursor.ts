import { createHash } from 'node:crypto';
import { TestioError } from '@testio-mcp/domain';

/** What a row is sorted by. */
export type SortValue = string | number | null;

export type SortOrder = 'asc' | 'desc';

/** The place in a list after which the next page begins. */
export interface Cursor {
  readonly sortBy: string;
  readonly order: SortOrder;
  /** Of the last row that was shown: its sort value and its id, which breaks ties. */
  readonly value: SortValue;
  readonly id: number;
}

const VERSION = 1;

/** Tells one question from another, so that a cursor is not used with a list it does not belong to. */
export function fingerprint(listName: string, filters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).sort() : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([listName, given]);
  return createHash('sha256').update(canonical).digest('base64url').slice(0, 11);
}

/** Opaque to callers; holds nothing but what the list showed. */
export function encodeCursor(cursor: Cursor, of: string): string {
  const { sortBy, order, value, id } = cursor;
  return Buffer.from(JSON.stringify([VERSION, of, sortBy, order, value, id])).toString('base64url');
}

/**
 * @param of the fingerprint of the list it is used with
 * @throws TestioError `invalid_cursor`
 */
export function decodeCursor(text: string, of: string): Cursor {
  const cursor = readCursor(text);
  if (cursor === null) {
    throw invalidCursor('The cursor is not one that this version of testio-mcp made.', text);
  }
  if (cursor.of !== of) {
    throw invalidCursor('The cursor belongs to a list with other filters.', text);
  }
  return cursor;
}

/** A cursor that cannot go on from where it says. */
export function invalidCursor(message: string, received: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'invalid_cursor',
    message,
    next: 'Repeat the call that gave the cursor with only the cursor added, or leave the cursor out to start again.',
    field: 'cursor',
    received,
    accepted: ['the next_cursor of the previous page, with the same filters and sorting'],
  });
}

function readCursor(text: string): (Cursor & { readonly of: string }) | null {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 6) return null;
  const [version, of, sortBy, order, value, id] = parts as unknown[];
  const isValue = value === null || typeof value === 'string' || typeof value === 'number';
  if (version !== VERSION || typeof of !== 'string' || typeof sortBy !== 'string' || !isValue) return null;
  if ((order !== 'asc' && order !== 'desc') || typeof id !== 'number' || !Number.isSafeInteger(id)) return null;
  return { of, sortBy, order, value, id };
}
