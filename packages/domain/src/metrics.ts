import { HOUR_MS } from './instant.ts';
import type { CountedPart, MetricParts, OpenAge } from './metric-parts.ts';
import { bugRates, bugTotal, RATE_DEFINITIONS, type RateName } from './rates.ts';
import { SEVERITY_WEIGHTS, WEIGHT_WITHOUT_LEVEL } from './severity-weight.ts';

/** A metric of a group. */
export interface MetricValue {
  /** Null: there is nothing to compute it from. */
  readonly value: number | null;
  /** What was divided, and the sample size it was divided by. Null for plain counts. */
  readonly numerator: number | null;
  readonly n: number | null;
}

export interface MetricDefinition {
  /** How it is computed, in words. For a ratio: numerator / denominator. */
  readonly formula: string;
  readonly unit: 'tests' | 'bugs' | 'features' | 'testers' | 'points' | 'share' | 'bugs per test' | 'hours';
  /** What it counts. Groups of bugs whose bugs were never loaded have no value. */
  readonly of: 'tests' | 'bugs';
  /** Whether the values of groups that share no test and no bug add up to the value of all of them. */
  readonly additive: boolean;
  /** What it is computed from beside bugs by status and tests with and without bugs. */
  readonly parts: readonly CountedPart[];
  compute(parts: MetricParts): MetricValue;
}

function tests(formula: string, part: 'tests' | 'testsCreated' | 'testsSubmitted'): MetricDefinition {
  return { formula, unit: 'tests', of: 'tests', additive: true, parts: [part], compute: (parts) => plain(parts[part]) };
}

function bugs(
  formula: string,
  count: (parts: MetricParts) => number,
  ...parts: readonly CountedPart[]
): MetricDefinition {
  return {
    formula,
    unit: 'bugs',
    of: 'bugs',
    additive: true,
    parts,
    compute: (all) => plain(knowsBugs(all) ? count(all) : null),
  };
}

function openBugs(formula: string, age: OpenAge): MetricDefinition {
  return bugs(formula, ({ open }) => open[age], 'open');
}

function rate(name: RateName): MetricDefinition {
  return {
    formula: RATE_DEFINITIONS[name],
    unit: 'share',
    of: 'bugs',
    additive: false,
    parts: [],
    compute: (parts) => (knowsBugs(parts) ? bugRates(parts.bugs)[name] : UNKNOWN_RATIO),
  };
}

const WEIGHTS = Object.entries(SEVERITY_WEIGHTS).map(([level, weight]) => `${weight} per ${level}`);

/**
 * Every metric, in the order in which docs and answers list them. This is the one definition: summaries, analytics, reports and
 * the reference are made from it.
 */
export const METRICS = {
  test_count: tests('number of tests', 'tests'),
  tests_created: tests('tests with a known creator', 'testsCreated'),
  tests_submitted: tests('tests with a known submitter', 'testsSubmitted'),
  features_tested: {
    formula: 'distinct features that the tests include; grouped or filtered by bugs, distinct features of these bugs',
    unit: 'features',
    of: 'tests',
    additive: false,
    parts: ['features'],
    compute: ({ features }) => plain(features),
  },
  bug_count: bugs('number of bugs', (parts) => bugTotal(parts.bugs)),
  open_bugs: bugs('bugs that wait for the customer', (parts) => parts.bugs.open),
  accepted_bugs: bugs('bugs accepted by the customer', (parts) => parts.bugs.accepted),
  auto_accepted_bugs: bugs('bugs accepted by the system after ten days', (parts) => parts.bugs.auto_accepted),
  rejected_bugs: bugs('bugs rejected', (parts) => parts.bugs.rejected),
  other_bugs: bugs('bugs in any other status', (parts) => parts.bugs.other),
  known_bugs: bugs('bugs marked as known, in any status', (parts) => parts.knownBugs, 'knownBugs'),
  open_under_3_days: openBugs('open bugs reported less than 3 days ago', 'under_3_days'),
  open_3_to_7_days: openBugs('open bugs reported 3 to 7 days ago', '3_to_7_days'),
  open_over_7_days: openBugs('open bugs reported 7 days ago or earlier', 'over_7_days'),
  open_age_unknown: openBugs('open bugs without a time of report', 'unknown'),
  bug_severity_score: {
    ...bugs(
      `sum over bugs: ${WEIGHTS.join(', ')}, ${WEIGHT_WITHOUT_LEVEL} per bug without a level`,
      (parts) => parts.severityScore,
      'severityScore',
    ),
    unit: 'points',
  },
  active_testers: {
    formula: 'distinct testers who reported the bugs; bugs without a known tester add none',
    unit: 'testers',
    of: 'bugs',
    additive: false,
    parts: ['testers'],
    compute: (parts) => plain(knowsBugs(parts) ? parts.testers : null),
  },
  bugs_per_test: {
    formula: 'bugs / tests, over tests whose bugs were loaded; tests count whether or not they have such bugs',
    unit: 'bugs per test',
    of: 'bugs',
    additive: false,
    parts: ['densityBugs'],
    compute: ({ densityBugs, densityTests }) =>
      densityTests === null ? { ...UNKNOWN_RATIO, n: null } : ratio(densityBugs, densityTests),
  },
  overall_acceptance_rate: rate('overall_acceptance_rate'),
  active_acceptance_rate: rate('active_acceptance_rate'),
  auto_acceptance_rate: rate('auto_acceptance_rate'),
  rejection_rate: rate('rejection_rate'),
  review_rate: rate('review_rate'),
  time_to_review_hours: {
    formula:
      'hours from the report of a bug to the sync that last saw it become accepted or rejected, added up / bugs of which a sync saw this (the API does not tell when a bug was reviewed)',
    unit: 'hours',
    of: 'bugs',
    additive: false,
    parts: ['reviews'],
    compute: ({ reviews, reviewMs }) => ratio(reviewMs / HOUR_MS, reviews),
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** Whether a metric is a quotient, which is told together with its sample size. */
export function isRatio(name: MetricName): boolean {
  return !['tests', 'bugs', 'features', 'testers', 'points'].includes(METRICS[name].unit);
}

/** The parts that these metrics are computed from. */
export function partsFor(names: readonly MetricName[]): ReadonlySet<CountedPart> {
  return new Set(names.flatMap((name): readonly CountedPart[] => METRICS[name].parts));
}

/** The value of a metric. Bugs that were never loaded are unknown, not 0. */
export function metricValue(name: MetricName, parts: MetricParts): MetricValue {
  const found = METRICS[name].compute(parts);
  if (Number.isNaN(found.value)) throw new Error(`What ${name} is computed from was not counted.`);
  return found;
}

const UNKNOWN_RATIO: MetricValue = { value: null, numerator: null, n: 0 };

/** Where no test's bugs were loaded nothing is known about bugs, unless there are some that came on another way. */
function knowsBugs({ testsRead, testsUnread, bugs: byStatus }: MetricParts): boolean {
  return testsUnread === 0 || testsRead > 0 || bugTotal(byStatus) > 0;
}

function plain(value: number | null): MetricValue {
  return { value, numerator: null, n: null };
}

function ratio(numerator: number, n: number): MetricValue {
  return { value: n === 0 ? null : numerator / n, numerator, n };
}
