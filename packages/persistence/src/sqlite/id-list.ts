import { type RawBuilder, sql } from 'kysely';

/**
 * A list of ids as a subquery: `sql\`id in ${idList(ids)}\``. One bound value however long the list is, where
 * `in (?, ?, …)` ends at SQLite's number of variables.
 */
export function idList(ids: Iterable<number>): RawBuilder<number> {
  return sql<number>`(select value from json_each(${JSON.stringify([...ids])}))`;
}

/** A list of pairs as a subquery of the two columns a and b: `sql\`(a, b) in ${pairList(pairs)}\``. */
export function pairList(pairs: readonly (readonly [number, number])[]): RawBuilder<unknown> {
  return sql`(select value ->> 0 as a, value ->> 1 as b from json_each(${JSON.stringify(pairs)}))`;
}

/** A list of texts as a subquery. */
export function textList(texts: readonly string[]): RawBuilder<string> {
  return sql<string>`(select value from json_each(${JSON.stringify(texts)}))`;
}
