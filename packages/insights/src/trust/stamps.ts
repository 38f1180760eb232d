import { type EpochMs, FINAL_TEST_STATUSES } from '@testio-mcp/domain';
import { type ReadScope, remembered, rememberedRow } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { Ground } from './ground.ts';

/** When the parts of the ground were last confirmed, the oldest of each, and how many were never read. */
export interface Stamps {
  readonly productsListed: EpochMs | null;
  readonly hasProducts: boolean;
  readonly metadata: EpochMs | null;
  readonly features: EpochMs | null;
  readonly featuresNeverRead: number;
  readonly testLists: EpochMs | null;
  readonly testListsNeverRead: number;
  readonly tests: EpochMs | null;
  readonly details: EpochMs | null;
  readonly detailsNeverRead: number;
  readonly executions: EpochMs | null;
  /** As of bugs. */
  readonly executionsNeverRead: number;
  readonly bugs: EpochMs | null;
  /** Those known to have failed are not counted: they are told about with their reason. */
  readonly bugsNeverLoaded: number;
  /** Tests of which the store keeps no more than a head, because they are too old. They count as read otherwise. */
  readonly forgotten: number;
  /** How many days tests are kept whole; null: without limit. */
  readonly retentionDays: number | null;
}

type Db = ReadScope['db'];

/** Reads the stamps with three statements, however many products and tests there are. */
export async function readStamps(db: Db, ground: Ground): Promise<Stamps> {
  return { ...(await accountStamps(db)), ...(await productStamps(db, ground)), ...(await testStamps(db, ground)) };
}

/**
 * When a facet of a test was last confirmed, as SQL over `tests t`, `test_freshness f` and `product_freshness pf`. A test in
 * a final status does not change any more, so the last reconciliation of its product's test list confirms all of it that was
 * ever read; of its details and executions only what was read since its status changed, because no sync reads those of every
 * test again. Those two are for questions about single tests: no index that covers whole products has that instant.
 */
function confirmed(stamp: 'listed_at' | 'details_at' | 'executions_at' | 'bugs_at'): RawBuilder<EpochMs | null> {
  const own = sql.ref(`f.${stamp}`);
  const isOfThisStatus =
    stamp === 'listed_at' || stamp === 'bugs_at'
      ? sql``
      : sql` and (t.status_changed_at is null or t.status_changed_at < ${own})`;
  return sql<EpochMs | null>`case
    when ${own} < pf.tests_reconciled_at and t.status in (${sql.join(FINAL_TEST_STATUSES)})${isOfThisStatus}
      then pf.tests_reconciled_at
    else ${own} end`;
}

async function accountStamps(db: Db): Promise<Pick<Stamps, 'productsListed' | 'hasProducts' | 'retentionDays'>> {
  const [account] = await remembered(
    db,
    db
      .selectFrom('account')
      .select(['products_listed_at', 'retention_days'])
      .select(sql<number>`exists (select 1 from products where deleted_at is null)`.as('has_products'))
      .where('id', '=', 1),
  );
  return {
    productsListed: account?.products_listed_at ?? null,
    hasProducts: account?.has_products === 1,
    retentionDays: account?.retention_days ?? null,
  };
}

async function productStamps(db: Db, { products }: Ground) {
  const list = sql`case
    when pf.tests_discovered_at is null or pf.tests_reconciled_at > pf.tests_discovered_at then pf.tests_reconciled_at
    else pf.tests_discovered_at end`;
  const query = db
    .selectFrom('products as p')
    .leftJoin('product_freshness as pf', 'pf.product_id', 'p.id')
    .select([
      sql<number | null>`min(pf.metadata_at)`.as('metadata'),
      sql<number | null>`min(pf.features_at)`.as('features'),
      sql<number>`count(*) filter (where pf.features_at is null)`.as('featuresNeverRead'),
      sql<number | null>`min(${list})`.as('testLists'),
      sql<number>`count(*) filter (where ${list} is null)`.as('testListsNeverRead'),
    ])
    .where('p.deleted_at', 'is', null)
    .$if(products !== null, (all) => all.where(sql<boolean>`p.id in ${products}`));
  return rememberedRow(db, query);
}

async function testStamps(db: Db, { products, tests, bugsOf, facets }: Ground) {
  const withDetails = facets.includes('test_details') || facets.includes('executions');
  const withBugs = facets.includes('bugs');
  const inBugs = bugsOf === undefined ? sql<boolean>`true` : sql<boolean>`t.id in ${bugsOf}`;
  const failed = (kind: 'bugs' | 'executions') => sql`(
    select test_id from sync_failures where kind = ${kind} and closed_at is null and test_id is not null)`;
  const query = db
    .selectFrom('tests as t')
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .leftJoin('product_freshness as pf', 'pf.product_id', 't.product_id')
    .select([sql<number | null>`min(${confirmed('listed_at')})`.as('tests')])
    .select(sql<number>`count(*) filter (where f.forgotten_at is not null and ${inBugs})`.as('forgotten'))
    .select(
      withDetails
        ? [
            sql<number | null>`min(${confirmed('details_at')})`.as('details'),
            sql<number>`count(*) filter (where f.details_at is null and f.forgotten_at is null)`.as('detailsNeverRead'),
            sql<number | null>`min(${confirmed('executions_at')})`.as('executions'),
            sql<number>`count(*) filter (where f.executions_at is null and f.forgotten_at is null
              and t.id not in ${failed('executions')})`.as('executionsNeverRead'),
          ]
        : [
            sql<number | null>`null`.as('details'),
            sql<number>`0`.as('detailsNeverRead'),
            sql<number | null>`null`.as('executions'),
            sql<number>`0`.as('executionsNeverRead'),
          ],
    )
    .select(
      withBugs
        ? [
            sql<number | null>`min(${confirmed('bugs_at')}) filter (where ${inBugs})`.as('bugs'),
            sql<number>`count(*) filter (where f.bugs_at is null and f.forgotten_at is null and ${inBugs}
              and t.id not in ${failed('bugs')})`.as('bugsNeverLoaded'),
          ]
        : [sql<number | null>`null`.as('bugs'), sql<number>`0`.as('bugsNeverLoaded')],
    )
    .where('t.deleted_at', 'is', null)
    .$if(tests !== undefined, (all) => all.where(sql<boolean>`t.id in ${tests}`))
    .$if(products !== null, (all) => all.where(sql<boolean>`t.product_id in ${products}`));
  return rememberedRow(db, query);
}
