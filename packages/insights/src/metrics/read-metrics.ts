import {
  BUG_STATUSES,
  type BugsByStatus,
  DAY_MS,
  type MetricParts,
  OPEN_AGE_BOUNDS_DAYS,
  SEVERITY_WEIGHTS,
  WEIGHT_WITHOUT_LEVEL,
} from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { DimensionName } from './dimensions.ts';
import { INCLUDED_FEATURES, isAmong, keysOf, type Side, type TimeSpan } from './keys.ts';
import { countsTestsByBugs, hasDensity, type Key, type MetricQuery, testDimensions } from './query.ts';
import { all, bugsInScope, includesFeatures, testsInScope } from './scope.ts';

type Db = ReadScope['db'];

/** One group: its keys, in the order of the dimensions, and the counts that its metrics are computed from. */
export interface MetricGroup {
  readonly keys: readonly Key[];
  readonly parts: MetricParts;
}

export interface MetricGroups {
  /** In no particular order. */
  readonly groups: readonly MetricGroup[];
  /** The same without grouping, counted apart: groups that share tests or bugs do not add up to it. */
  readonly totals: MetricParts;
}

/**
 * The numbers behind every metric of a question, by group and in all. Ask for everything that one answer shows inside one
 * `store.read`: then all of it comes from the same state. At most nine statements, however many rows there are.
 */
export async function readMetrics(db: Db, query: MetricQuery): Promise<MetricGroups> {
  const span = await timeSpan(db);
  const [totals] = await readGroups(db, { ...query, dimensions: [] }, span);
  if (totals === undefined) throw new Error('A count without groups is one row.');
  return {
    groups: query.dimensions.length === 0 ? [] : await readGroups(db, query, span),
    totals: totals.parts,
  };
}

/** The groups of a question without its totals, for answers that tell the same totals by several dimensions. */
export async function readMetricGroups(db: Db, query: MetricQuery): Promise<readonly MetricGroup[]> {
  return readGroups(db, query, await timeSpan(db));
}

async function readGroups(db: Db, query: MetricQuery, span: TimeSpan): Promise<MetricGroup[]> {
  const byBugs = countsTestsByBugs(query);
  const ofTests = testDimensions(query);
  const sumUp = (rows: RowsOf) => aggregate(db, query, rows, span);
  const bugs = await sumUp({ side: 'bugs', dimensions: query.dimensions, sums: bugSums(query.now) });
  const tests = await sumUp({ side: 'tests', dimensions: ofTests, sums: TEST_SUMS });
  const features =
    query.withFeatures && !byBugs
      ? await sumUp({ side: 'tests', dimensions: ofTests, sums: FEATURE_SUMS, join: ownFeatures(query) })
      : new Map<string, Sums>();
  // Groups without bugs are groups too, where tests alone can stand in them.
  const names = ofTests.length === query.dimensions.length ? new Set([...tests.keys(), ...bugs.keys()]) : bugs.keys();
  return [...names].map((name) => {
    const keys = JSON.parse(name) as Key[];
    const own = nameOf(keys.filter((_, place) => ofTests.some((each) => each === query.dimensions[place])));
    const sums = { bugs: bugs.get(name), tests: tests.get(own), features: features.get(own) };
    return { keys, parts: partsOf(sums, { byBugs, hasDensity: hasDensity(query), withFeatures: query.withFeatures }) };
  });
}

type Sums = Readonly<Record<string, number>>;

interface RowsOf {
  readonly side: Side;
  readonly dimensions: readonly DimensionName[];
  readonly sums: RawBuilder<unknown>;
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
    select ${sql.join([...selected, sums])}
    from (${side === 'tests' ? testsInScope(query) : bugsInScope(query)}) as r ${sql.join([...joins, further], sql` `)}
    where ${all(conditions)} ${groups.length === 0 ? sql`` : sql`group by ${sql.join(groups)}`}`.execute(db);
  return new Map(rows.map((row) => [nameOf(keys.map((_, place) => row[`k${place}`] ?? null)), row as Sums]));
}

function nameOf(keys: readonly Key[]): string {
  return JSON.stringify(keys);
}

const TEST_SUMS = sql`count(*) as tests, count(r.created_by_id) as created, count(r.submitted_by_id) as submitted,
  coalesce(sum(r.is_read), 0) as is_read`;

const FEATURE_SUMS = sql`count(distinct own.feature_id) as features`;

/** The features that tests `r` include, those of the group and of the filter where these are features. */
function ownFeatures({ filters, dimensions }: MetricQuery): RawBuilder<unknown> {
  const wanted = filters.get('feature');
  const isMeant = wanted === undefined ? sql`true` : isAmong(sql`own.feature_id`, wanted);
  const isOfGroup = dimensions.includes('feature') ? sql`own.feature_id is lf.feature_id` : sql`true`;
  return sql`left join (${INCLUDED_FEATURES}) as own on own.test_id = r.test_id and ${isMeant} and ${isOfGroup}`;
}

const WEIGHT = sql`case r.severity ${sql.join(
  Object.entries(SEVERITY_WEIGHTS).map(([level, weight]) => sql`when ${sql.lit(level)} then ${sql.lit(weight)}`),
  sql` `,
)} else ${sql.lit(WEIGHT_WITHOUT_LEVEL)} end`;

/** Sums over bugs, and over the tests that they are of. */
function bugSums(now: number): RawBuilder<unknown> {
  const [young, old] = OPEN_AGE_BOUNDS_DAYS.map((days) => sql.lit(now - days * DAY_MS));
  const isReviewed = sql`r.bug_status in ('accepted', 'rejected') and r.status_changed_at >= r.reported_at`;
  const count = (condition: RawBuilder<unknown>) => sql`count(*) filter (where ${condition})`;
  const isOpen = sql`r.bug_status = 'open'`;
  return sql.join([
    ...BUG_STATUSES.map((status) => sql`${count(sql`r.bug_status = ${sql.lit(status)}`)} as ${sql.ref(status)}`),
    sql`coalesce(sum(r.known), 0) as known, coalesce(sum(${WEIGHT}), 0) as score`,
    sql`${count(sql`${isOpen} and r.reported_at > ${young}`)} as young`,
    sql`${count(sql`${isOpen} and r.reported_at <= ${young} and r.reported_at > ${old}`)} as middle`,
    sql`${count(sql`${isOpen} and r.reported_at <= ${old}`)} as old`,
    sql`${count(sql`${isOpen} and r.reported_at is null`)} as ageless`,
    sql`${count(isReviewed)} as reviews`,
    sql`coalesce(sum(r.status_changed_at - r.reported_at) filter (where ${isReviewed}), 0) as review_ms`,
    sql`coalesce(sum(r.is_read), 0) as read_bugs, count(distinct r.author_id) as testers`,
    sql`count(distinct r.test_id) as tests, count(distinct r.feature_id) as features`,
    sql`count(distinct case when r.created_by_id is not null then r.test_id end) as created`,
    sql`count(distinct case when r.submitted_by_id is not null then r.test_id end) as submitted`,
  ]);
}

interface SumsOfGroup {
  readonly bugs: Sums | undefined;
  readonly tests: Sums | undefined;
  readonly features: Sums | undefined;
}

interface Rules {
  readonly byBugs: boolean;
  readonly hasDensity: boolean;
  readonly withFeatures: boolean;
}

function partsOf({ bugs, tests, features }: SumsOfGroup, rules: Rules): MetricParts {
  const ofBugs = (name: string) => bugs?.[name] ?? 0;
  const ofTests = (name: string) => tests?.[name] ?? 0;
  const counted = rules.byBugs ? ofBugs : ofTests;
  return {
    tests: counted('tests'),
    testsCreated: counted('created'),
    testsSubmitted: counted('submitted'),
    testsRead: ofTests('is_read'),
    testsUnread: ofTests('tests') - ofTests('is_read'),
    bugs: Object.fromEntries(BUG_STATUSES.map((status) => [status, ofBugs(status)])) as BugsByStatus,
    knownBugs: ofBugs('known'),
    severityScore: ofBugs('score'),
    open: {
      under_3_days: ofBugs('young'),
      '3_to_7_days': ofBugs('middle'),
      over_7_days: ofBugs('old'),
      unknown: ofBugs('ageless'),
    },
    reviews: ofBugs('reviews'),
    reviewMs: ofBugs('review_ms'),
    densityBugs: ofBugs('read_bugs'),
    densityTests: rules.hasDensity ? ofTests('is_read') : null,
    features: rules.withFeatures ? (rules.byBugs ? ofBugs('features') : (features?.features ?? 0)) : null,
    testers: ofBugs('testers'),
  };
}

/** The instants between which all times of the store lie. */
async function timeSpan(db: Db): Promise<TimeSpan> {
  const { rows } = await sql<{ times: string }>`
    select json_array((select min(end_at) from tests), (select max(end_at) from tests),
      (select min(reported_at) from bugs), (select max(reported_at) from bugs)) as times`.execute(db);
  const times = (JSON.parse(rows[0]?.times ?? '[]') as (number | null)[]).filter((time) => time !== null);
  return times.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...times), to: Math.max(...times) };
}
