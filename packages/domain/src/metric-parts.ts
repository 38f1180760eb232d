import { type BugsByStatus, noBugs } from './rates.ts';

/** Ages of open bugs, counted from their report: a bug that nobody reviews is accepted by the system after ten days. */
export const OPEN_AGES = ['under_3_days', '3_to_7_days', 'over_7_days', 'unknown'] as const;
export type OpenAge = (typeof OPEN_AGES)[number];

/** Days at which an open bug passes from one age to the next. */
export const OPEN_AGE_BOUNDS_DAYS = [3, 7] as const;

/**
 * The counts that every metric of a group of tests and bugs is computed from. Those that no metric of the question needs are NaN:
 * they were not counted.
 */
export interface MetricParts {
  readonly tests: number;
  /** Tests with a known creator, with a known submitter. */
  readonly testsCreated: number;
  readonly testsSubmitted: number;
  /**
   * Tests whose bugs were ever loaded, and the others; NaN where no metric needs them. These may be more than `tests`, if those are only
   * tests with certain bugs.
   */
  readonly testsRead: number;
  readonly testsUnread: number;
  readonly bugs: BugsByStatus;
  readonly knownBugs: number;
  readonly severityScore: number;
  /** Open bugs by age. */
  readonly open: Readonly<Record<OpenAge, number>>;
  /** Bugs that a sync saw going from their report to a person's verdict, and the time this took them in all. */
  readonly reviews: number;
  readonly reviewMs: number;
  /** Density: bugs of tests whose bugs were loaded, and these tests; null where no number of tests fits the bugs. */
  readonly densityBugs: number;
  readonly densityTests: number | null;
  /** Distinct features and testers; null: not counted. They do not add up, because one may be in several groups. */
  readonly features: number | null;
  readonly testers: number | null;
}

/** A part that costs time to count, so that it is counted only where a metric needs it. The others are always counted. */
export type CountedPart =
  | 'tests'
  | 'testsCreated'
  | 'testsSubmitted'
  | 'features'
  | 'knownBugs'
  | 'severityScore'
  | 'open'
  | 'reviews'
  | 'densityBugs'
  | 'testers';

/** A group with nothing in it. */
export function noParts(): MetricParts {
  return {
    tests: 0,
    testsCreated: 0,
    testsSubmitted: 0,
    testsRead: 0,
    testsUnread: 0,
    bugs: noBugs(),
    knownBugs: 0,
    severityScore: 0,
    open: { under_3_days: 0, '3_to_7_days': 0, over_7_days: 0, unknown: 0 },
    reviews: 0,
    reviewMs: 0,
    densityBugs: 0,
    densityTests: 0,
    features: 0,
    testers: 0,
  };
}

/** Adds up groups that share no test and no bug. Distinct counts are unknown afterwards. */
export function addParts(one: MetricParts, other: MetricParts): MetricParts {
  return {
    tests: one.tests + other.tests,
    testsCreated: one.testsCreated + other.testsCreated,
    testsSubmitted: one.testsSubmitted + other.testsSubmitted,
    testsRead: one.testsRead + other.testsRead,
    testsUnread: one.testsUnread + other.testsUnread,
    bugs: addBugs(one.bugs, other.bugs),
    knownBugs: one.knownBugs + other.knownBugs,
    severityScore: one.severityScore + other.severityScore,
    open: addAges(one.open, other.open),
    reviews: one.reviews + other.reviews,
    reviewMs: one.reviewMs + other.reviewMs,
    densityBugs: one.densityBugs + other.densityBugs,
    densityTests:
      one.densityTests === null || other.densityTests === null ? null : one.densityTests + other.densityTests,
    features: null,
    testers: null,
  };
}

function addBugs(one: BugsByStatus, other: BugsByStatus): BugsByStatus {
  return {
    open: one.open + other.open,
    accepted: one.accepted + other.accepted,
    auto_accepted: one.auto_accepted + other.auto_accepted,
    rejected: one.rejected + other.rejected,
    other: one.other + other.other,
  };
}

function addAges(one: MetricParts['open'], other: MetricParts['open']): MetricParts['open'] {
  return {
    under_3_days: one.under_3_days + other.under_3_days,
    '3_to_7_days': one['3_to_7_days'] + other['3_to_7_days'],
    over_7_days: one.over_7_days + other.over_7_days,
    unknown: one.unknown + other.unknown,
  };
}
