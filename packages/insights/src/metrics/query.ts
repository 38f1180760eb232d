import { type EpochMs, METRICS, type MetricName, type Period, partsFor } from '@testio-mcp/domain';
import { type DimensionName, dimension } from './dimensions.ts';

/** What a group is grouped by: an id, a word, or null for none. */
export type Key = string | number | null;

/** Which time a period and the groups by time mean. */
export const TIME_AXES = ['test_end', 'bug_reported'] as const;
export type TimeAxis = (typeof TIME_AXES)[number];

/** Accepted values of dimensions; null is a value too: none. */
export type Filters = ReadonlyMap<DimensionName, readonly Key[]>;

/** A question about numbers. */
export interface MetricQuery {
  readonly dimensions: readonly DimensionName[];
  readonly filters: Filters;
  readonly period: Period;
  readonly timeAxis: TimeAxis;
  readonly timeZone: string;
  /** 1–12: where quarters and years begin. */
  readonly fiscalYearStartMonth: number;
  readonly now: EpochMs;
  /** What is counted depends on them: the parts of a group are those that these need. */
  readonly metrics: readonly MetricName[];
}

/** Whether a dimension says something that only bugs have. */
function isOfBugs(name: DimensionName, axis: TimeAxis): boolean {
  const { level } = dimension(name);
  return level === 'bug' || (level === 'time' && axis === 'bug_reported');
}

/** Whether the period selects bugs, not tests. */
function hasBugPeriod({ timeAxis, period }: MetricQuery): boolean {
  return timeAxis === 'bug_reported' && (period.from !== null || period.to !== null);
}

/** Those dimensions of the question that tests have. */
export function testDimensions({ dimensions, timeAxis }: MetricQuery): DimensionName[] {
  return dimensions.filter((name) => !isOfBugs(name, timeAxis));
}

/** Whether only tests with certain bugs count: the question groups or filters by something that only bugs have. */
export function countsTestsByBugs(query: MetricQuery): boolean {
  const names = [...query.dimensions, ...query.filters.keys()];
  return hasBugPeriod(query) || names.some((name) => isOfBugs(name, query.timeAxis));
}

/**
 * Whether the tests of a group tell something that its bugs do not. Where only bugs make groups, each has a bug: nothing of it is unknown
 * because bugs were not loaded, and tests are counted by their bugs.
 */
export function needsTestsByGroup(query: MetricQuery): boolean {
  return testDimensions(query).length === query.dimensions.length || partsFor(query.metrics).has('densityBugs');
}

/** Whether there is a number of tests that bugs can be divided by: nobody knows which tests ran when a bug was reported. */
export function hasDensity(query: MetricQuery): boolean {
  const hasTime = query.dimensions.some((name) => dimension(name).level === 'time');
  return !hasBugPeriod(query) && !(query.timeAxis === 'bug_reported' && hasTime);
}

/** Whether the groups of a question add up to its total: no test, or no bug, stands in two of them or in none. */
export function addsUp(name: MetricName, query: MetricQuery): boolean {
  const { additive, of } = METRICS[name];
  if (!additive) return false;
  if (of === 'bugs') return !query.dimensions.some((each) => dimension(each).isManyOfBugs);
  return !query.dimensions.some((each) => dimension(each).isManyOfTests || isOfBugs(each, query.timeAxis));
}
