import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DAY_MS,
  isBeyondRetention,
  isOverTestStatus,
  type RetentionFacts,
  retentionBegin,
  TEST_STATUSES,
} from '../src/index.ts';

const NOW = Date.UTC(2026, 2, 17, 12);
const ended = (endAt: number | null, changes: Partial<RetentionFacts> = {}): RetentionFacts => ({
  status: 'archived',
  startAt: null,
  endAt,
  firstSeenAt: NOW,
  isDeleted: false,
  ...changes,
});

test('whole days count: what ended before the day that lies so many days back is too old', () => {
  const edge = Date.UTC(2026, 1, 15);
  expect(retentionBegin(30, NOW)).toBe(edge);
  expect(isBeyondRetention(ended(edge), 30, NOW)).toBe(false);
  expect(isBeyondRetention(ended(edge - 1), 30, NOW)).toBe(true);
  expect(isBeyondRetention(ended(edge - 1), null, NOW)).toBe(false);
});

test('without an end the start counts, and without a date when the test was first seen', () => {
  const old = NOW - 100 * DAY_MS;
  expect(isBeyondRetention(ended(null, { startAt: old }), 30, NOW)).toBe(true);
  expect(isBeyondRetention(ended(NOW, { startAt: old }), 30, NOW)).toBe(false);
  expect(isBeyondRetention(ended(null), 30, NOW)).toBe(false);
  expect(isBeyondRetention(ended(null, { firstSeenAt: old }), 30, NOW)).toBe(true);
});

test('only tests that are over or deleted grow too old', () => {
  const beyond = [...TEST_STATUSES, 'brand_new', null].filter((status) =>
    isBeyondRetention(ended(0, { status }), 30, NOW),
  );
  expect(beyond).toEqual(['locked', 'customer_finalized', 'archived', 'cancelled']);
  expect(beyond.every(isOverTestStatus)).toBe(true);
  expect(isBeyondRetention(ended(0, { status: 'running', isDeleted: true }), 30, NOW)).toBe(true);
});

test('time only takes away: what is too old stays so, under this limit and every stricter one', () => {
  const instants = fc.integer({ min: 0, max: NOW });
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: 30, max: 5_000 }),
      fc.nat(1_000),
      fc.nat(900 * DAY_MS),
      (end, days, less, later) => {
        if (!isBeyondRetention(ended(end), days, NOW)) return;
        expect(NOW - end).toBeGreaterThan(days * DAY_MS);
        expect(isBeyondRetention(ended(end), days, NOW + later)).toBe(true);
        expect(isBeyondRetention(ended(end), Math.max(30, days - less), NOW)).toBe(true);
      },
    ),
  );
});
