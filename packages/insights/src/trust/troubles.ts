import { type EpochMs, type ErrorReport, toIso } from '@testio-mcp/domain';
import { type ReadScope, remembered, sqlQuery } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { countOf, named } from '../render/lines.ts';
import { type Titled, toTitled } from '../shapes/titled.ts';
import type { Facet, Ground } from './ground.ts';
import type { Missing, MissingWhat } from './shape.ts';

type Db = ReadScope['db'];

/** Which answers each kind of failure concerns, and under which word they name it. Null: all of them. */
const FAILURES: Readonly<Record<string, { readonly facet: Facet | null; readonly what: MissingWhat }>> = {
  test_position: { facet: 'test_lists', what: 'tests' },
  test_details: { facet: 'test_details', what: 'test_details' },
  executions: { facet: 'executions', what: 'executions' },
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

/** Entries about failures in one answer, each of one product, kind and code. */
const FAILURES_TOLD = 8;
/** Products that one entry names. */
const PRODUCTS_TOLD = 5;
/** Tests, or their places, that one entry names. */
const NUMBERS_TOLD = 10;
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
  const query = db
    .selectFrom('sync_failures as f')
    .leftJoin('products as p', 'p.id', 'f.product_id')
    .select(['f.kind', 'f.code', 'f.product_id', 'p.title'])
    .select([sql<number>`count(*)`.as('failures'), sql<string>`min(f.message)`.as('message')])
    .select([sql<number>`min(f.first_seen_at)`.as('since'), sql<string>`json_group_array(f.test_id)`.as('test_ids')])
    .select(sql<string>`json_group_array(f.position)`.as('positions'))
    .where('f.closed_at', 'is', null)
    .$if(products !== null, (all) => all.where(sql<boolean>`f.product_id in ${products}`))
    .$if(tests !== undefined, (all) => all.where(sql<boolean>`f.test_id in ${tests}`))
    .groupBy(['f.kind', 'f.product_id', 'f.code'])
    .orderBy('f.kind')
    .orderBy('failures', 'desc')
    .orderBy('f.product_id')
    .orderBy('f.code');
  const rows = await remembered(db, query);
  const concerning = rows.flatMap((row) => {
    const { facet, what } = FAILURES[row.kind] ?? { facet: null, what: 'products' as const };
    return facet !== null && !facets.includes(facet) ? [] : [{ ...row, what }];
  });
  const told = concerning.slice(0, FAILURES_TOLD);
  return [
    ...told.map((row) => ({ what: row.what, count: countIn(row), why: failureWords(row) })),
    ...restOf(concerning.slice(FAILURES_TOLD)),
  ];
}

interface FailureGroup {
  readonly kind: string;
  readonly product_id: number | null;
  readonly title: string | null;
  readonly failures: number;
  readonly message: string;
  readonly since: EpochMs;
  /** JSON arrays, null where a failure has none. */
  readonly test_ids: string;
  readonly positions: string;
}

/** How many things could not be read; null where a list, or a stretch of one, did not come: nobody knows what is in it. */
function countIn({ kind, failures, positions }: FailureGroup): number | null {
  return kind === 'test_position' && (JSON.parse(positions) as unknown[]).includes(null) ? null : failures;
}

/** Whose it is, which ones, why and since when. */
function failureWords({ product_id: id, title, failures, message, since, ...places }: FailureGroup): string {
  const owner = id === null ? '' : `${named(toTitled(id, title))}: `;
  const firstMet = `First met ${toIso(since)}.`;
  if (failures === 1) return `${owner}${message} ${firstMet}`;
  const positions = numbersIn(places.positions).map((position) => position + 1);
  const testIds = numbersIn(places.test_ids);
  const which =
    positions.length > 0
      ? `Tests no. ${enumerated(positions)} of its list, newest end first, such as: `
      : testIds.length > 0
        ? `Tests ${enumerated(testIds)}, such as: `
        : `${failures} failures, such as: `;
  return `${owner}${which}${message} ${firstMet}`;
}

function numbersIn(json: string): number[] {
  const numbers = (JSON.parse(json) as (number | null)[]).filter((one) => one !== null);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function enumerated(numbers: readonly number[]): string {
  const rest = numbers.length - NUMBERS_TOLD;
  return `${numbers.slice(0, NUMBERS_TOLD).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What is left over of very many: one entry for each word. */
function restOf(groups: readonly (FailureGroup & { readonly what: MissingWhat })[]): Missing[] {
  return [...Map.groupBy(groups, (group) => group.what)].map(([what, rows]) => ({
    what,
    count: rows.map(countIn).reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0),
    why: `${countOf(new Set(rows.map((row) => row.product_id)).size, 'more product')} with the like; get_problematic_tests lists them.`,
  }));
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
  const [run] = await remembered(
    db,
    db.selectFrom(latest).select(['r.status', 'r.error']).where(isMeant).orderBy('r.id', 'desc').limit(1),
  );
  if (run?.status !== 'failed') return null;
  const why = messageOf(run.error) ?? 'The reason was not recorded.';
  return { missing: { what: 'sync', count: null, why: `The last sync failed. ${why}` }, why };
}

/** Phases that failed, or were not begun because of an error, in the newest run that touched their product. */
async function failedOutcomes(
  db: Db,
  { products, facets }: Ground,
  alreadyTold: string | undefined,
): Promise<Missing[]> {
  const inQuestion = products === null ? sql`` : sql`and id in ${products}`;
  const query = sql<{ phase: string; error: string | null; products: string; isAccount: number }>`
    select o.phase, o.error, json_group_array(json_object('id', p.id, 'title', p.title)) as products,
      o.product_key = 0 as isAccount
    from (select 0 as id, null as title union all
      select id, title from products where deleted_at is null ${inQuestion}) as p
    join sync_outcomes as o on o.product_key = p.id
      and o.run_id = (select max(run_id) from sync_outcomes where product_key = p.id)
    where o.status = 'failed' or (o.status = 'skipped' and json_extract(o.error, '$.kind') <> 'cancelled')
    group by o.phase, o.error, isAccount order by isAccount desc, o.phase, o.error`;
  const rows = await remembered(db, sqlQuery(db, query));
  return rows.flatMap(({ phase, error, products: json, isAccount }) => {
    const { facet, thing } = PHASES[phase] ?? { facet: null, thing: phase };
    const why = messageOf(error) ?? 'The reason was not recorded.';
    if ((facet !== null && !facets.includes(facet)) || why === alreadyTold) return [];
    const what = phase === 'reject_reasons' ? ('rejection_reasons' as const) : ('products' as const);
    const owners = isAccount === 1 ? null : (JSON.parse(json) as Titled[]);
    const of = owners === null ? '' : ` of ${titlesOf(owners)}`;
    return [{ what, count: owners?.length ?? null, why: `The last sync could not read ${thing}${of}. ${why}` }];
  });
}

function titlesOf(products: readonly Titled[]): string {
  const rest = products.length - PRODUCTS_TOLD;
  const told = products.slice(0, PRODUCTS_TOLD).map(({ id, title }) => named(toTitled(id, title)));
  return `${told.join(', ')}${rest > 0 ? ` and ${countOf(rest, 'more product')}` : ''}`;
}

function messageOf(error: string | null): string | null {
  if (error === null) return null;
  const { message } = JSON.parse(error) as Partial<ErrorReport>;
  return message ?? null;
}
