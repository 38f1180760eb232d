import {
  bugRates,
  DAY_MS,
  type EpochMs,
  type Period,
  type PeriodSettings,
  periodAround,
  toIso,
  unitName,
} from '@testio-mcp/domain';
import { type CountedTest, figuresOf, sumOf } from './counted-tests.ts';
import type { QualityReport } from './report-shape.ts';

type Trend = QualityReport['trend'];

/** The longest span, in days, that is shown by this unit: about thirty points at most. */
const UNITS: readonly [Trend['unit'], number][] = [
  ['week', 210],
  ['month', 920],
  ['quarter', 2_800],
  ['year', Number.POSITIVE_INFINITY],
];

/**
 * The tests by the week, month, quarter or year in which they end, oldest first, without gaps: a month without tests is told as
 * one. Tests without an end stand at the end, without a start.
 */
export function trendOf(tests: readonly CountedTest[], calendar: Omit<PeriodSettings, 'now'>): Trend {
  const ends = tests.flatMap(({ end_at }) => (end_at === null ? [] : [end_at]));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const days = ends.length === 0 ? 0 : (last - first) / DAY_MS;
  const unit = UNITS.find(([, most]) => days <= most)?.[0] ?? 'year';
  const around = (instant: EpochMs) => periodAround(instant, unit, calendar);
  const starts = ends.length === 0 ? [] : startsBetween(first, last, around);
  const groups = Map.groupBy(tests, ({ end_at }) => (end_at === null ? null : lastUntil(starts, end_at)));
  const items = [...starts, ...(groups.has(null) ? [null] : [])].map((start) => {
    const parts = sumOf(groups.get(start) ?? []);
    return { start: toIso(start), ...figuresOf(parts), rejection_rate: bugRates(parts.bugs).rejection_rate.value };
  });
  return { unit, total: items.length, items, rest: 0 };
}

/** What a point of a trend is called: the day on which its week begins, else its month, quarter or year. */
export function pointName(start: string | null, unit: Trend['unit'], period: QualityReport['period']): string {
  if (start === null) return 'no end';
  const calendar = { timeZone: period.time_zone, fiscalYearStartMonth: period.fiscal_year_start };
  return unitName(Date.parse(start), unit === 'week' ? 'day' : unit, calendar);
}

/** The last of these starts, which are in order, that is not after the instant. */
function lastUntil(starts: readonly EpochMs[], instant: EpochMs): EpochMs | undefined {
  return starts.findLast((start) => start <= instant);
}

function startsBetween(first: EpochMs, last: EpochMs, around: (instant: EpochMs) => Period): EpochMs[] {
  const starts: EpochMs[] = [];
  for (
    let period = around(first);
    period.from !== null && period.from <= last;
    period = around(period.to ?? last + 1)
  ) {
    starts.push(period.from);
    if (period.to === null) break;
  }
  return starts;
}
