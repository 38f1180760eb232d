import { isDeepStrictEqual } from 'node:util';
import { toIso } from '@testio-mcp/domain';
import { type ReadScope, rememberedAs } from '@testio-mcp/persistence';
import type { Facet, Ground, IdSet } from './ground.ts';
import type { Missing, Trust } from './shape.ts';
import { readStamps, type Stamps } from './stamps.ts';
import { readTroubles } from './troubles.ts';

/**
 * Tells how far an answer can be trusted: the oldest instant at which the API confirmed anything it rests on, and what it would
 * need but the store does not have. The clock plays no part, so it is worked out once for a ground while nothing is written. The
 * number of statements does not depend on the data.
 *
 * @param noticed what the operation itself found missing
 */
export async function readTrust(db: ReadScope['db'], ground: Ground, noticed: readonly Missing[] = []): Promise<Trust> {
  const known = await rememberedAs(db, keyOf(db, ground), () => trustIn(db, ground));
  const missing = [...known.missing, ...noticed];
  return { as_of: known.as_of, completeness: { complete: missing.length === 0, missing } };
}

/** Tells a ground from others. */
function keyOf(db: ReadScope['db'], { products, tests, bugsOf, facets }: Ground): string {
  const ids = [products, tests, bugsOf].map((set) => idsIn(db, set ?? null));
  return JSON.stringify(['trust', facets, ...ids]);
}

function idsIn(db: ReadScope['db'], set: IdSet | null): readonly unknown[] | null {
  if (set === null) return null;
  const { sql, parameters } = set.compile(db);
  return [sql, parameters];
}

interface Known {
  readonly as_of: string | null;
  readonly missing: readonly Missing[];
}

async function trustIn(db: ReadScope['db'], ground: Ground): Promise<Known> {
  const stamps = await readStamps(db, ground);
  const missing = [
    ...(isEmpty(stamps) ? [NOTHING_SYNCED] : neverRead(stamps, ground.facets)),
    ...beyondRetention(stamps, ground.facets),
    ...(await readTroubles(db, ground)),
  ];
  const instants = confirmedInstants(stamps, ground).filter((instant) => instant !== null);
  const isUnknown = instants.length === 0 || areRowsUnknown(stamps, ground);
  return { as_of: isUnknown ? null : toIso(Math.min(...instants)), missing };
}

/** How far an answer can be trusted that rests on two grounds. */
export function bothTrusts(one: Trust, other: Trust): Trust {
  const instants = [one.as_of, other.as_of].filter((instant) => instant !== null).map((instant) => Date.parse(instant));
  const missing = [
    ...one.completeness.missing,
    ...other.completeness.missing.filter(
      (gap) => !one.completeness.missing.some((told) => isDeepStrictEqual(told, gap)),
    ),
  ];
  return {
    as_of: instants.length === 0 ? null : toIso(Math.min(...instants)),
    completeness: { complete: missing.length === 0, missing },
  };
}

/** Whether nothing was ever read into the store. */
function isEmpty(stamps: Stamps): boolean {
  return stamps.productsListed === null && !stamps.hasProducts;
}

const NOTHING_SYNCED: Missing = {
  what: 'everything',
  count: null,
  why: 'Nothing was ever synced into this store. Run a sync first: testio-mcp sync.',
};

/**
 * Whether none of what the answer lists was ever read, although there is something to read it of. That the products of an
 * account were listed says nothing then; it does where products themselves are shown.
 */
function areRowsUnknown(stamps: Stamps, { facets, tests }: Ground): boolean {
  if (facets.includes('product_list') || facets.includes('metadata') || tests !== undefined) return false;
  const lacks = (facet: Facet, stamp: number | null, neverRead: number) =>
    facets.includes(facet) && stamp === null && neverRead > 0;
  return (
    lacks('test_lists', stamps.testLists, stamps.testListsNeverRead) ||
    lacks('features', stamps.features, stamps.featuresNeverRead) ||
    (!facets.includes('tests') && lacks('bugs', stamps.bugs, stamps.tests === null ? 0 : 1))
  );
}

function confirmedInstants(stamps: Stamps, { products, tests, facets }: Ground): (number | null)[] {
  const byFacet: Record<Facet, number | null> = {
    product_list: stamps.productsListed,
    metadata: stamps.metadata,
    features: stamps.features,
    test_lists: stamps.testLists,
    tests: stamps.tests,
    test_details: stamps.details,
    executions: stamps.executions,
    bugs: stamps.bugs,
    test_parts: null,
    // What is told of a bug was worked out when the bug was stored.
    rejection_reasons: null,
  };
  const isAccount = products === null && tests === undefined;
  return [...(isAccount ? [stamps.productsListed] : []), ...facets.map((facet) => byFacet[facet])];
}

/** Facets of which nothing is kept of tests that are too old. */
const FORGOTTEN: ReadonlySet<Facet> = new Set(['tests', 'test_parts', 'test_details', 'executions', 'bugs']);

function beyondRetention({ forgotten, retentionDays }: Stamps, facets: readonly Facet[]): Missing[] {
  if (forgotten === 0 || !facets.some((facet) => FORGOTTEN.has(facet))) return [];
  const since =
    retentionDays === null
      ? 'This store was limited by TESTIO_RETENTION_DAYS, and what was forgotten comes back when test lists are read whole (testio-mcp sync --full)'
      : `These tests are over for more than ${retentionDays} days, the limit of this store (TESTIO_RETENTION_DAYS)`;
  const why = `${since}: it has their status and dates only. Their texts, people, results and bugs are neither found nor counted.`;
  return [{ what: 'beyond_retention', count: forgotten, why }];
}

function neverRead(stamps: Stamps, facets: readonly Facet[]): Missing[] {
  const gaps: (Missing & { readonly facet: Facet })[] = [
    {
      facet: 'features',
      what: 'features_of_products',
      count: stamps.featuresNeverRead,
      why: 'The features of these products were never read in full.',
    },
    {
      facet: 'test_lists',
      what: 'tests_of_products',
      count: stamps.testListsNeverRead,
      why: 'The tests of these products were never read to the end.',
    },
    {
      facet: 'test_details',
      what: 'test_details',
      count: stamps.detailsNeverRead,
      why: 'Results of features and user stories were never read.',
    },
    {
      facet: 'executions',
      what: 'executions',
      count: stamps.executionsNeverRead,
      why: 'Runs of user stories, and their devices, were never read.',
    },
    {
      facet: 'bugs',
      what: 'bugs_of_tests',
      count: stamps.bugsNeverLoaded,
      why: 'The bugs of these tests were never loaded, so they are not counted.',
    },
  ];
  return gaps
    .filter(({ facet, count }) => facets.includes(facet) && count !== null && count > 0)
    .map(({ what, count, why }) => ({ what, count, why }));
}
