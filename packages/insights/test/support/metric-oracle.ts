// What query_metrics must answer, worked out by plain loops over the rows of the store. Written from the meaning of the metrics and
// not from the code that computes them: it shares no SQL and no definition with it.
import type { Store } from '@testio-mcp/persistence';
import { sql } from 'kysely';

type Row = Readonly<Record<string, unknown>>;
export type Key = string | number | null;

/** A test or bug with everything that metrics look at. */
interface OracleTest {
  readonly row: Row;
  readonly isRead: boolean;
  readonly features: readonly number[];
  readonly platforms: readonly string[];
  readonly bugs: OracleBug[];
}

interface OracleBug {
  readonly row: Row;
  readonly test: OracleTest;
  readonly feature: number | null;
  /** Operating system and browser of each device. */
  readonly devices: readonly (readonly [string | null, string | null])[];
}

export interface OracleStore {
  readonly tests: readonly OracleTest[];
  readonly hiddenSections: ReadonlySet<number>;
}

export interface OracleQuestion {
  readonly dimensions: readonly string[];
  readonly filters: ReadonlyMap<string, readonly Key[]>;
  readonly from: number | null;
  readonly to: number | null;
  readonly axis: 'test_end' | 'bug_reported';
  readonly timeZone: string;
  /** 1–12. */
  readonly fiscalYearStart: number;
  readonly now: number;
}

export type OracleValues = Record<string, number | null>;

export interface OracleAnswer {
  /** By the keys of the dimensions, as JSON. */
  readonly groups: ReadonlyMap<string, OracleValues>;
  readonly totals: OracleValues;
}

const OF_BUGS = new Set([
  'tester',
  'severity',
  'bug_type',
  'bug_status',
  'rejection_reason',
  'known',
  'device_os',
  'browser',
]);
const TIMES = new Set(['day', 'week', 'month', 'quarter', 'year']);

/** Reads the rows, one table after the other. */
export async function exportRows(store: Store): Promise<OracleStore> {
  return store.read(async ({ db }) => {
    const table = async (name: string) => (await sql<Row>`select * from ${sql.table(name)}`.execute(db)).rows;
    const sections = await table('sections');
    const snapshots = await table('test_features');
    const requirements = await table('test_requirements');
    const freshness = await table('test_freshness');
    const devices = await table('bug_devices');
    const bugs = await table('bugs');
    const tests: OracleTest[] = [];
    for (const row of await table('tests')) {
      if (row.deleted_at !== null) continue;
      const features = new Set<number>();
      for (const each of snapshots) {
        if (each.test_id === row.id && each.deleted_at === null && each.feature_id !== null)
          features.add(each.feature_id as number);
      }
      const platforms = new Set<string>();
      for (const each of requirements) {
        const name = String(each.os_name ?? '').trim();
        if (each.test_id === row.id && name !== '') platforms.add(name);
      }
      const isRead = freshness.some((each) => each.test_id === row.id && each.bugs_at !== null);
      const test: OracleTest = { row, isRead, features: [...features], platforms: [...platforms], bugs: [] };
      for (const bug of bugs) {
        if (bug.test_id !== row.id || bug.deleted_at !== null) continue;
        const snapshot = snapshots.find((each) => each.id === bug.test_feature_id);
        const seenOn: [string | null, string | null][] = [];
        for (const device of devices) {
          if (device.bug_id !== bug.id) continue;
          const browsers = JSON.parse(String(device.browsers)) as (string | null)[];
          for (const browser of browsers.length === 0 ? [null] : browsers) {
            seenOn.push([device.os_name as string | null, browser]);
          }
        }
        const feature = (snapshot?.feature_id ?? bug.feature_id) as number | null;
        test.bugs.push({ row: bug, test, feature, devices: seenOn.length === 0 ? [[null, null]] : seenOn });
      }
      tests.push(test);
    }
    const hidden = sections.filter((each) => each.is_default === 1).map((each) => each.id as number);
    return { tests, hiddenSections: new Set(hidden) };
  });
}

/** Answers a question from the rows. */
export function oracle(store: OracleStore, question: OracleQuestion): OracleAnswer {
  const groups = new Map<string, OracleValues>();
  for (const keys of allGroups(store, question)) groups.set(keys, values(store, question, keys));
  return { groups, totals: values(store, { ...question, dimensions: [] }, '[]') };
}

/** Every group that a bug stands in, and every group that a test can stand in by itself. */
function allGroups(store: OracleStore, question: OracleQuestion): Set<string> {
  const found = new Set<string>();
  if (question.dimensions.length === 0) return found;
  const isOfTests = question.dimensions.every((name) => !isOfBugs(name, question));
  for (const test of store.tests) {
    if (isOfTests && testFits(test, store, question) && featuresFit(test, question)) {
      for (const keys of groupsOfTest(test, store, question, question.dimensions)) found.add(JSON.stringify(keys));
    }
    for (const bug of test.bugs) {
      if (!testFits(test, store, question) || !bugFits(bug, question)) continue;
      for (const keys of groupsOfBug(bug, store, question)) found.add(JSON.stringify(keys));
    }
  }
  return found;
}

function values(store: OracleStore, question: OracleQuestion, group: string): OracleValues {
  const ofTests = question.dimensions.filter((name) => !isOfBugs(name, question));
  const own = (JSON.parse(group) as Key[]).filter((_, place) => ofTests.includes(question.dimensions[place] ?? ''));
  const ownGroup = JSON.stringify(own);
  const tests = store.tests.filter(
    (test) =>
      testFits(test, store, question) &&
      featuresFit(test, question) &&
      groupsOfTest(test, store, question, ofTests).some((keys) => JSON.stringify(keys) === ownGroup),
  );
  const bugs = store.tests
    .filter((test) => testFits(test, store, question))
    .flatMap((test) => test.bugs)
    .filter((bug) => bugFits(bug, question))
    .filter((bug) => groupsOfBug(bug, store, question).some((keys) => JSON.stringify(keys) === group));
  const hasBugPeriod = question.axis === 'bug_reported' && (question.from !== null || question.to !== null);
  const asksOfBugs =
    hasBugPeriod || [...question.dimensions, ...question.filters.keys()].some((name) => isOfBugs(name, question));
  const counted = asksOfBugs ? [...new Set(bugs.map((bug) => bug.test))] : tests;
  const features = new Set<number>();
  if (asksOfBugs) {
    for (const { feature } of bugs) if (feature !== null) features.add(feature);
  } else {
    const place = question.dimensions.indexOf('feature');
    const wanted = question.filters.get('feature');
    const only = place < 0 ? undefined : (JSON.parse(group) as Key[])[place];
    for (const test of tests) {
      for (const feature of test.features) {
        if ((only === undefined || only === feature) && (wanted === undefined || wanted.includes(feature)))
          features.add(feature);
      }
    }
  }
  const hasTime = question.dimensions.some((name) => TIMES.has(name));
  const hasDensity = !hasBugPeriod && !(question.axis === 'bug_reported' && hasTime);
  const unread = tests.filter((test) => !test.isRead).length;
  const isKnown = bugs.length > 0 || unread < tests.length || tests.length === 0;
  return {
    test_count: counted.length,
    tests_created: counted.filter(({ row }) => row.created_by_id !== null).length,
    tests_submitted: counted.filter(({ row }) => row.submitted_by_id !== null).length,
    features_tested: features.size,
    ...bugValues(bugs, isKnown, question.now),
    ...share('bugs_per_test', bugs.filter(({ test }) => test.isRead).length, tests.length - unread, hasDensity),
  };
}

function bugValues(bugs: readonly OracleBug[], isKnown: boolean, now: number): OracleValues {
  const known = (value: number) => (isKnown ? value : null);
  const having = (status: string) => bugs.filter(({ row }) => row.status === status);
  const openFor = (from: number, to: number) =>
    having('open').filter(({ row }) => {
      const days = (now - Number(row.reported_at)) / 86_400_000;
      return row.reported_at !== null && days >= from && days < to;
    }).length;
  let score = 0;
  for (const { row } of bugs) score += row.severity === 'critical' ? 5 : row.severity === 'high' ? 3 : 1;
  const [accepted, auto, rejected] = [having('accepted'), having('auto_accepted'), having('rejected')];
  const reviewed = [...accepted, ...rejected].filter(
    ({ row }) =>
      row.status_changed_at !== null &&
      row.reported_at !== null &&
      Number(row.status_changed_at) >= Number(row.reported_at),
  );
  let hours = 0;
  for (const { row } of reviewed) hours += (Number(row.status_changed_at) - Number(row.reported_at)) / 3_600_000;
  const testers = new Set(bugs.flatMap(({ row }) => (row.author_id === null ? [] : [row.author_id])));
  const n = bugs.length;
  return {
    bug_count: known(n),
    open_bugs: known(having('open').length),
    accepted_bugs: known(accepted.length),
    auto_accepted_bugs: known(auto.length),
    rejected_bugs: known(rejected.length),
    other_bugs: known(having('other').length),
    known_bugs: known(bugs.filter(({ row }) => row.known === 1).length),
    open_under_3_days: known(openFor(Number.NEGATIVE_INFINITY, 3)),
    open_3_to_7_days: known(openFor(3, 7)),
    open_over_7_days: known(openFor(7, Number.POSITIVE_INFINITY)),
    open_age_unknown: known(having('open').filter(({ row }) => row.reported_at === null).length),
    bug_severity_score: known(score),
    active_testers: known(testers.size),
    ...share('overall_acceptance_rate', accepted.length + auto.length, n),
    ...share('active_acceptance_rate', accepted.length, n),
    ...share('auto_acceptance_rate', auto.length, accepted.length + auto.length),
    ...share('rejection_rate', rejected.length, n),
    ...share('review_rate', accepted.length + rejected.length, n),
    ...share('time_to_review_hours', hours, reviewed.length),
  };
}

function share(name: string, numerator: number, n: number, isThere = true): OracleValues {
  return { [name]: isThere && n > 0 ? numerator / n : null, [`${name}_n`]: isThere ? n : null };
}

function isOfBugs(name: string, { axis }: OracleQuestion): boolean {
  return OF_BUGS.has(name) || (TIMES.has(name) && axis === 'bug_reported');
}

function testFits(test: OracleTest, store: OracleStore, question: OracleQuestion): boolean {
  for (const [name, wanted] of question.filters) {
    if (OF_BUGS.has(name) || name === 'feature') continue;
    if (!keysOfTest(name, test, store, question).some((key) => wanted.includes(key))) return false;
  }
  return question.axis === 'bug_reported' || isWithin(test.row.end_at, question);
}

function featuresFit(test: OracleTest, { filters }: OracleQuestion): boolean {
  const wanted = filters.get('feature');
  const own: readonly Key[] = test.features.length === 0 ? [null] : test.features;
  return wanted === undefined || own.some((feature) => wanted.includes(feature));
}

function bugFits(bug: OracleBug, question: OracleQuestion): boolean {
  for (const [name, wanted] of question.filters) {
    if (!OF_BUGS.has(name) && name !== 'feature') continue;
    if (!keysOfBug(name, bug).some((key) => wanted.includes(key))) return false;
  }
  return question.axis === 'test_end' || isWithin(bug.row.reported_at, question);
}

function isWithin(at: unknown, { from, to }: OracleQuestion): boolean {
  if (from === null && to === null) return true;
  return at !== null && (from === null || Number(at) >= from) && (to === null || Number(at) < to);
}

function groupsOfTest(
  test: OracleTest,
  store: OracleStore,
  question: OracleQuestion,
  names: readonly string[],
): Key[][] {
  return combinations(names.map((name) => shown(name, keysOfTest(name, test, store, question), question)));
}

function groupsOfBug(bug: OracleBug, store: OracleStore, question: OracleQuestion): Key[][] {
  const { dimensions } = question;
  if (dimensions.includes('device_os') && dimensions.includes('browser')) {
    const pairs = bug.devices
      .map(([os, browser]) => dimensions.map((name) => (name === 'browser' ? browser : os)))
      .filter((pair) => pair.every((key, place) => shown(dimensions[place] ?? '', [key], question).length > 0));
    return [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
  }
  return combinations(
    dimensions.map((name) => {
      const isOwn = OF_BUGS.has(name) || name === 'feature';
      if (isOwn) return shown(name, keysOfBug(name, bug), question);
      if (TIMES.has(name) && question.axis === 'bug_reported') {
        return [timeLabel(name, bug.row.reported_at as number | null, question)];
      }
      return shown(name, keysOfTest(name, bug.test, store, question), question);
    }),
  );
}

/** Only what is filtered by is shown of a dimension that is filtered by, too. */
function shown(name: string, keys: readonly Key[], { filters }: OracleQuestion): Key[] {
  const wanted = filters.get(name);
  return [...new Set(keys)].filter((key) => wanted === undefined || wanted.includes(key));
}

function combinations(lists: readonly (readonly Key[])[]): Key[][] {
  let found: Key[][] = [[]];
  for (const list of lists) found = found.flatMap((keys) => list.map((key) => [...keys, key]));
  return found;
}

function keysOfTest(name: string, test: OracleTest, store: OracleStore, question: OracleQuestion): readonly Key[] {
  const { row } = test;
  const word = (value: unknown, known: readonly string[]) => (known.includes(String(value)) ? String(value) : 'other');
  switch (name) {
    case 'product':
      return [row.product_id as number];
    case 'section':
      return [store.hiddenSections.has(row.section_id as number) ? null : (row.section_id as number | null)];
    case 'test':
      return [row.id as number];
    case 'feature':
      return test.features.length === 0 ? [null] : test.features;
    case 'customer_user':
      return [row.created_by_id as number | null];
    case 'testing_type':
      return [word(row.testing_type, ['coverage', 'focused', 'rapid', 'usability', 'custom'])];
    case 'test_status':
      return [
        word(row.status, [
          'initialized',
          'waiting',
          'running',
          'locked',
          'customer_finalized',
          'archived',
          'cancelled',
        ]),
      ];
    case 'test_environment':
      return [row.environment_id as number | null];
    case 'required_platform':
      return test.platforms.length === 0 ? [null] : test.platforms;
    default:
      return [timeLabel(name, row.end_at as number | null, question)];
  }
}

function keysOfBug(name: string, { row, feature, devices }: OracleBug): readonly Key[] {
  switch (name) {
    case 'feature':
      return [feature];
    case 'tester':
      return [row.author_id as number | null];
    case 'severity': {
      const known = ['critical', 'high', 'low', 'visual', 'content', 'custom'];
      return [known.includes(String(row.severity)) ? String(row.severity) : 'other'];
    }
    case 'bug_type': {
      const severity = String(row.severity);
      if (['critical', 'high', 'low'].includes(severity)) return ['functional'];
      return [['visual', 'content', 'custom'].includes(severity) ? severity : 'other'];
    }
    case 'bug_status':
      return [row.status as string];
    case 'rejection_reason':
      return [row.rejection_reason as string | null];
    case 'known':
      return [row.known === 1 ? 'true' : 'false'];
    case 'device_os':
      return devices.map(([os]) => os);
    default:
      return devices.map(([, browser]) => browser);
  }
}

/** The day, week, month, quarter or year that a calendar in the zone shows. */
function timeLabel(
  unit: string,
  at: number | null,
  { timeZone, fiscalYearStart }: Pick<OracleQuestion, 'timeZone' | 'fiscalYearStart'>,
): string | null {
  if (at === null) return null;
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const [year = '', month = '', day = ''] = parts.format(at).split('-');
  // Months since the one in which the first fiscal year of all began.
  const months = Number(year) * 12 + Number(month) - fiscalYearStart;
  const fiscalYear = Math.floor(months / 12);
  switch (unit) {
    case 'day':
      return `${year}-${month}-${day}`;
    case 'month':
      return `${year}-${month}`;
    case 'quarter':
      return `${fiscalYear}-Q${Math.floor((months % 12) / 3) + 1}`;
    case 'year':
      return fiscalYearStart === 1 ? year : `FY${fiscalYear}`;
    default: {
      // The ISO week of a day is that of its Thursday, and its number counts the Thursdays of the year.
      const thursday = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
      thursday.setUTCDate(thursday.getUTCDate() - ((thursday.getUTCDay() + 6) % 7) + 3);
      const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
      const week = Math.floor((thursday.getTime() - first) / 86_400_000 / 7) + 1;
      return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
    }
  }
}
