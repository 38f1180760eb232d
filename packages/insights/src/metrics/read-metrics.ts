import type { BugsByStatus, MetricParts } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { type DimensionName, dimension } from './dimensions.ts';
import { columnsToFold, fold, type Group } from './fold.ts';
import { devicesOf, INCLUDED_FEATURES, isAmong, isOfDevices, keysOf, readKey, type Side } from './keys.ts';
import { countsTestsByBugs, type Key, type MetricQuery, needsTestsByGroup, testDimensions } from './query.ts';
import { all, bugsInScope, includesFeatures, testsInScope } from './scope.ts';
import { byStatus, isAdditive, partsOf, type Sum, type Sums, statusSums, sumsFor } from './sums.ts';
import type { TimeSpan } from './time-keys.ts';

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
  const read = reader(query);
  return [...groups.values()].map(({ keys, sums }) => ({ keys: read(keys), bugs: byStatus(sums) }));
}

/** Groups by their names. */
type Groups = ReadonlyMap<string, Group>;

interface Counts {
  readonly bugs: Groups;
  readonly tests: Groups;
  readonly features: Groups;
}

async function countGroups(db: Db, query: MetricQuery): Promise<Counts> {
  const span = await timeSpanOf(db, query);
  const { dimensions } = query;
  const ofTests = testDimensions(query);
  const { countsBugs, ofBugs, distinctOfBugs, ...sums } = sumsFor(query);
  const sumUp = (rows: RowsOf) => aggregate(db, query, rows, span);
  return {
    bugs: countsBugs ? await sumUp({ side: 'bugs', dimensions, sums: [...ofBugs, ...distinctOfBugs] }) : new Map(),
    tests: needsTestsByGroup(query)
      ? await sumUp({ side: 'tests', dimensions: ofTests, sums: sums.ofTests })
      : new Map(),
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
  const recount = async (side: Side, again: readonly Sum[], join?: RawBuilder<unknown>) => {
    const rows = { side, dimensions: [], sums: again, ...(join === undefined ? {} : { join }) };
    return again.length === 0 ? undefined : (await aggregate(db, whole, rows, NO_TIME)).get(WITHOUT_GROUPS)?.sums;
  };
  const isApartOfBugs = !dimensions.some((name) => dimension(name).isManyOfBugs);
  const bugs = isApartOfBugs
    ? { ...added(counts.bugs, sums.ofBugs), ...(await recount('bugs', sums.distinctOfBugs)) }
    : await recount('bugs', [...sums.ofBugs, ...sums.distinctOfBugs]);
  const isApartOfTests = !testDimensions(query).some((name) => dimension(name).isManyOfTests);
  const isSameCount = countsTestsByBugs(query) === countsTestsByBugs(whole);
  const tests =
    isApartOfTests && isSameCount && needsTestsByGroup(query)
      ? added(counts.tests, sums.ofTests)
      : await recount('tests', sums.ofTests);
  return partsOf(whole)({ bugs, tests, features: await recount('tests', sums.ofFeatures, ownFeatures(whole)) });
}

function groupsOf(query: MetricQuery, { bugs, tests, features }: Counts): MetricGroup[] {
  const ofTests = testDimensions(query);
  const places = ofTests.map((name) => query.dimensions.indexOf(name));
  const [parts, read] = [partsOf(query), reader(query)];
  // Groups without bugs are groups too, where tests alone can stand in them.
  const groups = places.length === query.dimensions.length ? new Map([...tests, ...bugs]) : bugs;
  return [...groups].map(([name, { keys }]) => {
    const own = nameOf(places.map((place) => keys[place] ?? null));
    return {
      keys: read(keys),
      parts: parts({ bugs: bugs.get(name)?.sums, tests: tests.get(own)?.sums, features: features.get(own)?.sums }),
    };
  });
}

/** What keys mean. There may be many groups, but of few keys: each is read once. */
function reader(query: MetricQuery): (keys: readonly Key[]) => Key[] {
  const known = query.dimensions.map(() => new Map<Key, Key>());
  return (keys) =>
    keys.map((key, place) => {
      const own = known[place]?.get(key);
      if (own !== undefined) return own;
      const meaning = readKey(query.dimensions[place] as DimensionName, key, query);
      known[place]?.set(key, meaning);
      return meaning;
    });
}

function added(groups: Groups, of: readonly Sum[]): Sums {
  const sum: Record<string, number> = {};
  for (const { name } of of) {
    let total = 0;
    for (const { sums } of groups.values()) total += sums[name] ?? 0;
    sum[name] = total;
  }
  return sum;
}

interface RowsOf {
  readonly side: Side;
  readonly dimensions: readonly DimensionName[];
  readonly sums: readonly Sum[];
  readonly join?: RawBuilder<unknown>;
}

/** Sums over the rows of one side by group, under the name of the group. */
async function aggregate(db: Db, query: MetricQuery, rowsOf: RowsOf, span: TimeSpan): Promise<Groups> {
  const { side, dimensions, sums } = rowsOf;
  const keys = keysOf(dimensions, side, query, span).map((key, place) => ({ ...key, as: `k${place}` }));
  const addsUpByRow = sums.every(isAdditive);
  const byDevice = addsUpByRow && dimensions.some(isOfDevices);
  if (side === 'bugs' && addsUpByRow && !byDevice && keys.length > 0) {
    const columns = columnsToFold(
      keys.map(({ key }) => key),
      sums,
    );
    const { rows } = await sql<{ columns: string }>`${selected(columns, query, rowsOf, keys, span)}`.execute(db);
    return byName(rows.flatMap((row) => fold(row.columns, keys.length, sums)));
  }
  const statement = byDevice ? sumsByDevice(query, rowsOf, keys, span) : sumsByKeys(query, rowsOf, keys, span);
  const { rows } = await sql<Record<string, Key>>`${statement}`.execute(db);
  return byName(rows.map((row) => ({ keys: keys.map(({ as }) => row[as] ?? null), sums: row as Sums })));
}

function byName(groups: readonly Group[]): Groups {
  return new Map(groups.map((group) => [nameOf(group.keys), group]));
}

interface Column {
  readonly as: string;
  readonly key: RawBuilder<Key>;
  readonly join?: RawBuilder<unknown>;
  /** Undefined for what is no dimension. */
  readonly name?: DimensionName;
}

function sumsByKeys(query: MetricQuery, rowsOf: RowsOf, keys: readonly Column[], span: TimeSpan): RawBuilder<unknown> {
  const columns = [...keys.map(({ key, as }) => named(key, as)), ...rowsOf.sums.map(({ of, name }) => named(of, name))];
  return sql`${selected(sql.join(columns), query, rowsOf, keys, span)} ${groupedBy(keys)}`;
}

/** Something of all rows of a side that are counted. */
function selected(
  what: RawBuilder<unknown>,
  query: MetricQuery,
  { side, join: further }: RowsOf,
  keys: readonly Column[],
  span: TimeSpan,
): RawBuilder<unknown> {
  const conditions = shownOf(query, keys);
  const features = query.filters.get('feature');
  if (side === 'tests' && features !== undefined) conditions.push(includesFeatures(features));
  const joins = [...keys.map(({ join }) => join), further].filter((join) => join !== undefined);
  return sql`
    select ${what}
    from (${side === 'tests' ? testsInScope(query) : bugsInScope(query, span)}) as r
    ${joins.length === 0 ? sql`` : sql.join(joins, sql` `)}
    where ${all(conditions)}`;
}

/** By the sets that devices stand in first: there are far fewer than bugs. Right only for sums that add up. */
function sumsByDevice(
  query: MetricQuery,
  rowsOf: RowsOf,
  keys: readonly Column[],
  span: TimeSpan,
): RawBuilder<unknown> {
  const { dimensions, sums } = rowsOf;
  const ofDevices = keys.filter(({ name }) => name !== undefined && isOfDevices(name));
  const others = keys.filter((key) => !ofDevices.includes(key));
  const bySet = sumsByKeys(query, rowsOf, [...others, { as: 'set_id', key: sql<Key>`r.device_set_id` }], span);
  return sql`
    select ${sql.join([
      ...others.map(({ as }) => named(sql.ref(`g.${as}`), as)),
      ...ofDevices.map(({ key, as }) => named(key, as)),
      ...sums.map(({ name }) => named(sql`sum(${sql.ref(`g.${name}`)})`, name)),
    ])}
    from (${bySet}) as g left join (${devicesOf(dimensions)}) as dv on dv.set_id = g.set_id
    where ${all(shownOf(query, ofDevices))} ${groupedBy(keys)}`;
}

/** What is filtered by is all that is shown of it, also of tests and bugs that have more than one value. */
function shownOf({ filters }: MetricQuery, keys: readonly Column[]): RawBuilder<unknown>[] {
  return keys.flatMap(({ name, key }) => {
    const values = name === undefined ? undefined : filters.get(name);
    return name === undefined || values === undefined ? [] : [isAmong(name, key, values)];
  });
}

function named(column: RawBuilder<unknown>, as: string): RawBuilder<unknown> {
  return sql`${column} as ${sql.ref(as)}`;
}

function groupedBy(keys: readonly Column[]): RawBuilder<unknown> {
  return keys.length === 0 ? sql`` : sql`group by ${sql.join(keys.map((_, place) => sql.lit(place + 1)))}`;
}

/** Keys as one text. None of them holds the characters in between. */
function nameOf(keys: readonly Key[]): string {
  return keys.map((key) => (key === null ? '\u0000' : String(key))).join('\u0001');
}

const WITHOUT_GROUPS = nameOf([]);
const NO_TIME: TimeSpan = { from: 0, to: 0 };

/** The features that tests `r` include, those of the group and of the filter where these are features. */
function ownFeatures({ filters, dimensions }: MetricQuery): RawBuilder<unknown> {
  const wanted = filters.get('feature');
  const isMeant = wanted === undefined ? sql`true` : isAmong('feature', sql`own.feature_id`, wanted);
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
