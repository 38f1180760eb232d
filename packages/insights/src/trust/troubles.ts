import type { ErrorReport } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { Facet, Ground } from './ground.ts';
import type { Missing, MissingWhat } from './shape.ts';

type Db = ReadScope['db'];

/** Which answers each kind of failure concerns, and under which word they name it. Null: all of them. */
const FAILURES: Readonly<Record<string, { readonly facet: Facet | null; readonly what: MissingWhat }>> = {
  test_position: { facet: 'test_lists', what: 'tests' },
  test_details: { facet: 'test_details', what: 'test_details' },
  executions: { facet: 'test_details', what: 'executions' },
  bugs: { facet: 'bugs', what: 'bugs_of_tests' },
  features: { facet: 'features', what: 'features_of_products' },
};

/** The same for phases of a sync, with what they were to read. */
const PHASES: Readonly<Record<string, { readonly facet: Facet | null; readonly thing: string }>> = {
  products: { facet: null, thing: 'the product list' },
  reject_reasons: { facet: 'rejection_reasons', thing: 'the reasons for rejection' },
  features: { facet: 'features', thing: 'the features' },
  tests: { facet: 'test_lists', thing: 'the tests' },
  details: { facet: 'test_details', thing: 'the details of running tests' },
  bugs: { facet: 'bugs', thing: 'the bugs' },
};

/** Runs that are looked at for the newest one that concerns the products in question. */
const RUNS_BACK = 20;

/** What the last syncs could not read of the ground. Three statements. */
export async function readTroubles(db: Db, ground: Ground): Promise<Missing[]> {
  const failures = await openFailures(db, ground);
  // What is asked of single tests does not depend on how a whole product went.
  if (ground.tests !== undefined) return failures;
  const run = await failedRun(db, ground);
  const outcomes = await failedOutcomes(db, ground, run?.why);
  return [...(run === null ? [] : [run.missing]), ...outcomes, ...failures];
}

async function openFailures(db: Db, { products, tests, facets }: Ground): Promise<Missing[]> {
  const rows = await db
    .selectFrom('sync_failures as f')
    .select(['f.kind', 'f.code'])
    .select([sql<number>`count(*)`.as('failures'), sql<string>`min(f.message)`.as('message')])
    .where('f.closed_at', 'is', null)
    .$if(products !== null, (query) => query.where(sql<boolean>`f.product_id in ${products}`))
    .$if(tests !== undefined, (query) => query.where(sql<boolean>`f.test_id in ${tests}`))
    .groupBy(['f.kind', 'f.code'])
    .orderBy('f.kind')
    .orderBy('f.code')
    .execute();
  return rows.flatMap(({ kind, failures, message }) => {
    const { facet, what } = FAILURES[kind] ?? { facet: null, what: 'products' as const };
    if (facet !== null && !facets.includes(facet)) return [];
    return [{ what, count: failures, why: failures === 1 ? message : `${message} (${failures - 1} more like this.)` }];
  });
}

/** The newest run that was to read these products, if it failed as a whole. */
async function failedRun(db: Db, { products }: Ground): Promise<{ missing: Missing; why: string } | null> {
  const latest = db
    .selectFrom('sync_runs')
    .select(['id', 'status', 'scope', 'error'])
    .where('status', '<>', 'running')
    .orderBy('id', 'desc')
    .limit(RUNS_BACK)
    .as('r');
  const isMeant =
    products === null
      ? sql<boolean>`true`
      : sql<boolean>`exists (
    select 1 from json_each(r.scope) as wanted where wanted.type = 'null' or wanted.value in ${products})`;
  const run = await db
    .selectFrom(latest)
    .select(['r.status', 'r.error'])
    .where(isMeant)
    .orderBy('r.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (run?.status !== 'failed') return null;
  const why = messageOf(run.error) ?? 'The reason was not recorded.';
  return { missing: { what: 'sync', count: null, why: `The last sync failed. ${why}` }, why };
}

/** Phases that failed in the newest run that touched their product. */
async function failedOutcomes(
  db: Db,
  { products, facets }: Ground,
  alreadyTold: string | undefined,
): Promise<Missing[]> {
  const inQuestion = products === null ? sql`` : sql`and id in ${products}`;
  const { rows } = await sql<{ phase: string; error: string | null; products: number; isAccount: number }>`
    select o.phase, o.error, count(*) as products, o.product_key = 0 as isAccount
    from (select 0 as id union all select id from products where deleted_at is null ${inQuestion}) as p
    join sync_outcomes as o on o.product_key = p.id
      and o.run_id = (select max(run_id) from sync_outcomes where product_key = p.id)
    where o.status = 'failed'
    group by o.phase, o.error, isAccount order by isAccount desc, o.phase, o.error`.execute(db);
  return rows.flatMap(({ phase, error, products: count, isAccount }) => {
    const { facet, thing } = PHASES[phase] ?? { facet: null, thing: phase };
    const why = messageOf(error) ?? 'The reason was not recorded.';
    if ((facet !== null && !facets.includes(facet)) || why === alreadyTold) return [];
    const what = phase === 'reject_reasons' ? ('rejection_reasons' as const) : ('products' as const);
    return [{ what, count: isAccount === 1 ? null : count, why: `The last sync could not read ${thing}. ${why}` }];
  });
}

function messageOf(error: string | null): string | null {
  if (error === null) return null;
  const { message } = JSON.parse(error) as Partial<ErrorReport>;
  return message ?? null;
}
