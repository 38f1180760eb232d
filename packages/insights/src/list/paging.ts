import { type RawBuilder, sql } from 'kysely';
import { invalidInput } from '../input/errors.ts';
import { MAX_PAGE_SIZE } from '../input/parameters.ts';
import type { Limits } from '../operation.ts';
import { type Cursor, decodeCursor, encodeCursor, fingerprint, invalidCursor, type SortOrder } from './cursor.ts';

/** The parameters by which callers choose a page. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
  readonly offset?: number | undefined;
  readonly sort_by?: string | undefined;
  readonly sort_order?: SortOrder | undefined;
}

/** What a list can be sorted by: SQL over the tables of its query. None may hold values of several types. */
export type SortKeys = Readonly<Record<string, RawBuilder<unknown>>>;

export interface ListRules {
  /** The operation's name. */
  readonly name: string;
  readonly keys: SortKeys;
  readonly initial: { readonly by: string; readonly order: SortOrder };
  /** The column that breaks ties: unique, never null. */
  readonly id: RawBuilder<number>;
}

/** A page that was asked for, as parts of a query. */
export interface Paging {
  readonly sort: { readonly by: string; readonly order: SortOrder };
  readonly limit: number;
  /** One more than the page holds, so that "no more" is seen and not guessed. */
  readonly fetch: number;
  readonly offset: number;
  readonly orderBy: RawBuilder<unknown>;
  /** Select it as `sort_value`: the next cursor is made from it. */
  readonly sortValue: RawBuilder<string | number | null>;
  /** Keeps the rows after the cursor; all rows where there is none. */
  readonly keep: RawBuilder<boolean>;
  readonly fingerprint: string;
}

/**
 * Works out which page is asked for. Pages are cut by the last row's sort value and id, not by counting: rows that appear or
 * go between two pages neither repeat nor hide others. Rows without a value come last in both orders.
 *
 * @param filters everything that decides which rows the list has
 * @throws TestioError `invalid_cursor`, `invalid_input`
 */
export function readPaging(
  rules: ListRules,
  request: PageRequest,
  filters: Readonly<Record<string, unknown>>,
  limits: Limits,
): Paging {
  const of = fingerprint(rules.name, filters);
  const after = request.cursor === undefined ? null : cursorOf(request, request.cursor, of, rules);
  const by = after?.sortBy ?? request.sort_by ?? rules.initial.by;
  const order = after?.order ?? request.sort_order ?? rules.initial.order;
  const limit = Math.min(request.per_page ?? limits.defaultPageSize, MAX_PAGE_SIZE);
  const key = rules.keys[by] ?? rules.id;
  const direction = sql.raw(order);
  return {
    sort: { by, order },
    limit,
    fetch: limit + 1,
    offset: after === null ? (request.offset ?? 0) + ((request.page ?? 1) - 1) * limit : 0,
    orderBy: sql`${key} ${direction} nulls last, ${rules.id} ${direction}`,
    sortValue: sql<string | number | null>`${key}`,
    keep: after === null ? sql<boolean>`true` : isAfter(key, rules.id, after),
    fingerprint: of,
  };
}

function cursorOf(request: PageRequest, text: string, of: string, rules: ListRules): Cursor {
  const cursor = decodeCursor(text, of);
  if (!Object.hasOwn(rules.keys, cursor.sortBy)) throw invalidCursor('The cursor sorts by something unknown.', text);
  const { sort_by = cursor.sortBy, sort_order = cursor.order } = request;
  if (sort_by !== cursor.sortBy || sort_order !== cursor.order) {
    throw invalidCursor(`The cursor goes on by ${cursor.sortBy} ${cursor.order}, which cannot be changed.`, text);
  }
  const field = (request.page ?? 1) > 1 ? 'page' : (request.offset ?? 0) > 0 ? 'offset' : null;
  if (field !== null) {
    throw invalidInput({
      field,
      received: request[field],
      problem: 'cannot stand beside a cursor, which already says where the page begins',
      accepted: [field === 'page' ? 1 : 0],
      next: `Call again with either the cursor or ${field}.`,
    });
  }
  return cursor;
}

function isAfter(
  key: RawBuilder<unknown>,
  id: RawBuilder<number>,
  { value, id: last, order }: Cursor,
): RawBuilder<boolean> {
  const past = sql.raw(order === 'asc' ? '>' : '<');
  if (value === null) return sql<boolean>`(${key} is null and ${id} ${past} ${last})`;
  return sql<boolean>`(${key} ${past} ${value} or (${key} = ${value} and ${id} ${past} ${last}) or ${key} is null)`;
}

/** What the whole list holds. Select these beside each other, without order and limit. */
export function totals(paging: Paging) {
  return [
    sql<number>`count(*)`.as('total'),
    sql<number>`coalesce(sum(case when ${paging.keep} then 0 else 1 end), 0)`.as('before'),
  ] as const;
}

export interface Totals {
  readonly total: number;
  /** Rows that earlier pages have shown. */
  readonly before: number;
}

/** The members that every list answer has beside its rows. */
export interface PageFacts {
  readonly total: number;
  readonly returned: number;
  readonly range: string;
  readonly next_cursor: string | null;
  readonly per_page: number;
  readonly sort: string;
}

/**
 * Cuts the fetched rows to the page and tells where it stands in the list.
 *
 * @param fetched up to `paging.fetch` rows, in order
 */
export function cutPage<Row extends { readonly id: number; readonly sort_value: string | number | null }>(
  paging: Paging,
  { total, before }: Totals,
  fetched: readonly Row[],
): { readonly rows: readonly Row[]; readonly facts: PageFacts } {
  const rows = fetched.slice(0, paging.limit);
  const last = rows.at(-1);
  const { by, order } = paging.sort;
  const next =
    last === undefined || fetched.length <= rows.length
      ? null
      : encodeCursor({ sortBy: by, order, value: last.sort_value, id: last.id }, paging.fingerprint);
  const first = before + paging.offset + 1;
  return {
    rows,
    facts: {
      total,
      returned: rows.length,
      range: rows.length === 0 ? `no items of ${total}` : `items ${first}–${first + rows.length - 1} of ${total}`,
      next_cursor: next,
      per_page: paging.limit,
      sort: `${by} ${order}`,
    },
  };
}
