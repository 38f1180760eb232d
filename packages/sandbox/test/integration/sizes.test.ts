import { expect, test } from 'vitest';
import { call, sandboxForTest } from '../sandbox-client.ts';

test.each([
  ['small', { products: 3, features: 27, user_stories: 93, tests: 60, bugs: 400, people: 18 }, 1],
  ['medium', { products: 6, features: 300, user_stories: 1772, tests: 730, bugs: 8000, people: 45 }, 3],
] as const)('a %s account has the promised size, whatever the seed', async (size, counts, poisoned) => {
  for (const seed of [1, 2, 3]) {
    const sandbox = await sandboxForTest({ size, seed });
    const { counts: found, ids, poisoned: broken } = sandbox.state();
    expect(found).toEqual(counts);
    expect(broken).toHaveLength(poisoned);
    expect(ids.tests.some((id) => broken.includes(id))).toBe(false);
    const names = ids.people.map((person) => person.slice(person.indexOf(':') + 1));
    expect(new Set(names).size).toBe(names.length - 1);
  }
});

test('a large account starts at once and is read lazily', async () => {
  const began = performance.now();
  const sandbox = await sandboxForTest({ size: 'large' });
  expect(performance.now() - began).toBeLessThan(5_000);
  const { counts, ids, poisoned } = sandbox.state();
  expect(counts).toMatchObject({ products: 225, tests: 20_000, bugs: 200_000 });
  expect(poisoned).toHaveLength(20);
  const { products } = (await call(sandbox, '/products')).json;
  expect(new Set(products.map((product: { name: string }) => product.name)).size).toBe(225);
  const batch = await call(sandbox, `/bugs?filter_test_cycle_ids=${ids.tests.slice(0, 15).join(',')}`);
  expect(batch.status).toBe(200);
  expect(new Set(ids.bugs).size).toBe(200_000);
});
