import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowPage } from '../src/narrow-page.ts';
import { apiTrouble, listOf, readerOf } from './fake-list.ts';

const cause = apiTrouble(500);

test('one broken test costs its own position, wherever it stands in the page', async () => {
  for (let first = 0; first < 100; first += 25) {
    for (let position = first; position < first + 25; position += 1) {
      const tests = listOf(103);
      const { readPage, asked } = readerOf({ tests, poisoned: new Set([position]) });
      const range = await narrowPage(first, 25, cause, readPage);
      expect(range.failed.map((one) => one.position)).toEqual([position]);
      expect(range.givenUp).toBeNull();
      const others = Array.from({ length: 25 }, (_, index) => first + index).filter((other) => other !== position);
      expect([...range.read.keys()].sort((a, b) => a - b)).toEqual(others);
      for (const [other, row] of range.read) expect(row).toBe(tests[other]);
      expect(asked.length).toBeLessThanOrEqual(11);
    }
  }
});

test('several broken tests cost exactly their positions, and no page is asked for twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 2 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 5 }),
      async (length, page, offsets) => {
        const first = page * 25;
        const poisoned = new Set(offsets.map((offset) => first + offset).filter((position) => position < length));
        fc.pre(poisoned.size > 0);
        const tests = listOf(length);
        const { readPage, asked } = readerOf({ tests, poisoned });
        const range = await narrowPage(first, 25, cause, readPage);
        expect(range.failed.map((one) => one.position).sort((a, b) => a - b)).toEqual(
          [...poisoned].sort((a, b) => a - b),
        );
        const readable = tests.map((_, position) => position).slice(first, first + 25);
        expect([...range.read.keys()].sort((a, b) => a - b)).toEqual(readable.filter((one) => !poisoned.has(one)));
        expect(new Set(asked.map((one) => `${one.page}/${one.perPage}`)).size).toBe(asked.length);
      },
    ),
  );
});

test('every position is settled or given up, whatever is broken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 30 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 25 }),
      async (length, offsets) => {
        const { readPage } = readerOf({ tests: listOf(length), poisoned: new Set(offsets) });
        const range = await narrowPage(0, 25, cause, readPage);
        const settled = [...range.read.keys(), ...range.failed.map((one) => one.position), ...range.unread];
        expect(new Set(settled).size).toBe(settled.length);
        for (let position = 0; position < Math.min(25, length); position += 1) expect(settled).toContain(position);
        expect(range.unread.length > 0).toBe(range.givenUp !== null);
      },
    ),
  );
});

test('a server that answers 500 to everything is not asked position by position', async () => {
  const { readPage, asked } = readerOf({ tests: listOf(50), fault: () => apiTrouble(500) });
  const range = await narrowPage(25, 25, cause, readPage);
  expect(range.givenUp).toBe(cause);
  expect(range.unread).toHaveLength(25);
  expect(asked.length).toBeLessThanOrEqual(14);
});

test('an outage in between ends the narrowing and keeps what was read', async () => {
  const outage = apiTrouble(503);
  const { readPage, asked } = readerOf({
    tests: listOf(25),
    poisoned: new Set([3]),
    fault: (_, perPage) => (perPage === 5 ? outage : null),
  });
  const range = await narrowPage(0, 25, cause, readPage);
  expect(range.givenUp).toBe(outage);
  expect([...range.read.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => 10 + index));
  expect(range.unread).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(asked.some((one) => one.perPage < 5)).toBe(false);
});

test('trouble of the whole product or run is passed on', async () => {
  const { readPage } = readerOf({ tests: listOf(25), fault: () => apiTrouble(401) });
  await expect(narrowPage(0, 25, cause, readPage)).rejects.toMatchObject({ code: 'api_unauthorized' });
});
