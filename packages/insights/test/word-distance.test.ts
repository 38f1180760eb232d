import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { expect, test } from 'vitest';
import { wordDistance } from '../src/input/word-distance.ts';

test.each([
  ['payment', 'payment', 0, 0],
  ['paymnet', 'payment', 1, 1],
  ['paymnt', 'payment', 1, 1],
  ['chekou', 'checkout', 2, 1],
  ['pamy', 'payment', 4, 1],
  ['', 'abc', 3, 0],
  ['abc', '', 3, 3],
  ['日本', '日本語', 1, 0],
])('%j and %j are %i apart, as a beginning %i', (word, other, whole, beginning) => {
  expect(wordDistance(word, other)).toEqual({ whole, beginning });
});

test('a swap counts once, everything else as Levenshtein counts it; a beginning is never farther than the whole', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      const { whole, beginning } = wordDistance(one, other);
      const plain = distance(one, other);
      expect(whole).toBeLessThanOrEqual(plain);
      expect(whole).toBeGreaterThanOrEqual(plain / 2);
      expect(wordDistance(other, one).whole).toBe(whole);
      const beginnings = Array.from({ length: other.length + 1 }, (_, length) => other.slice(0, length));
      expect(beginning).toBe(Math.min(...beginnings.map((start) => wordDistance(one, start).whole)));
      if (other.startsWith(one)) expect(beginning).toBe(0);
    }),
  );
});
