import { env } from 'node:process';
import { toIso } from '@testio-mcp/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportRows, type Key, type OracleQuestion, type OracleStore, oracle } from '../support/metric-oracle.ts';
import { account, fill, INSTANTS } from '../support/random-account.ts';
import { NOW, type Rig, rig } from '../support/rig.ts';

/** Random stores; each is asked by every pair of dimensions. */
const STORES = Number(env.METRIC_STORES ?? 3);
const SEED = Number(env.METRIC_SEED ?? 20_260_317);

const DIMENSIONS =
  'product feature section test tester customer_user severity bug_type bug_status rejection_reason known testing_type test_status test_environment required_platform device_os browser day week month quarter year'.split(
    ' ',
  );
const TIMES = ['day', 'week', 'month', 'quarter', 'year'];
const METRICS =
  'test_count tests_created tests_submitted features_tested bug_count open_bugs accepted_bugs auto_accepted_bugs rejected_bugs other_bugs known_bugs open_under_3_days open_3_to_7_days open_over_7_days open_age_unknown bug_severity_score active_testers bugs_per_test overall_acceptance_rate active_acceptance_rate auto_acceptance_rate rejection_rate review_rate time_to_review_hours'.split(
    ' ',
  );
const OF_TESTS = ['test_count', 'tests_created', 'tests_submitted'];
const ADDITIVE_OF_BUGS = METRICS.slice(METRICS.indexOf('bug_count'), METRICS.indexOf('active_testers'));
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

/** What a filter may ask for, as it is written and as it is meant. */
const VALUES: Readonly<Record<string, readonly Key[]>> = {
  product: [1],
  feature: [1, 2, 3, null],
  section: [101, 102, null],
  severity: ['critical', 'high', 'visual', 'other'],
  bug_type: ['functional', 'custom', 'other'],
  bug_status: ['open', 'accepted', 'auto_accepted', 'rejected', 'other'],
  rejection_reason: ['intended_behavior', 'unknown', null],
  known: ['true', 'false'],
  testing_type: ['coverage', 'rapid', 'other'],
  test_status: ['running', 'archived', 'cancelled', 'other'],
  required_platform: [null],
  device_os: [null],
  browser: [null],
};
const filter = fc
  .constantFrom(...Object.keys(VALUES))
  .chain((name) => fc.tuple(fc.constant(name), fc.subarray([...(VALUES[name] ?? [])], { minLength: 1 })));

const question = fc.record({
  filters: fc.oneof(
    fc.constant<[string, Key[]][]>([]),
    fc.uniqueArray(filter, { minLength: 1, maxLength: 3, selector: ([name]) => name }),
  ),
  ends: fc.oneof(
    fc.constant([]),
    fc.uniqueArray(fc.constantFrom(...INSTANTS.filter((each) => each !== null)), { maxLength: 2 }),
  ),
  isOpen: fc.boolean(),
  axis: fc.constantFrom('test_end' as const, 'test_end' as const, 'bug_reported' as const),
  timeZone: fc.constantFrom(...ZONES),
  fiscalYearStart: fc.constantFrom(1, 1, 4, 10),
  // What is not asked for is not counted: few metrics take another way than all.
  metrics: fc.oneof(fc.constant(METRICS), fc.subarray(METRICS, { minLength: 1, maxLength: 3 })),
});
type Question = typeof question extends fc.Arbitrary<infer Value> ? Value : never;

const EXECUTED = ['running', 'locked', 'customer_finalized', 'archived'];

function meant(asked: Question, dimensions: readonly string[]): OracleQuestion {
  const [one = null, other = null] = asked.ends;
  const [from, to] =
    one === null ? [null, null] : other === null ? (asked.isOpen ? [one, null] : [null, one]) : [one, other].sort();
  const filters = new Map(asked.filters);
  if (!filters.has('test_status') && !filters.has('test')) filters.set('test_status', EXECUTED);
  return {
    dimensions,
    filters,
    from,
    to,
    axis: asked.axis,
    timeZone: asked.timeZone,
    fiscalYearStart: asked.fiscalYearStart,
    now: NOW,
  };
}

function calendarOf({ timeZone, fiscalYearStart }: Question) {
  return { timeZone, fiscalYearStartMonth: fiscalYearStart };
}

function written(
  { filters, metrics }: Question,
  { dimensions, from, to, axis }: OracleQuestion,
): Record<string, unknown> {
  const side = (at: number | null) => (at === null ? '' : toIso(at));
  return {
    metrics,
    dimensions,
    filters: Object.fromEntries(filters.map(([name, keys]) => [name, keys.map((key) => key ?? '(none)')])),
    time_axis: axis,
    limit: 1000,
    ...(from !== null && to !== null ? { period: `${side(from)}..${side(to)}` } : {}),
    ...(from !== null && to === null ? { period: `since ${side(from)}` } : {}),
    ...(from === null && to !== null ? { period: `until ${side(to)}` } : {}),
  };
}

type Row = Readonly<Record<string, number | string | null>>;

function keyOf(row: Row, dimensions: readonly string[]): string {
  return JSON.stringify(
    dimensions.map((name) => {
      const id = row[`${name}_id`];
      return id === undefined ? (row[name] === '(none)' ? null : row[name]) : id;
    }),
  );
}

function expectClose(found: Row, wanted: Record<string, number | null>, what: string): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(found, name)) continue;
    const shown = found[name];
    const isSame = value === null || typeof shown !== 'number' ? shown === value : Math.abs(shown - value) < 1e-9;
    if (!isSame) expect({ [name]: shown }, what).toEqual({ [name]: value });
  }
}

async function compare(own: Rig, rows: OracleStore, asked: Question, dimensions: readonly string[]): Promise<number> {
  const wanted = meant(asked, dimensions);
  const input = written(asked, wanted);
  const what = `${asked.timeZone} ${asked.fiscalYearStart} ${JSON.stringify(input)}`;
  const found = await own.ask('query_metrics', input, calendarOf(asked));
  const right = oracle(rows, wanted);
  const groups = new Map<string, Row>(found.rows.map((row: Row) => [keyOf(row, dimensions), row]));
  expect([...groups.keys()].sort(), what).toEqual([...right.groups.keys()].sort());
  expect(found.rows, what).toHaveLength(groups.size);
  expect(
    asked.metrics.filter((name) => !Object.hasOwn(found.totals, name)),
    what,
  ).toEqual([]);
  for (const [key, values] of right.groups) expectClose(groups.get(key) ?? {}, values, `${key} of ${what}`);
  expectClose(found.totals, right.totals, what);
  expectSums(found, wanted, what);
  return groups.size;
}

/** Parts add up to totals wherever nothing stands in two of them. */
function expectSums(found: { rows: Row[]; totals: Row }, { dimensions, axis }: OracleQuestion, what: string): void {
  if (dimensions.length === 0) return;
  const has = (...names: readonly string[]) => dimensions.some((name) => names.includes(name));
  const isOfBugs = has('tester', 'severity', 'bug_type', 'bug_status', 'rejection_reason', 'known');
  const additive = has('required_platform', 'device_os', 'browser') ? [] : [...ADDITIVE_OF_BUGS];
  const isApart = !isOfBugs && !has('feature') && !(axis === 'bug_reported' && has(...TIMES));
  if (additive.length > 0 && isApart) additive.push(...OF_TESTS);
  for (const name of additive.filter((each) => Object.hasOwn(found.totals, each))) {
    const sum = found.rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
    expect([name, sum], what).toEqual([name, Number(found.totals[name] ?? 0)]);
  }
}

const groupings = [
  [],
  ...DIMENSIONS.map((name) => [name]),
  ...DIMENSIONS.flatMap((one, place) =>
    DIMENSIONS.slice(place + 1).map((other) => (place % 2 === 0 ? [one, other] : [other, one])),
  ),
];
process.stderr.write(`metrics: ${STORES} stores by ${groupings.length} groupings, seed ${SEED}\n`);

test('every metric by every pair of dimensions is what plain loops find', {
  timeout: 60_000 + STORES * 60_000,
}, async () => {
  let groups = 0;
  const asked = fc.array(question, { minLength: groupings.length, maxLength: groupings.length, size: 'max' });
  await fc.assert(
    fc.asyncProperty(account, asked, async (products, questions) => {
      const own = await rig();
      await fill(own, products);
      const rows = await exportRows(own.store);
      for (const [place, dimensions] of groupings.entries()) {
        const each = questions[place];
        if (each !== undefined) groups += await compare(own, rows, each, dimensions);
      }
    }),
    { numRuns: STORES, seed: SEED, endOnFailure: true },
  );
  process.stderr.write(`metrics: ${groups} groups compared\n`);
  expect(groups).toBeGreaterThan(STORES * 300);
});

test('two half periods add up to the whole', { timeout: 60_000 + STORES * 20_000 }, async () => {
  const [from, middle, to] = ['2025-12-01', '2026-03-08', '2026-04-01'].map((day) => `${day}T05:00:00Z`);
  await fc.assert(
    fc.asyncProperty(account, question, async (products, each) => {
      const own = await rig();
      await fill(own, products);
      for (const dimensions of [[], ['product'], ['severity', 'product'], ['feature'], ['month', 'test_status']]) {
        const ask = async (period: string) => {
          const input = {
            ...written({ ...each, metrics: METRICS, ends: [] }, meant({ ...each, ends: [] }, dimensions)),
            period,
          };
          const { rows, totals } = await own.ask('query_metrics', input, calendarOf(each));
          const all = dimensions.length === 0 ? [totals] : rows;
          return new Map<string, Row>(all.map((row: Row) => [keyOf(row, dimensions), row]));
        };
        const [whole, first, second] = [
          await ask(`${from}..${to}`),
          await ask(`${from}..${middle}`),
          await ask(`${middle}..${to}`),
        ];
        const names = each.axis === 'test_end' ? [...ADDITIVE_OF_BUGS, ...OF_TESTS] : ADDITIVE_OF_BUGS;
        for (const key of new Set([...whole.keys(), ...first.keys(), ...second.keys()])) {
          for (const name of names) {
            const sum = Number(first.get(key)?.[name] ?? 0) + Number(second.get(key)?.[name] ?? 0);
            expect([key, name, sum]).toEqual([key, name, Number(whole.get(key)?.[name] ?? 0)]);
          }
        }
      }
    }),
    { numRuns: STORES * 3, seed: SEED, endOnFailure: true },
  );
});
