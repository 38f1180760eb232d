import { describe, expect, test } from 'vitest';
import { differenceInterval, type MetricValue, maybeChance, parsePeriod, previousPeriod, toIso } from '../src/index.ts';

const share = (numerator: number, n: number): MetricValue => ({ value: numerator / n, numerator, n });
const count = (value: number | null): MetricValue => ({ value, numerator: null, n: null });

describe('the interval of a difference', () => {
  // Examples of Newcombe's paper of 1998, table II, method 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i of %i against %i of %i', (a, m, b, n, low, high) => {
    const interval = differenceInterval('rejection_rate', share(a, m), share(b, n));
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('counts are taken for Poisson counts', () => {
    expect(differenceInterval('bug_count', count(60), count(40))).toEqual({
      low: expect.closeTo(0.4, 1),
      high: expect.closeTo(39.6, 1),
    });
    const density = differenceInterval('bugs_per_test', share(20, 10), share(10, 10));
    expect(density?.low).toBeCloseTo(1 - 1.96 * Math.sqrt(0.3), 3);
  });

  test('there is none without a method or without data', () => {
    expect(differenceInterval('active_testers', count(3), count(9))).toBeNull();
    expect(differenceInterval('bug_count', count(3), count(null))).toBeNull();
    expect([maybeChance({ low: -1, high: 2 }), maybeChance({ low: 0.1, high: 2 })]).toEqual([true, false]);
  });
});

describe('the period before', () => {
  const settings = { now: Date.UTC(2026, 2, 31, 12), timeZone: 'Europe/Berlin' };

  test.each([
    ['2026-03', '2026-02'],
    ['2026-Q1', '2025-Q4'],
    ['2026', '2025'],
    ['2026-W01', '2025-W52'],
    ['last 30 days', '2026-01-31..2026-03-01'],
    ['2026-03-29', '2026-03-28'],
    ['2026-03-01T10:00:00Z..2026-03-01T16:00:00Z', '2026-03-01T04:00:00Z..2026-03-01T10:00:00Z'],
  ])('%s: %s', (period, before) => {
    const found = previousPeriod(parsePeriod(period, settings), settings);
    const wanted = parsePeriod(before, settings);
    expect([toIso(found?.from ?? null), toIso(found?.to ?? null)]).toEqual([toIso(wanted.from), toIso(wanted.to)]);
  });

  test.each([
    ['this year', 'FY2024'],
    ['2026-Q1', '2025-Q4'],
    ['2026', '2025'],
    ['2025', '2024'],
    ['2026-03', '2026-02'],
  ])('with fiscal years from April, %s: %s', (period, before) => {
    const fiscal = { ...settings, fiscalYearStartMonth: 4 };
    expect(previousPeriod(parsePeriod(period, fiscal), fiscal)).toEqual(parsePeriod(before, fiscal));
  });

  test('there is none before a period that is open', () => {
    for (const open of ['all', 'since 2026', 'until 2026']) {
      expect(previousPeriod(parsePeriod(open, settings), settings)).toBeNull();
    }
  });
});
