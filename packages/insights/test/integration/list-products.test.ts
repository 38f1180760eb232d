import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exploratoryTest, product } from '../support/entities.ts';
import { DAY, NOW, rig } from '../support/rig.ts';

test('however the clock goes, what is remembered is what would be counted anew', async () => {
  const own = await rig();
  const ends = [-91, -90, -89, -31, -30, -29, -2, -1, 0, 1, 2, 30].map((days) => NOW + days * DAY);
  await own.products(product({ id: 1 }), product({ id: 2 }));
  await own.tests(1, ...ends.map((endAt, id) => exploratoryTest({ id: id + 1, status: 'locked', endAt })));
  await own.tests(2, exploratoryTest({ id: 100, status: 'initialized', endAt: NOW + DAY }));
  const at = async (instant: number) => {
    own.clock.set(instant);
    return (await own.ask('list_products', { sort_by: 'id' })).products;
  };
  // Instants before, at and after those at which a test ends or leaves the last 30 or 90 days.
  const change = fc.tuple(fc.constantFrom(...ends), fc.constantFrom(0, 30, 90)).map(([end, days]) => end + days * DAY);
  const near = fc.constantFrom(-1, 0, 1);
  const steps = fc.oneof(
    fc.tuple(change, near, near).map(([instant, one, other]) => [instant + one, instant + other] as const),
    fc.tuple(change, change, near).map(([one, other, ms]) => [one, other + ms] as const),
  );
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async ([before, now]) => {
      await at(before);
      const remembered = await at(now);
      await own.touch();
      expect(remembered).toEqual(await at(now));
      seen.add(JSON.stringify(remembered));
    }),
    { numRuns: 150 },
  );
  expect(seen.size).toBeGreaterThan(10);
});
