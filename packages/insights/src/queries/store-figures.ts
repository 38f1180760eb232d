import { type ReadScope, remembered, rememberedRow, sqlQuery } from '@testio-mcp/persistence';
import { sql } from 'kysely';

type Db = ReadScope['db'];

export interface StoreCounts {
  products: number;
  features: number;
  user_stories: number;
  tests: number;
  bugs: number;
  people: number;
}

/** Counts what lives in the store. People are those whom a living test or bug names. */
export async function storeCounts(db: Db): Promise<StoreCounts> {
  const query = sql<StoreCounts>`
    select
      (select count(*) from products where deleted_at is null) as products,
      (select count(*) from features where deleted_at is null) as features,
      (select count(*) from user_stories where deleted_at is null) as user_stories,
      (select count(*) from tests where deleted_at is null) as tests,
      (select count(*) from bugs as b join tests as t on t.id = b.test_id
        where b.deleted_at is null and t.deleted_at is null) as bugs,
      (select count(*) from people as p where
        exists (select 1 from bugs where author_id = p.id and deleted_at is null)
        or exists (select 1 from tests where created_by_id = p.id and deleted_at is null)
        or exists (select 1 from tests where submitted_by_id = p.id and deleted_at is null)) as people`;
  return rememberedRow(db, sqlQuery(db, query));
}

/** The earliest and the latest end of the living tests. */
export async function testEnds(db: Db): Promise<{ oldest: number | null; newest: number | null }> {
  return db
    .selectFrom('tests')
    .select([sql<number | null>`min(end_at)`.as('oldest'), sql<number | null>`max(end_at)`.as('newest')])
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
}

/** Things that cannot be read at present. */
export async function openFailureCount(db: Db): Promise<number> {
  const { failures } = await db
    .selectFrom('sync_failures')
    .select(sql<number>`count(*)`.as('failures'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return failures;
}

/** The oldest and newest stamp of a facet, and how many living things were never read. */
export interface FacetAges {
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly never: number;
}

/** When the facets of living products and tests were read, as stamped. */
export async function facetAges(db: Db) {
  const query = sql<FacetAges & { facet: string }>`
    with product as (
      select metadata_at, features_at, tests_reconciled_at
      from products as p left join product_freshness as f on f.product_id = p.id where p.deleted_at is null
    ), test as (
      select listed_at, details_at, executions_at, bugs_at
      from tests as t left join test_freshness as f on f.test_id = t.id where t.deleted_at is null
    )
    ${sql.join(
      FACETS.map(
        ({ facet, table, stamp }) => sql`
          select ${facet} as facet, min(${sql.ref(stamp)}) as oldest, max(${sql.ref(stamp)}) as newest,
            count(*) - count(${sql.ref(stamp)}) as never from ${sql.table(table)}`,
      ),
      sql` union all `,
    )}`;
  const rows = await remembered(db, sqlQuery(db, query));
  return (facet: FacetName): FacetAges => {
    const ages = rows.find((row) => row.facet === facet);
    return { oldest: ages?.oldest ?? null, newest: ages?.newest ?? null, never: ages?.never ?? 0 };
  };
}

const FACETS = [
  { facet: 'products', table: 'product', stamp: 'metadata_at' },
  { facet: 'features', table: 'product', stamp: 'features_at' },
  { facet: 'test_lists', table: 'product', stamp: 'tests_reconciled_at' },
  { facet: 'tests', table: 'test', stamp: 'listed_at' },
  { facet: 'test_details', table: 'test', stamp: 'details_at' },
  { facet: 'executions', table: 'test', stamp: 'executions_at' },
  { facet: 'bugs', table: 'test', stamp: 'bugs_at' },
] as const;

export const FACET_NAMES = FACETS.map(({ facet }) => facet);
export type FacetName = (typeof FACETS)[number]['facet'];
