import { type Period, periodAround, TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';
import { BUG_COLUMNS } from '../shapes/bug-row.ts';
import { type ActivityFigures, activities, activitySums } from './activity.ts';

type Db = ReadScope['db'];

const EVER: Period = { from: null, to: null };

/**
 * A person.
 *
 * @throws TestioError `user_not_found`
 */
export async function requireUser(db: Db, id: number) {
  const user = await db.selectFrom('people').select(['id', 'name', 'kind']).where('id', '=', id).executeTakeFirst();
  if (user !== undefined) return user;
  throw new TestioError({
    kind: 'not_found',
    code: 'user_not_found',
    message: `The store has no user ${id}.`,
    next: 'Find the right id with list_users, or give the name.',
    field: 'user_id',
    received: id,
  });
}

/** What a person did in all. */
export async function userFigures(db: Db, id: number, now: number): Promise<ActivityFigures> {
  const { rows } = await sql<ActivityFigures>`select ${activitySums(now)} from (${activities(EVER, id)})`.execute(db);
  return rows[0] ?? { bugs_reported: 0, tests_created: 0, tests_submitted: 0, first_at: null, last_at: null };
}

/** The living bugs of a tester, grouped by status and severity. */
export async function userBugGroups(db: Db, id: number): Promise<(BugGroup & { readonly known: number })[]> {
  return db
    .selectFrom('bugs as b')
    .innerJoin('tests as t', 't.id', 'b.test_id')
    .select(['b.status', 'b.severity', sql<number>`count(*)`.as('bugs'), sql<number>`sum(b.known)`.as('known')])
    .where('b.author_id', '=', id)
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .groupBy(['b.status', 'b.severity'])
    .execute();
}

interface Sums {
  readonly bugs_reported: number;
  readonly tests_created: number;
  readonly tests_submitted: number;
}

/** What a person did by product, the product with the most first. */
export async function userProducts(db: Db, id: number, now: number) {
  const { rows } = await sql<Sums & { id: number; title: string | null }>`
    select p.id, p.title, a.bugs_reported, a.tests_created, a.tests_submitted
    from (select product_id, count(*) as n, ${activitySums(now)} from (${activities(EVER, id)}) group by product_id) as a
    join products as p on p.id = a.product_id order by a.n desc, p.id`.execute(db);
  return rows;
}

/** What a person did in each of the last calendar months in a zone, the present one last. */
export async function userMonths(db: Db, id: number, now: number, timeZone: string, most: number) {
  const months: { month: string; from: number; to: number }[] = [];
  for (let instant = now; months.length < most; ) {
    const { from, to } = periodAround(instant, 'month', { timeZone });
    if (from === null || to === null) break;
    // The middle of a month lies in it in every zone.
    months.unshift({ month: new Date((from + to) / 2).toISOString().slice(0, 7), from, to });
    instant = from - 1;
  }
  const { rows } = await sql<Sums & { month: string }>`
    select m.value ->> 'month' as month, count(*) filter (where a.kind = 'bug') as bugs_reported,
      count(*) filter (where a.kind = 'created') as tests_created,
      count(*) filter (where a.kind = 'submitted') as tests_submitted
    from json_each(${JSON.stringify(months)}) as m
    left join (${activities(EVER, id)}) as a on a.at >= m.value ->> 'from' and a.at < m.value ->> 'to'
    group by m.key order by m.key`.execute(db);
  return rows;
}

/** The newest bugs of a tester. */
export async function newestBugsOf(db: Db, id: number, most: number) {
  return db
    .selectFrom('bugs as b')
    .innerJoin('tests as t', 't.id', 'b.test_id')
    .select(BUG_COLUMNS)
    .select(['t.id as test_id', 't.title as test_title'])
    .where('b.author_id', '=', id)
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .orderBy('b.reported_at', (order) => order.desc().nullsLast())
    .orderBy('b.id', 'desc')
    .limit(most)
    .execute();
}

/** The tests that a customer created or submitted, latest start first. */
export async function newestTestsOf(db: Db, id: number, most: number) {
  return db
    .selectFrom('tests as t')
    .innerJoin('products as p', 'p.id', 't.product_id')
    .select(['t.id', 't.title', 't.status', 't.start_at', 'p.id as product_id', 'p.title as product_title'])
    .select([
      sql<number>`t.created_by_id is not null and t.created_by_id = ${id}`.as('created'),
      sql<number>`t.submitted_by_id is not null and t.submitted_by_id = ${id}`.as('submitted'),
    ])
    .where((eb) => eb.or([eb('t.created_by_id', '=', id), eb('t.submitted_by_id', '=', id)]))
    .where('t.deleted_at', 'is', null)
    .orderBy('t.start_at', (order) => order.desc().nullsLast())
    .orderBy('t.id', 'desc')
    .limit(most)
    .execute();
}
