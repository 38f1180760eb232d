import { type RawBuilder, sql } from 'kysely';

/**
 * True where a column of an open set of words holds one of the chosen ones. The word `other` stands for everything that is not
 * known, a missing word included.
 */
export function isOneOf(
  column: RawBuilder<unknown>,
  chosen: readonly string[],
  known: readonly string[],
): RawBuilder<boolean> {
  const words = chosen.filter((word) => word !== 'other');
  const tests = words.length > 0 ? [sql`${column} in (${sql.join(words)})`] : [];
  if (words.length < chosen.length) tests.push(sql`${column} is null or ${column} not in (${sql.join(known)})`);
  return sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

/** The place of a column's word among known ones, from 0; unknown words come after all of them. */
export function rankAmong(column: RawBuilder<unknown>, known: readonly string[]): RawBuilder<number> {
  const cases = known.map((word, rank) => sql`when ${column} = ${word} then ${sql.lit(rank)}`);
  return sql<number>`case ${sql.join(cases, sql` `)} else ${sql.lit(known.length)} end`;
}
