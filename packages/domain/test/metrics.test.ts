import { describe, expect, test } from 'vitest';
import {
  addParts,
  isRatio,
  METRIC_NAMES,
  METRICS,
  type MetricParts,
  metricValue,
  noParts,
  zoneOffsets,
} from '../src/index.ts';

const parts = (changes: Partial<MetricParts>): MetricParts => ({ ...noParts(), ...changes });

const some = parts({
  tests: 4,
  testsRead: 4,
  bugs: { open: 5, accepted: 8, auto_accepted: 2, rejected: 5, other: 0 },
  densityBugs: 20,
  densityTests: 4,
  reviews: 2,
  reviewMs: 3 * 3_600_000,
  features: 3,
  testers: 2,
});

describe('metrics', () => {
  test('a ratio tells what it was made from', () => {
    expect(metricValue('active_acceptance_rate', some)).toEqual({ value: 0.4, numerator: 8, n: 20 });
    expect(metricValue('auto_acceptance_rate', some)).toEqual({ value: 0.2, numerator: 2, n: 10 });
    expect(metricValue('bugs_per_test', some)).toEqual({ value: 5, numerator: 20, n: 4 });
    expect(metricValue('time_to_review_hours', some)).toEqual({ value: 1.5, numerator: 3, n: 2 });
    expect(metricValue('bug_count', some)).toEqual({ value: 20, numerator: null, n: null });
  });

  test('no ratio of nothing has a value, and every count of nothing is 0', () => {
    for (const name of METRIC_NAMES) {
      const { value, n } = metricValue(name, noParts());
      expect([name, value, n]).toEqual([name, isRatio(name) ? null : 0, isRatio(name) ? 0 : null]);
    }
  });

  test('bugs that were never loaded are unknown; tests are not', () => {
    const unread = parts({ tests: 2, testsUnread: 2 });
    for (const name of METRIC_NAMES) {
      const { value } = metricValue(name, unread);
      expect([name, value === null]).toEqual([name, METRICS[name].of === 'bugs']);
    }
    expect(metricValue('bug_count', parts({ tests: 2, testsRead: 1, testsUnread: 1 })).value).toBe(0);
  });

  test('additive metrics add up, and what is distinct is unknown of a sum', () => {
    const sum = addParts(some, parts({ ...some, densityTests: null }));
    for (const name of METRIC_NAMES.filter((each) => METRICS[each].additive)) {
      expect([name, metricValue(name, sum).value]).toEqual([name, 2 * (metricValue(name, some).value ?? Number.NaN)]);
    }
    expect(metricValue('active_testers', sum).value).toBeNull();
    expect(metricValue('bugs_per_test', sum).value).toBeNull();
    expect(metricValue('rejection_rate', sum)).toEqual({ value: 0.25, numerator: 10, n: 40 });
  });
});

describe('zoneOffsets', () => {
  const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 11, 31)];

  test.each([
    ['UTC', [], 0],
    ['Asia/Kolkata', [], 5.5],
    [
      'Europe/Berlin',
      [
        ['2026-03-29T01:00:00.000Z', 1],
        ['2026-10-25T01:00:00.000Z', 2],
      ],
      1,
    ],
    [
      'America/New_York',
      [
        ['2026-03-08T07:00:00.000Z', -5],
        ['2026-11-01T06:00:00.000Z', -4],
      ],
      -5,
    ],
    [
      'Australia/Lord_Howe',
      [
        ['2026-04-04T15:00:00.000Z', 11],
        ['2026-10-03T15:30:00.000Z', 10.5],
      ],
      11,
    ],
  ])('%s', (timeZone, changes, last) => {
    const offsets = zoneOffsets(from, to, timeZone);
    const told = offsets.changes.map(({ until, offsetMs }) => [new Date(until).toISOString(), offsetMs / 3_600_000]);
    expect([told, offsets.lastMs / 3_600_000]).toEqual([changes, last]);
  });
});
