import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_THRESHOLDS, healthOf, JUDGED_RATE_NAMES, JUDGED_RATES, worstHealth } from '../src/index.ts';

test.each([
  ['rejection_rate', 0.199999, 'healthy'],
  ['rejection_rate', 0.2, 'warning'],
  ['rejection_rate', 7 / 35, 'warning'],
  ['rejection_rate', 0.35, 'critical'],
  ['auto_acceptance_rate', 0.4, 'critical'],
  ['review_rate', 0.800001, 'healthy'],
  ['review_rate', 0.8, 'warning'],
  ['review_rate', 0.6, 'critical'],
  ['review_rate', null, 'unknown'],
] as const)('%s of %s is %s: bounds belong to the worse band', (name, value, state) => {
  expect(healthOf(name, value, DEFAULT_THRESHOLDS[name])).toBe(state);
});

test('a worse rate never has a better state', () => {
  const order = ['healthy', 'warning', 'critical'];
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...JUDGED_RATE_NAMES), share, share, (name, one, other) => {
      const [better, worse] = [one, other].sort((a, b) => (JUDGED_RATES[name] === 'above' ? a - b : b - a));
      const rank = (value = 0) => order.indexOf(healthOf(name, value, DEFAULT_THRESHOLDS[name]));
      expect(rank(better)).toBeLessThanOrEqual(rank(worse));
    }),
  );
});

test('the worst of several states wins, and what is unknown only if nothing else is known', () => {
  expect(worstHealth(['healthy', 'unknown', 'warning'])).toBe('warning');
  expect(worstHealth(['healthy', 'unknown'])).toBe('healthy');
  expect(worstHealth(['unknown'])).toBe('unknown');
  expect(worstHealth([])).toBe('unknown');
});
