import { BUG_TYPES, classifySeverity } from '@testio-mcp/domain';
import { COUNTED_SEVERITIES, COUNTED_STATUSES } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { DimensionName } from './dimensions.ts';
import type { Key } from './query.ts';

/** A dimension whose words stand as numbers in the rows of bugs: sorting numbers takes half the time of sorting words. */
interface Coded {
  /** The number of a row `r`. */
  readonly code: RawBuilder<number>;
  /** What the numbers mean, from 0. */
  readonly words: readonly string[];
}

const TYPES = COUNTED_SEVERITIES.map(
  (word, place) => sql`when ${sql.lit(place)} then ${sql.lit(BUG_TYPES.indexOf(classifySeverity(word).type))}`,
);

const CODED: Partial<Record<DimensionName, Coded>> = {
  bug_status: { code: sql<number>`r.status`, words: COUNTED_STATUSES },
  severity: { code: sql<number>`r.severity`, words: COUNTED_SEVERITIES },
  bug_type: { code: sql<number>`case r.severity ${sql.join(TYPES, sql` `)} end`, words: BUG_TYPES },
  known: { code: sql<number>`r.known`, words: ['false', 'true'] },
};

/** The number of a dimension's word in rows `r` of bugs; undefined where the words themselves stand there. */
export function codeOf(name: DimensionName): RawBuilder<Key> | undefined {
  return CODED[name]?.code;
}

/** The word that a number means. */
export function wordOf(name: DimensionName, key: Key): Key {
  const words = CODED[name]?.words;
  return words === undefined || key === null ? key : (words[Number(key)] ?? null);
}

/** Words as their numbers. */
export function codesOf(name: DimensionName, keys: readonly Key[]): readonly Key[] {
  const words = CODED[name]?.words;
  return words === undefined ? keys : keys.map((key) => (key === null ? null : words.indexOf(String(key))));
}

/** True where a bug `r` has this status. */
export function hasStatus(status: (typeof COUNTED_STATUSES)[number]): RawBuilder<boolean> {
  return sql<boolean>`r.status = ${sql.lit(COUNTED_STATUSES.indexOf(status))}`;
}
