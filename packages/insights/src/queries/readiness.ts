import { EXECUTED_TEST_STATUSES } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { BUG_COLUMNS } from '../shapes/bug-row.ts';

type Db = ReadScope['db'];

/** The open critical bugs of a product with their steps, oldest report first. */
export async function openCriticalBugs(db: Db, productId: number, most: number) {
  // A cross join, which SQLite does not reorder: it would go through the open bugs of all products.
  return db
    .selectFrom('tests as t')
    .crossJoin('bugs as b')
    .whereRef('b.test_id', '=', 't.id')
    .select(BUG_COLUMNS)
    .select(['b.steps', 't.id as test_id', 't.title as test_title'])
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .where('b.deleted_at', 'is', null)
    .where('b.status', '=', 'open')
    .where('b.severity', '=', 'critical')
    .orderBy('b.reported_at', (order) => order.asc().nullsLast())
    .orderBy('b.id')
    .limit(most)
    .execute();
}

/** Critical bugs of a product that were accepted, in tests that ended since an instant, and are not marked as fixed. */
export async function unfixedCriticalBugs(db: Db, productId: number, since: number | null): Promise<number> {
  const { bugs } = await db
    .selectFrom('tests as t')
    .crossJoin('bugs as b')
    .whereRef('b.test_id', '=', 't.id')
    .select(sql<number>`count(*)`.as('bugs'))
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .where('b.deleted_at', 'is', null)
    .where('b.status', 'in', ['accepted', 'auto_accepted'])
    .where('b.severity', '=', 'critical')
    .where(sql<boolean>`b.fixed is not 1`)
    .$if(since !== null, (query) => query.where('t.end_at', '>=', since ?? 0))
    .executeTakeFirstOrThrow();
  return bugs;
}

export interface CoverageGaps {
  /** Living features of the product. */
  readonly features: number;
  readonly untested: number;
  /** Some of the untested: those never tested first, then those whose last test is the oldest. */
  readonly shown: readonly { readonly id: number; readonly title: string | null; readonly last_end: number | null }[];
}

/** The features of a product that no executed test of it includes which ended since an instant, or runs. */
export async function coverageGaps(db: Db, productId: number, since: number, most: number): Promise<CoverageGaps> {
  const { rows } = await sql<{
    id: number;
    title: string | null;
    last_end: number | null;
    features: number;
    untested: number;
  }>`
    with member as (
      select distinct f.id, f.title from product_features as m join features as f on f.id = m.feature_id
      where m.product_id = ${productId} and m.deleted_at is null and f.deleted_at is null
    ), tested as (
      select tf.feature_id, max(t.end_at) as last_end, max(t.status = 'running') as runs
      from tests as t join test_features as tf on tf.test_id = t.id
      where t.product_id = ${productId} and t.deleted_at is null and tf.deleted_at is null
        and t.status in (${sql.join(EXECUTED_TEST_STATUSES)})
      group by tf.feature_id
    ), gap as (
      select member.id, member.title, tested.last_end from member left join tested on tested.feature_id = member.id
      where coalesce(tested.runs, 0) = 0 and (tested.last_end is null or tested.last_end < ${since})
    )
    select g.id, g.title, g.last_end, (select count(*) from member) as features, (select count(*) from gap) as untested
    from (select 1) left join (select * from gap order by last_end nulls first, id limit ${most}) as g`.execute(db);
  const [first] = rows;
  return {
    features: first?.features ?? 0,
    untested: first?.untested ?? 0,
    shown: rows.flatMap(({ id, title, last_end }) => (id === null ? [] : [{ id, title, last_end }])),
  };
}
