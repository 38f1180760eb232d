import { saveBugs, saveProducts, saveTests } from '@testio-mcp/persistence';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { type Page, rowsOf } from '../support/list-page.ts';
import { idsOf, type QueueRow } from '../support/queue-row.ts';
import { DAY, NOW, type Rig, rig } from '../support/rig.ts';

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

const facts = fc.record({
  id: fc.integer({ min: 1, max: 500 }),
  reportedAt: fc.constantFrom(null, ...[0, 1, 1, 9, 10, 11].map((days) => NOW - days * DAY)),
  severity: fc.constantFrom('critical', 'high', 'low', 'visual', 'odd', null),
  status: fc.constantFrom('forwarded', 'forwarded', 'accepted'),
});

test('walking its pages gives every bug of the queue once, in order, also when bugs come between pages', async () => {
  const fill = (own: Rig, bugs: readonly (typeof facts extends fc.Arbitrary<infer T> ? T : never)[]) =>
    own.bugs([10], ...bugs.map((each) => bug({ ...each, testId: 10 })));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(facts, { selector: ({ id }) => id, maxLength: 30 }),
      fc.uniqueArray(facts, { selector: ({ id }) => id, maxLength: 5 }),
      async (first, more) => {
        const own = await rig();
        await own.products(product({ id: 1 }));
        await own.tests(1, exploratoryTest({ id: 10 }));
        await fill(own, first);
        const later = more.map((each) => ({ ...each, id: each.id + 500 }));
        const seen: QueueRow[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await own.ask('get_triage_queue', { per_page: 3, cursor });
          expect(page.total).toBe(Object.values(page.by_severity as Record<string, number>).reduce((a, b) => a + b, 0));
          seen.push(...page.bugs);
          cursor = page.next_cursor;
          await fill(own, [...first, ...later]);
        } while (cursor !== null);
        const old = seen.filter(({ id }) => id <= 500);
        expect(idsOf(old).sort()).toEqual(
          first.flatMap(({ id, status }) => (status === 'forwarded' ? [id] : [])).sort(),
        );
        expect(new Set(idsOf(seen)).size).toBe(seen.length);
        const deadlines = seen.map((each) => each.auto_acceptance_at ?? '9');
        expect(deadlines).toEqual([...deadlines].sort());
      },
    ),
    { numRuns: 15 },
  );
});
