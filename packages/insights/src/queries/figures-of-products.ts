import { DAY_MS, type EpochMs, EXECUTED_TEST_STATUSES, toIso } from '@testio-mcp/domain';
import { idList, type ReadScope, remembered } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { type Lasting, rememberedUntil } from './remembered-until.ts';

type Db = ReadScope['db'];

/** The counts of a product. What was never read is null, not 0. */
export interface ProductCounts {
  readonly test_count: number | null;
  readonly running_test_count: number | null;
  readonly tests_last_30_days: number | null;
  readonly tests_last_90_days: number | null;
  readonly last_test_end_at: string | null;
  readonly feature_count: number | null;
  readonly bug_count: number | null;
  readonly open_bug_count: number | null;
}

/**
 * The counts of products, with three statements. They go through all of their tests and bugs, so they are remembered until
 * something is written, or until a test ends or leaves the last 30 or 90 days.
 */
export async function figuresOfProducts(
  db: Db,
  ids: readonly number[],
  now: EpochMs,
): Promise<(id: number) => ProductCounts> {
  const of = await rememberedUntil(db, `figures of products ${JSON.stringify(ids)}`, now, () =>
    readFigures(db, ids, now),
  );
  return (id) => of.get(id) ?? UNKNOWN;
}

const UNKNOWN: ProductCounts = {
  test_count: null,
  running_test_count: null,
  tests_last_30_days: null,
  tests_last_90_days: null,
  last_test_end_at: null,
  feature_count: null,
  bug_count: null,
  open_bug_count: null,
};

async function readFigures(
  db: Db,
  ids: readonly number[],
  now: EpochMs,
): Promise<Lasting<ReadonlyMap<number, ProductCounts>>> {
  const tests = await testSums(db, ids, now);
  const featuresOf = new Map((await featureSums(db, ids)).map((each) => [each.product_id, each.features]));
  const bugsOf = new Map((await bugSums(db, ids)).map((each) => [each.product_id, each]));
  const of = tests.map(({ id, ...own }): [number, ProductCounts] => {
    const knowsTests = own.testsRead === 1 || own.tests > 0;
    const knowsBugs = own.tests > 0 ? own.withBugs > 0 : knowsTests;
    const bugs = bugsOf.get(id);
    return [
      id,
      {
        test_count: knowsTests ? own.tests : null,
        running_test_count: knowsTests ? own.running : null,
        tests_last_30_days: knowsTests ? own.last30 : null,
        tests_last_90_days: knowsTests ? own.last90 : null,
        last_test_end_at: toIso(own.lastEnd),
        feature_count: featuresOf.get(id) ?? (own.featuresRead === 1 ? 0 : null),
        bug_count: knowsBugs ? (bugs?.bugs ?? 0) : null,
        open_bug_count: knowsBugs ? (bugs?.open ?? 0) : null,
      },
    ];
  });
  const changes = tests.map(({ nextChange }) => nextChange ?? Number.POSITIVE_INFINITY);
  return { value: new Map(of), until: Math.min(...changes, Number.POSITIVE_INFINITY) };
}

async function testSums(db: Db, ids: readonly number[], now: EpochMs) {
  const executed = sql`status in (${sql.join(EXECUTED_TEST_STATUSES)})`;
  const [days30, days90] = [30 * DAY_MS, 90 * DAY_MS];
  const endedWithin = (ms: number) => sql<number>`
    count(*) filter (where ${executed} and end_at > ${now - ms} and end_at <= ${now})`;
  return db
    .selectFrom('products as p')
    .leftJoin('product_freshness as pf', 'pf.product_id', 'p.id')
    .leftJoin('tests as t', (join) => join.onRef('t.product_id', '=', 'p.id').on('t.deleted_at', 'is', null))
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .select([
      'p.id',
      sql<number>`count(t.id)`.as('tests'),
      sql<number>`count(*) filter (where status = 'running')`.as('running'),
      endedWithin(days30).as('last30'),
      endedWithin(days90).as('last90'),
      sql<number | null>`max(end_at) filter (where ${executed} and end_at <= ${now})`.as('lastEnd'),
      // When a test comes to count as ended, and when it does not any more as one of the last 30 or 90 days.
      sql<number | null>`min(case
        when end_at > ${now} then end_at
        when end_at > ${now - days30} then end_at + ${days30}
        when end_at > ${now - days90} then end_at + ${days90}
        end) filter (where ${executed})`.as('nextChange'),
      sql<number>`count(f.bugs_at)`.as('withBugs'),
      sql<number>`pf.tests_discovered_at is not null or pf.tests_reconciled_at is not null`.as('testsRead'),
      sql<number>`pf.features_at is not null`.as('featuresRead'),
    ])
    .where('p.id', 'in', idList(ids))
    .groupBy('p.id')
    .execute();
}

function featureSums(db: Db, ids: readonly number[]) {
  const query = db
    .selectFrom('product_features as m')
    .innerJoin('features as f', 'f.id', 'm.feature_id')
    .select(['m.product_id', sql<number>`count(distinct m.feature_id)`.as('features')])
    .where('m.product_id', 'in', idList(ids))
    .where('m.deleted_at', 'is', null)
    .where('f.deleted_at', 'is', null)
    .groupBy('m.product_id');
  return remembered(db, query);
}

function bugSums(db: Db, ids: readonly number[]) {
  const query = db
    .selectFrom('tests as t')
    .innerJoin('bugs as b', 'b.test_id', 't.id')
    .select([
      't.product_id',
      sql<number>`count(*)`.as('bugs'),
      sql<number>`count(*) filter (where b.status = 'open')`.as('open'),
    ])
    .where('t.product_id', 'in', idList(ids))
    .where('t.deleted_at', 'is', null)
    .where('b.deleted_at', 'is', null)
    .groupBy('t.product_id');
  return remembered(db, query);
}
