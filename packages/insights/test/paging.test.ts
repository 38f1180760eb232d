import { saveBugs, saveProducts, saveTests } from '@testio-mcp/persistence';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, type Rig, rig, sharedRig } from './support/rig.ts';

interface Page {
  readonly total: number;
  readonly returned: number;
  readonly range: string;
  readonly next_cursor: string | null;
  readonly per_page: number;
  readonly sort: string;
  readonly [noun: string]: unknown;
}

const rowsOf = (page: Page, noun: string) => page[noun] as { id: number }[];

const LISTS = [
  ['list_products', 'products', ['title', 'product_type', 'last_test_end_at', 'test_count', 'id']],
  ['list_tests', 'tests', ['end_at', 'start_at', 'status', 'title', 'id']],
  ['list_bugs', 'bugs', ['reported_at', 'severity', 'status', 'title', 'id']],
] as const;

/** Follows cursors to the end. `between` runs after each page. */
async function walk(own: Rig, name: string, noun: string, input: object, between?: () => Promise<void>) {
  const ids: number[] = [];
  let cursor: string | null = null;
  do {
    const page = (await own.ask(name, { ...input, ...(cursor === null ? {} : { cursor }) })) as Page;
    ids.push(...rowsOf(page, noun).map(({ id }) => id));
    cursor = page.next_cursor;
    if (cursor !== null) await between?.();
  } while (cursor !== null);
  return ids;
}

// Few values, so that many rows share one, and nulls among them.
const title = fc.constantFrom(null, 'a', 'A', 'B', 'ä', 'Z');
const instant = fc.constantFrom(null, NOW - 2 * DAY, NOW - DAY, NOW + DAY);
const testStatus = fc.constantFrom('running', 'archived', 'locked', 'brand_new', null);

/** Products, tests and bugs with ids from `first` on. */
function rows(first: number, count: number) {
  const productRow = fc.record({ title, type: fc.constantFrom(null, 'website', 'gaming', 'toaster') });
  const testRow = fc.record({ title, status: testStatus, startAt: instant, endAt: instant });
  const bugRow = fc.record({
    title,
    severity: fc.constantFrom(null, 'critical', 'high', 'low', 'visual', 'custom', 'cosmic'),
    status: fc.constantFrom('forwarded', 'accepted', 'rejected', 'strange'),
    reportedAt: instant,
  });
  const list = <T>(row: fc.Arbitrary<T>) => fc.array(row, { minLength: count, maxLength: count });
  return fc.record({ products: list(productRow), tests: list(testRow), bugs: list(bugRow) }).map((all) => ({
    products: all.products.map((facts, index) => product({ ...facts, id: first + index })),
    tests: all.tests.map((facts, index) => ({
      owner: first + (index % 4),
      test: exploratoryTest({ ...facts, id: first + index }),
    })),
    bugs: all.bugs.map((facts, index) => bug({ ...facts, id: first + index, testId: first + (index % 5) })),
  }));
}

type Rows = ReturnType<typeof rows> extends fc.Arbitrary<infer Value> ? Value : never;

/** Adds rows; what other calls added before stays. */
async function add(own: Rig, added: Rows): Promise<void> {
  await own.write(async (scope) => {
    await saveProducts(scope, added.products, { complete: false });
    for (const [owner, tests] of Map.groupBy(added.tests, (each) => each.owner)) {
      await saveTests(
        scope,
        owner,
        tests.map((each) => each.test),
      );
    }
    for (const [testId, bugs] of Map.groupBy(added.bugs, (each) => each.testId)) {
      await saveBugs(scope, [testId], bugs, []);
    }
  });
}

describe.each(LISTS)('walking the cursors of %s', (name, noun, keys) => {
  test('yields every row once, in order, also when rows appear in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows(1, 12),
        rows(101, 8),
        fc.constantFrom(...keys),
        fc.constantFrom('asc', 'desc'),
        fc.integer({ min: 1, max: 5 }),
        async (before, later, sort_by, sort_order, per_page) => {
          const own = await rig();
          await add(own, before);
          const whole = (await own.ask(name, { sort_by, sort_order, per_page: 200 })) as Page;
          const inOrder = rowsOf(whole, noun).map(({ id }) => id);
          expect(await walk(own, name, noun, { sort_by, sort_order, per_page })).toEqual(inOrder);

          let isFirst = true;
          const walked = await walk(own, name, noun, { sort_by, sort_order, per_page }, async () => {
            if (isFirst) await add(own, later);
            isFirst = false;
          });
          expect(new Set(walked).size).toBe(walked.length);
          const old = new Set(inOrder);
          // Counts and last ends of products move with the tests that appear; other keys of old rows do not.
          if (name !== 'list_products') expect(walked.filter((id) => old.has(id))).toEqual(inOrder);
          const now = rowsOf((await own.ask(name, { sort_by, sort_order, per_page: 200 })) as Page, noun);
          const place = new Map(now.map(({ id }, index) => [id, index]));
          const places = walked.map((id) => place.get(id) ?? -1);
          if (name !== 'list_products') expect(places).toEqual([...places].sort((a, b) => a - b));
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('order', () => {
  const own = sharedRig(async (each) => {
    await each.products(
      product({ id: 1, title: 'beta' }),
      product({ id: 2, title: 'Alpha' }),
      product({ id: 3, title: null }),
    );
    await each.tests(
      1,
      exploratoryTest({ id: 1, endAt: NOW - DAY, status: 'archived', title: 'x' }),
      exploratoryTest({ id: 2, endAt: null, status: 'brand_new', title: 'X' }),
      exploratoryTest({ id: 3, endAt: NOW + DAY, status: 'initialized', title: null }),
      exploratoryTest({ id: 4, endAt: NOW - DAY, status: 'running', title: 'a' }),
    );
    const severities = ['low', 'custom', 'critical', null, 'visual', 'high', 'content', 'critical', 'odd'];
    await each.bugs(
      [1, 2, 3, 4],
      ...severities.map((severity, index) => bug({ id: index + 1, testId: 1, severity, reportedAt: NOW - index })),
    );
  });
  const order = async (name: string, noun: string, input: object) =>
    rowsOf((await own().ask(name, input)) as Page, noun).map(({ id }) => id);

  test('of tests: the newest end first, those without one last either way', async () => {
    expect(await order('list_tests', 'tests', {})).toEqual([3, 4, 1, 2]);
    expect(await order('list_tests', 'tests', { sort_order: 'asc' })).toEqual([1, 4, 3, 2]);
  });

  test('of tests by status follows their life, unknown ones at the end of it', async () => {
    expect(await order('list_tests', 'tests', { sort_by: 'status', sort_order: 'asc' })).toEqual([3, 4, 1, 2]);
  });

  test('by title does not mind case', async () => {
    expect(await order('list_tests', 'tests', { sort_by: 'title', sort_order: 'asc' })).toEqual([4, 1, 2, 3]);
    expect(await order('list_products', 'products', {})).toEqual([2, 1, 3]);
  });

  test('of bugs by severity goes by rank, then by type', async () => {
    expect(await order('list_bugs', 'bugs', { sort_by: 'severity' })).toEqual([8, 3, 6, 1, 5, 7, 2, 9, 4]);
    expect(await order('list_bugs', 'bugs', { sort_by: 'severity', sort_order: 'asc' })).toEqual([
      4, 9, 2, 7, 5, 1, 6, 3, 8,
    ]);
  });
});

describe('a page', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1 }), product({ id: 2 }));
    await each.tests(
      1,
      ...Array.from({ length: 23 }, (_, index) => exploratoryTest({ id: index + 1, endAt: NOW + index })),
    );
    await each.tests(2);
  });
  const page = async (input: object) => (await own().ask('list_tests', { per_page: 5, ...input })) as Page;
  const first = (each: Page) => rowsOf(each, 'tests')[0]?.id;

  test('tells where it stands', async () => {
    expect(await page({})).toMatchObject({
      total: 23,
      returned: 5,
      range: 'items 1–5 of 23',
      per_page: 5,
      sort: 'end_at desc',
    });
    expect(await page({ page: 5 })).toMatchObject({ returned: 3, range: 'items 21–23 of 23', next_cursor: null });
    expect(await page({ page: 6 })).toMatchObject({
      total: 23,
      returned: 0,
      range: 'no items of 23',
      next_cursor: null,
    });
    expect(await page({ product_id: 2 })).toMatchObject({
      total: 0,
      returned: 0,
      range: 'no items of 0',
      next_cursor: null,
    });
  });

  test('can be chosen by number and offset together', async () => {
    expect(await page({ page: 3 })).toMatchObject({ range: 'items 11–15 of 23' });
    const chosen = await page({ page: 2, offset: 3 });
    expect(chosen).toMatchObject({ range: 'items 9–13 of 23' });
    expect(first(chosen)).toBe(15);
  });

  test('that ends with the last row has no next one', async () => {
    expect((await page({ per_page: 23 })).next_cursor).toBeNull();
    expect((await page({ per_page: 22 })).next_cursor).not.toBeNull();
  });

  test('reached by cursor counts what stands before it', async () => {
    const { next_cursor } = await page({ page: 2 });
    const third = await page({ cursor: next_cursor });
    expect(third).toMatchObject({ range: 'items 11–15 of 23', returned: 5 });
    expect(await page({ cursor: next_cursor, per_page: 2 })).toMatchObject({ range: 'items 11–12 of 23' });
  });

  test('has the default size when none is asked for, at most 200', async () => {
    const sized = (defaultPageSize: number) => own().ask('list_tests', {}, { limits: { defaultPageSize } });
    expect(await sized(7)).toMatchObject({ returned: 7, per_page: 7 });
    expect(await sized(5000)).toMatchObject({ returned: 23, per_page: 200 });
  });

  describe('cannot go on from a cursor', () => {
    const refused = async (input: object) => (await own().refuse('list_tests', { per_page: 5, ...input })).report();

    test('with other filters', async () => {
      const { next_cursor: cursor } = await page({ statuses: 'running' });
      expect(await page({ statuses: 'running', cursor })).toMatchObject({ range: 'items 6–10 of 23' });
      const error = await refused({ statuses: 'locked', cursor });
      expect(error).toMatchObject({ code: 'invalid_cursor', kind: 'validation', field: 'cursor', received: cursor });
      expect(error.message).toContain('other filters');
      expect(await refused({ cursor })).toMatchObject({ code: 'invalid_cursor' });
      expect(await own().refuse('list_bugs', { cursor })).toMatchObject({ code: 'invalid_cursor' });
    });

    test('in another order; without one it keeps its own', async () => {
      const { next_cursor: cursor } = await page({ sort_by: 'id', sort_order: 'asc' });
      expect(await page({ cursor })).toMatchObject({ sort: 'id asc', range: 'items 6–10 of 23' });
      expect(await refused({ cursor, sort_by: 'title' })).toMatchObject({ code: 'invalid_cursor' });
      expect(await refused({ cursor, sort_order: 'desc' })).toMatchObject({ code: 'invalid_cursor' });
    });

    test('on another page', async () => {
      const { next_cursor: cursor } = await page({});
      expect(await refused({ cursor, page: 2 })).toMatchObject({ code: 'invalid_input', field: 'page' });
      expect(await refused({ cursor, offset: 1 })).toMatchObject({ code: 'invalid_input', field: 'offset' });
    });

    test.each(['nonsense', 'WzFd', Buffer.from('[1,"x","end_at","desc",{},1]').toString('base64url'), '{}', '%%%'])(
      'that we did not make: %s',
      async (cursor) => {
        expect(await refused({ cursor })).toMatchObject({ code: 'invalid_cursor' });
      },
    );
  });
});
