import type { BugsByStatus, MetricParts } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { type DimensionName, dimension } from './dimensions.ts';
import { INCLUDED_FEATURES, isAmong, keysOf, type Side, type TimeSpan } from './keys.ts';
import { countsTestsByBugs, type Key, type MetricQuery, testDimensions } from './query.ts';
import { all, bugsInScope, includesFeatures, testsInScope } from './scope.ts';
import { byStatus, partsOf, type Sums, statusSums, sumsFor } from './sums.ts';

type Db = ReadScope['db'];

/** One group: its keys, in the order of the dimensions, and the counts that its metrics are computed from. */
export interface MetricGroup {
  readonly keys: readonly Key[];
  readonly parts: MetricParts;
}

/** Bugs by status of one group. */
export interface BugGroup {
  readonly keys: readonly Key[];
  readonly bugs: BugsByStatus;
}

export interface MetricGroups {
  /** In no particular order. */
  readonly groups: readonly MetricGroup[];
  /** The same without grouping, counted apart: groups that share tests or bugs do not add up to it. */
  readonly totals: MetricParts;
}

/**
 * The numbers behind the metrics of a question, by group and in all. Ask for everything that one answer shows inside one
 * `store.read`: then all of it comes from the same state. At most eight statements, however many rows there are.
 */
export async function readMetrics(db: Db, query: MetricQuery): Promise<MetricGroups> {
  const counts = await countGroups(db, query);
  return {
    groups: query.dimensions.length === 0 ? [] : groupsOf(query, counts),
    totals: await totalsOf(db, query, counts),
  };
}

/** The groups of a question without its totals, for answers that tell the same totals by several dimensions. */
export async function readMetricGroups(db: Db, query: MetricQuery): Promise<readonly MetricGroup[]> {
  return groupsOf(query, await countGroups(db, query));
}

/** Bugs by status of each group that has some: what a list of parts needs, with one statement. */
export async function readBugGroups(db: Db, query: MetricQuery): Promise<BugGroup[]> {
  const rows = { side: 'bugs', dimensions: query.dimensions, sums: statusSums() } as const;
  const groups = await aggregate(db, query, rows, await timeSpanOf(db, query));
  return [...groups].map(([name, sums]) => ({
    keys: JSON.parse(name) as Key[],
    bugs: byStatus(sums),
  }));
}

/** Sums by the name of their group. */
interface Counts {
  readonly bugs: ReadonlyMap<string, Sums>;
  readonly tests: ReadonlyMap<string, Sums>;
  readonly features: ReadonlyMap<string, Sums>;
}

async function countGroups(db: Db, query: MetricQuery): Promise<Counts> {
  const span = await timeSpanOf(db, query);
  const { dimensions } = query;
  const ofTests = testDimensions(query);
  const sums = sumsFor(query);
  const sumUp = (rows: RowsOf) => aggregate(db, query, rows, span);
  return {
    bugs: sums.countsBugs
      ? await sumUp({ side: 'bugs', dimensions, sums: [...sums.ofBugs, ...sums.distinctOfBugs] })
      : new Map(),
    tests: await sumUp({ side: 'tests', dimensions: ofTests, sums: sums.ofTests }),
    features:
      sums.ofFeatures.length === 0
        ? new Map()
        : await sumUp({ side: 'tests', dimensions: ofTests, sums: sums.ofFeatures, join: ownFeatures(query) }),
  };
}

/** Groups that share no row are added up; groups that do, and distinct counts, are counted again without grouping. */
async function totalsOf(db: Db, query: MetricQuery, counts: Counts): Promise<MetricParts> {
  const { dimensions } = query;
  const whole: MetricQuery = { ...query, dimensions: [] };
  const sums = sumsFor(whole);
  const recount = async (side: Side, again: readonly RawBuilder<unknown>[], join?: RawBuilder<unknown>) => {
    const rows = { side, dimensions: [], sums: again, ...(join === undefined ? {} : { join }) };
    return again.length === 0 ? undefined : (await aggregate(db, whole, rows, NO_TIME)).get(WITHOUT_GROUPS);
  };
  const isApartOfBugs = !dimensions.some((name) => dimension(name).isManyOfBugs);
  const bugs = isApartOfBugs
    ? { ...added(counts.bugs), ...(await recount('bugs', sums.distinctOfBugs)) }
    : await recount('bugs', [...sums.ofBugs, ...sums.distinctOfBugs]);
  const isApartOfTests = !testDimensions(query).some((name) => dimension(name).isManyOfTests);
  const isSameCount = countsTestsByBugs(query) === countsTestsByBugs(whole);
  const tests = isApartOfTests && isSameCount ? added(counts.tests) : await recount('tests', sums.ofTests);
  return partsOf(whole, { bugs, tests, features: await recount('tests', sums.ofFeatures, ownFeatures(whole)) });
}

function groupsOf(query: MetricQuery, { bugs, tests, features }: Counts): MetricGroup[] {
  const ofTests = testDimensions(query);
  // Groups without bugs are groups too, where tests alone can stand in them.
  const names = ofTests.length === query.dimensions.length ? new Set([...tests.keys(), ...bugs.keys()]) : bugs.keys();
  return [...names].map((name) => {
    const keys = JSON.parse(name) as Key[];
    const own = nameOf(keys.filter((_, place) => ofTests.some((each) => each === query.dimensions[place])));
    return {
      keys,
      parts: partsOf(query, { bugs: bugs.get(name), tests: tests.get(own), features: features.get(own) }),
    };
  });
}

function added(groups: ReadonlyMap<string, Sums>): Sums {
  const sum: Record<string, number> = {};
  for (const sums of groups.values()) {
    for (const [name, value] of Object.entries(sums)) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

interface RowsOf {
  readonly side: Side;
  readonly dimensions: readonly DimensionName[];
  readonly sums: readonly RawBuilder<unknown>[];
  readonly join?: RawBuilder<unknown>;
}

/** Sums over the rows of one side by group, under the name of the group. */
async function aggregate(
  db: Db,
  query: MetricQuery,
  { side, dimensions, sums, join: further = sql`` }: RowsOf,
  span: TimeSpan,
): Promise<Map<string, Sums>> {
  const keys = keysOf(dimensions, side, query, span);
  // What is filtered by is all that is shown of it, also of tests and bugs that have more than one value.
  const conditions = dimensions.flatMap((name, place) => {
    const values = query.filters.get(name);
    const key = keys[place]?.key;
    return values === undefined || key === undefined ? [] : [isAmong(key, values)];
  });
  const features = query.filters.get('feature');
  if (side === 'tests' && features !== undefined) conditions.push(includesFeatures(features));
  const joins = keys.flatMap(({ join }) => (join === undefined ? [] : [join]));
  const selected = keys.map(({ key }, place) => sql`${key} as ${sql.ref(`k${place}`)}`);
  const groups = keys.map((_, place) => sql.lit(place + 1));
  const { rows } = await sql<Record<string, Key>>`
    select ${sql.join([...selected, ...sums])}
    from (${side === 'tests' ? testsInScope(query) : bugsInScope(query)}) as r ${sql.join([...joins, further], sql` `)}
    where ${all(conditions)} ${groups.length === 0 ? sql`` : sql`group by ${sql.join(groups)}`}`.execute(db);
  return new Map(
    rows.map((row) => {
      const names = keys.map((_, place) => `k${place}`);
      const values = Object.entries(row).filter(([name]) => !names.includes(name));
      return [nameOf(names.map((name) => row[name] ?? null)), Object.fromEntries(values) as Sums];
    }),
  );
}

function nameOf(keys: readonly Key[]): string {
  return JSON.stringify(keys);
}

const WITHOUT_GROUPS = nameOf([]);
const NO_TIME: TimeSpan = { from: 0, to: 0 };

/** The features that tests `r` include, those of the group and of the filter where these are features. */
function ownFeatures({ filters, dimensions }: MetricQuery): RawBuilder<unknown> {
  const wanted = filters.get('feature');
  const isMeant = wanted === undefined ? sql`true` : isAmong(sql`own.feature_id`, wanted);
  const isOfGroup = dimensions.includes('feature') ? sql`own.feature_id is lf.feature_id` : sql`true`;
  return sql`left join (${INCLUDED_FEATURES}) as own on own.test_id = r.test_id and ${isMeant} and ${isOfGroup}`;
}

/** The instants between which all times of the store lie; any two where no time is grouped by. */
async function timeSpanOf(db: Db, { dimensions }: MetricQuery): Promise<TimeSpan> {
  if (!dimensions.some((name) => dimension(name).level === 'time')) return NO_TIME;
  const { rows } = await sql<{ times: string }>`
    select json_array((select min(end_at) from tests), (select max(end_at) from tests),
      (select min(reported_at) from bugs), (select max(reported_at) from bugs)) as times`.execute(db);
  const times = (JSON.parse(rows[0]?.times ?? '[]') as (number | null)[]).filter((time) => time !== null);
  return times.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...times), to: Math.max(...times) };
}
