import type { EpochMs, Period } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { type Lasting, rememberedUntil } from './remembered-until.ts';

/** What people do that the store knows of. */
export type ActivityKind = 'bug' | 'created' | 'submitted';

/**
 * What people did, with the time at which it happened in the product and not in the store: columns person_id, kind, id, at,
 * product_id. Bugs count when they were reported, tests when they started. What has no time is known to have happened, but not
 * when; it lies in no period but the one without ends.
 *
 * @param person only what this person did
 */
export function activities(period: Period, person?: number): RawBuilder<unknown> {
  const { from, to } = period;
  const within = (at: RawBuilder<unknown>) =>
    from === null && to === null
      ? sql`true`
      : sql`${at} is not null and (${from} is null or ${at} >= ${from}) and (${to} is null or ${at} < ${to})`;
  const by = (column: RawBuilder<unknown>) =>
    person === undefined ? sql`${column} is not null` : sql`${column} = ${person}`;
  const tests = (kind: ActivityKind, column: RawBuilder<unknown>) => sql`
    select ${column} as person_id, ${sql.lit(kind)} as kind, t.id, t.start_at as at, t.product_id from tests as t
    where t.deleted_at is null and ${by(column)} and ${within(sql`t.start_at`)}`;
  // A cross join, which SQLite does not reorder: of everybody, by the index that holds what bugs are counted by, test by test.
  return sql`
    select b.author_id as person_id, ${sql.lit('bug')} as kind, b.id, b.reported_at as at, t.product_id
    from ${person === undefined ? sql`tests as t cross join bugs as b` : sql`bugs as b cross join tests as t`}
    where t.id = b.test_id and b.deleted_at is null and t.deleted_at is null and ${by(sql`b.author_id`)} and ${within(sql`b.reported_at`)}
    union all ${tests('created', sql`t.created_by_id`)}
    union all ${tests('submitted', sql`t.submitted_by_id`)}`;
}

export interface ActivityFigures {
  readonly bugs_reported: number;
  readonly tests_created: number;
  readonly tests_submitted: number;
  readonly first_at: number | null;
  readonly last_at: number | null;
}

/** Sums over `activities`. A test that has not started yet is no activity so far, but it was created. */
export function activitySums(now: number): RawBuilder<unknown> {
  return sql`
    count(*) filter (where kind = 'bug') as bugs_reported,
    count(*) filter (where kind = 'created') as tests_created,
    count(*) filter (where kind = 'submitted') as tests_submitted,
    min(at) filter (where at <= ${now}) as first_at,
    max(at) filter (where at <= ${now}) as last_at`;
}

/**
 * What everybody did, as a table with a row for each person. Adding it up goes through all bugs and tests, so it is remembered until something
 * is written, or until something happens that lies in the future now.
 *
 * @param productId only what was done there
 */
export async function everybodysSums(
  db: ReadScope['db'],
  period: Period,
  productId: number | undefined,
  now: EpochMs,
): Promise<RawBuilder<ActivityFigures & { readonly person_id: number }>> {
  const key = JSON.stringify(['what everybody did', period.from, period.to, productId]);
  const json = await rememberedUntil(db, key, now, () => addUpEverybody(db, period, productId, now));
  return sql`(
    select value ->> 0 as person_id, value ->> 1 as bugs_reported, value ->> 2 as tests_created,
      value ->> 3 as tests_submitted, value ->> 4 as first_at, value ->> 5 as last_at from json_each(${json}))`;
}

/** Arrays of the columns above, as JSON. */
async function addUpEverybody(
  db: ReadScope['db'],
  period: Period,
  productId: number | undefined,
  now: EpochMs,
): Promise<Lasting<string>> {
  const there = productId === undefined ? sql`true` : sql`product_id = ${productId}`;
  const { rows } = await sql<{ json: string; until: EpochMs | null }>`
    select min(next_at) as until,
      json_group_array(json_array(person_id, bugs_reported, tests_created, tests_submitted, first_at, last_at)) as json
    from (select person_id, ${activitySums(now)}, min(at) filter (where at > ${now}) as next_at
      from (${activities(period)}) where ${there} group by person_id)`.execute(db);
  const [row] = rows;
  return { value: row?.json ?? '[]', until: row?.until ?? Number.POSITIVE_INFINITY };
}
