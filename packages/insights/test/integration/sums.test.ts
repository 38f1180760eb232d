import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bug, device, exploratoryTest, product, snapshot } from '../support/entities.ts';
import { DAY, NOW, type Rig, rig } from '../support/rig.ts';

const bugFacts = fc.record({
  severity: fc.constantFrom(null, 'critical', 'high', 'low', 'visual', 'content', 'custom', 'usability'),
  status: fc.constantFrom('forwarded', 'accepted', 'rejected', 'pending', null),
  autoAccepted: fc.boolean(),
  known: fc.boolean(),
  testFeatureId: fc.constantFrom(null, 0, 1, 9),
  devices: fc.array(fc.constantFrom(device('iOS', 'Tablets', ['Safari']), device(null, null, [])), { maxLength: 2 }),
});
const testFacts = fc.record({
  status: fc.constantFrom('running', 'archived', 'locked', 'initialized', 'cancelled', 'completed', null),
  endAt: fc.constantFrom(null, NOW - DAY, NOW - 60 * DAY, NOW + DAY),
  bugs: fc.array(bugFacts, { maxLength: 6 }),
  isLoaded: fc.boolean(),
  isDeleted: fc.boolean(),
});
const account = fc.array(fc.array(testFacts, { maxLength: 6 }), { minLength: 1, maxLength: 3 });

/** Fills a store; tests and bugs that are to be deleted are there at first. */
async function fill(
  own: Rig,
  products: typeof account extends fc.Arbitrary<infer Value> ? Value : never,
): Promise<void> {
  await own.products(...products.map((_, index) => product({ id: index + 1 })));
  for (const [index, tests] of products.entries()) {
    const rows = tests.map(({ status, endAt }, place) => {
      const id = (index + 1) * 100 + place;
      const features = [0, 1].map((nth) => snapshot({ id: id * 10 + nth, featureId: nth }));
      return exploratoryTest({ id, status, endAt, features });
    });
    await own.tests(index + 1, ...rows);
    for (const [place, facts] of tests.entries()) {
      const testId = (index + 1) * 100 + place;
      if (!facts.isLoaded) continue;
      const bugs = facts.bugs.map(({ testFeatureId, ...rest }, nth) =>
        bug({
          ...rest,
          id: testId * 10 + nth,
          testId,
          testFeatureId: testFeatureId === null ? null : testId * 10 + testFeatureId,
        }),
      );
      await own.bugs([testId], ...bugs, bug({ id: testId * 10 + 9, testId }));
      await own.bugs([testId], ...bugs);
    }
    await own.tests(index + 1, ...rows.filter((_, place) => tests[place]?.isDeleted === false));
  }
}

const sum = (counts: object) => Object.values(counts).reduce((total: number, count: number) => total + count, 0);

test('parts add up to totals, and the answers of all operations to each other', async () => {
  await fc.assert(
    fc.asyncProperty(account, async (products) => {
      const own = await rig();
      await fill(own, products);
      const living = products.map((tests) => tests.filter(({ isDeleted }) => !isDeleted));
      const loaded = living.map((tests) => tests.filter(({ isLoaded }) => isLoaded).flatMap(({ bugs }) => bugs));

      const listed = (await own.ask('list_products', { sort_by: 'id' })).products;
      for (const [index, tests] of living.entries()) {
        const product_id = index + 1;
        const summary = await own.ask('get_product_summary', { product_id });
        expect(summary.tests.total).toBe(tests.length);
        expect(sum(summary.tests.by_status)).toBe(tests.length);
        expect(listed[index].test_count).toBe(tests.length);

        const rows = (await own.ask('list_tests', { product_id, include_bug_counts: true })).tests;
        expect(rows).toHaveLength(tests.length);
        const counted = rows.filter((row: { bugs: unknown }) => row.bugs !== null);
        expect(counted).toHaveLength(tests.filter(({ isLoaded }) => isLoaded).length);

        const bugs = loaded[index] ?? [];
        expect((await own.ask('list_bugs', { product_id })).total).toBe(bugs.length);
        if (tests.length > 0 && counted.length === 0) {
          expect([summary.bugs, listed[index].bug_count]).toEqual([null, null]);
          continue;
        }
        expect(summary.bugs.total).toBe(bugs.length);
        expect([listed[index].bug_count, listed[index].open_bug_count]).toEqual([
          bugs.length,
          summary.bugs.by_status.open,
        ]);
        for (const part of ['by_status', 'by_severity'] as const) {
          expect(sum(summary.bugs[part])).toBe(bugs.length);
          for (const [bucket, count] of Object.entries(summary.bugs[part])) {
            const parts = counted.map(
              (row: { bugs: Record<string, Record<string, number>> }) => row.bugs[part]?.[bucket],
            );
            expect(parts.reduce((total: number, each: number) => total + each, 0)).toBe(count);
          }
        }
        for (const row of counted) {
          expect([sum(row.bugs.by_status), sum(row.bugs.by_severity)]).toEqual([row.bugs.total, row.bugs.total]);
        }
        for (const [filter, part] of [
          ['statuses', 'by_status'],
          ['severities', 'by_severity'],
        ] as const) {
          for (const [bucket, count] of Object.entries(summary.bugs[part])) {
            expect((await own.ask('list_bugs', { product_id, [filter]: bucket })).total, bucket).toBe(count);
          }
        }
      }

      const { counts } = (await own.ask('get_server_diagnostics')).store;
      expect(counts).toMatchObject({
        products: products.length,
        tests: living.flat().length,
        bugs: loaded.flat().length,
      });
    }),
    { numRuns: 8 },
  );
});

test('the bugs of a test add up by type, feature and platform too', async () => {
  await fc.assert(
    fc.asyncProperty(testFacts, async (facts) => {
      const own = await rig();
      await fill(own, [[{ ...facts, isDeleted: false, isLoaded: true }]]);
      const { bugs, features } = await own.ask('get_test_summary', { test_id: 100 });
      const { total } = bugs;
      expect(total).toBe(facts.bugs.length);
      expect([sum(bugs.by_status), sum(bugs.by_severity), sum(bugs.by_type)]).toEqual([total, total, total]);
      const onFeatures = features.reduce((count: number, feature: { bugs: number }) => count + feature.bugs, 0);
      expect(onFeatures + bugs.without_feature).toBe(total);
      expect(bugs.known).toBe(facts.bugs.filter(({ known }) => known).length);
      const withDevices = facts.bugs.filter(({ devices }) => devices.length > 0);
      expect(bugs.by_platform.without_device).toBe(total - withDevices.length);
      const onIos = facts.bugs.filter(({ devices }) => devices.some((each) => each.operatingSystem !== null));
      const ios = bugs.by_platform.operating_systems.find(({ name }: { name: string | null }) => name === 'iOS');
      expect(ios?.bugs ?? 0).toBe(onIos.length);
    }),
    { numRuns: 12 },
  );
});
