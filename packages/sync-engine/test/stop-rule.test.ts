import { expect, test } from 'vitest';
import type { KnownTest } from '../src/known-list.ts';
import { knownList } from '../src/known-list.ts';
import { planLookBack } from '../src/look-back.ts';
import { CleanPages, EndOrder, PeriodEnd, type WrittenPage } from '../src/stop-rule.ts';

/** A list of known final tests, newest end first; ids grow with the position. */
function knownTests(length: number, change: (index: number) => Partial<KnownTest> = () => ({})): KnownTest[] {
  return Array.from({ length }, (_, index) => ({
    id: index + 1,
    endAt: 1_000_000 - index,
    isFinal: true,
    isUnfinished: false,
    ...change(index),
  }));
}

function pageOf(tests: readonly KnownTest[], page: number, change: Partial<WrittenPage> = {}): WrittenPage {
  return {
    tests: tests.slice((page - 1) * 25, page * 25),
    isClosed: true,
    hasNewGap: false,
    rowsWritten: 0,
    ...change,
  };
}

function rulesOf(tests: readonly KnownTest[]): CleanPages {
  return new CleanPages(knownList(tests, [], null).tests);
}

test('two clean pages in a row are enough, not one', () => {
  const tests = knownTests(100);
  const rule = rulesOf(tests);
  expect([1, 2].map((page) => rule.add(pageOf(tests, page)))).toEqual([false, true]);
});

const SPOILS: [string, (index: number) => Partial<KnownTest>, Partial<WrittenPage>][] = [
  ['a test that can still change', (index) => ({ isFinal: index !== 30 }), {}],
  ['a test of a reading that was cut off', (index) => ({ isUnfinished: index === 30 }), {}],
  ['a changed row', () => ({}), { rowsWritten: 1 }],
  ['a position that fails for the first time', () => ({}), { hasNewGap: true }],
  ['a gap whose second neighbour is still to come', () => ({}), { isClosed: false }],
];

test.each(SPOILS)('%s on page 2 asks for two more pages', (_, known, page) => {
  const tests = knownTests(100, known);
  const rule = rulesOf(tests);
  const answers = [1, 2, 3, 4].map((at) => rule.add(pageOf(tests, at, at === 2 ? page : {})));
  expect(answers).toEqual([false, false, false, true]);
});

test('a test that nobody knew asks for two more pages', () => {
  const tests = knownTests(100);
  const rule = rulesOf(tests.filter((one) => one.id !== 30));
  expect([1, 2, 3, 4].map((page) => rule.add(pageOf(tests, page)))).toEqual([false, false, false, true]);
});

test('a list out of order is never read enough', () => {
  const tests = knownTests(200, (index) => ({ endAt: index === 10 ? 2_000_000 : 1_000_000 - index }));
  const rule = rulesOf(tests);
  expect([1, 2, 3, 4, 5].map((page) => rule.add(pageOf(tests, page)))).toEqual(Array.from({ length: 5 }, () => false));
});

test('tests without an end stand anywhere, and equal ends in any order', () => {
  const order = new EndOrder();
  expect(
    order.add([
      { id: 1, endAt: 9 },
      { id: 2, endAt: null },
      { id: 3, endAt: 9 },
      { id: 4, endAt: 8 },
    ]),
  ).toBe(true);
  expect(order.add([{ id: 5, endAt: null }])).toBe(true);
  expect(order.add([{ id: 6, endAt: 9 }])).toBe(false);
});

test('a period is read once a closed page ends before it', () => {
  const tests = knownTests(100);
  const end = new PeriodEnd({ from: 1_000_000 - 60, to: null });
  expect([1, 2].map((page) => end.add(pageOf(tests, page)))).toEqual([false, false]);
  expect(end.add(pageOf(tests, 3, { isClosed: false }))).toBe(false);
  expect(end.add(pageOf(tests, 4))).toBe(true);
  expect(new PeriodEnd({ from: null, to: 5 }).add(pageOf(tests, 4))).toBe(false);
});

const LENGTHS: [number, readonly number[], number][] = [
  [0, [], 1],
  [10, [], 2],
  [25, [], 2],
  [60, [], 2],
  [200, [0], 3],
  [200, [0, 30, 60], 5],
  [200, [0, 110], 3],
  [200, [170], 2],
  [60, [55], 2],
  [60, [30], 4],
];

test.each(LENGTHS)('of %i tests, those at %j can change: %i pages are read', (length, changing, pages) => {
  const tests = knownTests(length, (index) => ({ isFinal: !changing.includes(index) }));
  expect(knownList(tests, [], null).headPages).toBe(pages);
});

test('what can still change below is looked for: several on a page by that page, single ones by themselves', () => {
  const changing = [3, 80, 105, 110, 160];
  const tests = knownTests(200, (index) => ({ isFinal: !changing.includes(index) }));
  const seenTestIds = new Set(tests.slice(0, 75).map((one) => one.id));
  const plan = planLookBack(knownList(tests, [], null), {
    seenTestIds,
    pages: 3,
    newTests: 0,
    failureKeys: new Set(),
  });
  expect(plan).toMatchObject({
    pages: [{ page: 5, testIds: [106, 111] }],
    singles: [81, 161],
    probes: [],
    hasMoved: false,
  });
});
