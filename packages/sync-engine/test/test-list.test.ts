import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gap, type ListedTest, walkTestList } from '../src/test-list.ts';
import { apiTrouble, type FakeList, listOf, readerOf } from './fake-list.ts';

async function walk(list: FakeList, likelyPages = 0) {
  const { readPage, asked } = readerOf(list);
  const tests: ListedTest[] = [];
  const gaps: Gap[] = [];
  const result = await walkTestList<ListedTest>({
    readPage,
    reach: () => ({ likelyPages, mayGuess: true }),
    signal: new AbortController().signal,
    onPage: async (page) => {
      tests.push(...page.tests);
      gaps.push(...page.gaps);
    },
  });
  return { tests, gaps, asked, ...result };
}

test.each([0, 1, 24, 25, 26, 49, 50, 75, 295, 1_300])(
  'a list of %i tests is read whole, in order, up to the empty page',
  async (length) => {
    const list = { tests: listOf(length) };
    const { tests, gaps, asked, seenTestIds, stoppedBy } = await walk(list);
    expect(tests).toEqual(list.tests);
    expect(seenTestIds).toEqual(new Set(list.tests.map((one) => one.id)));
    expect(gaps).toEqual([]);
    expect(stoppedBy).toBeNull();
    const needed = Math.ceil(length / 25) + 1;
    expect(asked.some((one) => one.page === needed)).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(needed + (length > 500 ? 3 : 1));
    expect(new Set(asked.map((one) => one.page)).size).toBe(asked.length);
  },
);

test('what the list held last time is asked for at once, without a request too many', async () => {
  const { asked, tests } = await walk({ tests: listOf(295) }, 13);
  expect(asked.map((one) => one.page)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  expect(tests).toHaveLength(295);
});

test('a list that grew beyond what was known is still read whole', async () => {
  const { tests } = await walk({ tests: listOf(180) }, 3);
  expect(tests).toHaveLength(180);
});

test('one broken test anywhere in a list costs exactly one position, recorded with its neighbours', async () => {
  const length = 130;
  const tests = listOf(length);
  for (let position = 0; position < length; position += 1) {
    const walked = await walk({ tests, poisoned: new Set([position]) });
    expect(walked.tests.map((one) => one.id)).toEqual(tests.filter((_, at) => at !== position).map((one) => one.id));
    expect(walked.gaps).toMatchObject([
      { position, length: 1, ordinal: 0, before: tests[position - 1] ?? null, after: tests[position + 1] ?? null },
    ]);
    expect(walked).toMatchObject({ failedPositions: 1, unreadPositions: 0, stoppedBy: null });
  }
});

test('several broken tests cost exactly their positions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 60, max: 200 }),
      fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, 3, 12),
      async (length, positions, likelyPages) => {
        const poisoned = new Set(positions.map((position) => position % length));
        const tests = listOf(length);
        const walked = await walk({ tests, poisoned }, likelyPages);
        expect(walked.tests.map((one) => one.id)).toEqual(
          tests.filter((_, at) => !poisoned.has(at)).map((one) => one.id),
        );
        expect(walked.gaps.map((gap) => gap.position)).toEqual([...poisoned].sort((a, b) => a - b));
        expect(walked.failedPositions).toBe(poisoned.size);
        expect(walked.stoppedBy).toBeNull();
        const keys = walked.gaps.map((gap) => `${gap.before?.id}/${gap.after?.id}/${gap.ordinal}`);
        expect(new Set(keys).size).toBe(keys.length);
      },
    ),
  );
});

test('neighbouring broken tests across a page border share their neighbours and are told apart', async () => {
  const tests = listOf(60);
  const { gaps } = await walk({ tests, poisoned: new Set([24, 25]) });
  expect(gaps).toMatchObject([
    { position: 24, ordinal: 0, before: { id: tests[23]?.id }, after: { id: tests[26]?.id } },
    { position: 25, ordinal: 1, before: { id: tests[23]?.id }, after: { id: tests[26]?.id } },
  ]);
});

test('a product whose only test is broken has one gap without neighbours', async () => {
  const { gaps, tests, stoppedBy } = await walk({ tests: listOf(1), poisoned: new Set([0]) });
  expect(tests).toEqual([]);
  expect(gaps).toMatchObject([{ position: 0, length: 1, before: null, after: null }]);
  expect(stoppedBy).toBeNull();
});

test.each([3, 25, 26, 300])('a host that ignores paging and has %i tests does not loop', async (length) => {
  const list = { tests: listOf(length), ignoresPaging: true };
  const { tests, asked, stoppedBy } = await walk(list);
  expect(tests).toEqual(list.tests);
  expect(stoppedBy).toBeNull();
  expect(asked.length).toBeLessThanOrEqual(3);
});

test('a page that is ill for a moment only loses nothing', async () => {
  let answered = 0;
  const fault = (page: number) => {
    if (page !== 2 || answered > 0) return null;
    answered += 1;
    return apiTrouble(500);
  };
  const list = { tests: listOf(60), fault };
  const { tests, gaps } = await walk(list);
  expect(tests).toEqual(list.tests);
  expect(gaps).toEqual([]);
});

test('an outage stops the walk after three pages and says so', async () => {
  const outage = apiTrouble(503);
  const { asked, stoppedBy, gaps, unreadPositions } = await walk({ tests: listOf(500), fault: () => outage }, 21);
  expect(stoppedBy).toBe(outage);
  expect(unreadPositions).toBe(75);
  expect(gaps.map((gap) => [gap.position, gap.length])).toEqual([
    [0, 25],
    [25, 25],
    [50, 25],
  ]);
  // Each page once with few attempts and once with the client's patience.
  expect(asked.length).toBe(6);
});

test('a server that answers 500 to everything costs less than fifty requests', async () => {
  const { asked, stoppedBy } = await walk({ tests: listOf(500), fault: () => apiTrouble(500) });
  expect(stoppedBy).toMatchObject({ code: 'api_server_error' });
  expect(asked.length).toBeLessThan(50);
});

test('a page lost to an outage is one gap, and the list goes on behind it', async () => {
  const tests = listOf(100);
  const walked = await walk({ tests, fault: (page) => (page === 2 ? apiTrouble(503) : null) });
  expect(walked.tests).toEqual([...tests.slice(0, 25), ...tests.slice(50)]);
  expect(walked.gaps).toMatchObject([
    { position: 25, length: 25, before: { id: tests[24]?.id }, after: { id: tests[50]?.id } },
  ]);
  expect(walked).toMatchObject({ failedPositions: 0, unreadPositions: 25, stoppedBy: null });
});

test('tests that move to a later page while the list is read count once', async () => {
  const tests = listOf(60);
  const newcomer = { id: 9, endAt: 2_000_000 };
  const { readPage } = readerOf({ tests });
  const shifted = readerOf({ tests: [newcomer, ...tests] });
  const seen: number[] = [];
  await walkTestList<ListedTest>({
    readPage: (page, perPage) => (page === 1 ? readPage(page, perPage) : shifted.readPage(page, perPage)),
    reach: () => ({ likelyPages: 0, mayGuess: true }),
    signal: new AbortController().signal,
    onPage: async (page) => {
      seen.push(...page.tests.map((one) => one.id));
    },
  });
  expect(seen).toEqual(tests.map((one) => one.id));
});

test('trouble of the whole product ends the walk with that error', async () => {
  await expect(
    walk({ tests: listOf(60), fault: (page) => (page === 2 ? apiTrouble(404) : null) }),
  ).rejects.toMatchObject({
    code: 'api_not_found',
  });
});

test('nothing is asked for any more once the walk is over', async () => {
  const { readPage } = readerOf({ tests: listOf(25) });
  const signals: AbortSignal[] = [];
  await walkTestList<ListedTest>({
    readPage: (page, perPage, _, signal) => {
      signals.push(signal);
      return readPage(page, perPage);
    },
    reach: () => ({ likelyPages: 0, mayGuess: true }),
    signal: new AbortController().signal,
    onPage: async () => undefined,
  });
  expect(signals.every((signal) => signal.aborted)).toBe(true);
});
