import type { Sandbox } from '@testio-mcp/sandbox';
import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from '../sandbox-client.ts';

/** Reads everything with as few requests as the documented limits allow, knowing nothing but the API. */
async function readAll(
  sandbox: Sandbox,
): Promise<{ features: Set<number>; stories: Set<number>; tests: Set<number>; bugs: Set<number> }> {
  const found = {
    features: new Set<number>(),
    stories: new Set<number>(),
    tests: new Set<number>(),
    bugs: new Set<number>(),
  };
  const running: number[] = [];
  const { products } = (await call(sandbox, '/products')).json;
  await call(sandbox, '/bugs/reject_reasons');
  for (const product of products) {
    const walked = product.sections?.length > 0 ? product.sections : product.sections_with_default;
    for (const section of walked) {
      const { features } = (
        await call(sandbox, `/products/${product.id}/sections/${section.id}/features?includes[]=user_stories`)
      ).json;
      for (const feature of features) {
        found.features.add(feature.id);
        for (const story of feature.user_stories) found.stories.add(story.id);
      }
    }
    for (let page = 1; ; page++) {
      const { exploratory_tests: tests } = (
        await call(sandbox, `/products/${product.id}/exploratory_tests?page=${page}&per_page=25`)
      ).json;
      if (tests.length === 0) break;
      for (const item of tests) {
        found.tests.add(item.id);
        if (item.status === 'running') running.push(item.id);
      }
    }
  }
  const ids = [...found.tests];
  for (let i = 0; i < ids.length; i += 15) {
    const { bugs } = (await call(sandbox, `/bugs?filter_test_cycle_ids=${ids.slice(i, i + 15).join(',')}`)).json;
    for (const bug of bugs) found.bugs.add(bug.id);
  }
  for (const id of running) {
    const { features } = (await call(sandbox, `/exploratory_tests/${id}?includes[]=user_stories`)).json
      .exploratory_test;
    for (const snapshot of features) {
      for (const story of snapshot.user_stories ?? []) {
        if (story.execution_status === 'not_tested') continue;
        for (let page = 1; ; page++) {
          const query = `user_story_version_ids[]=${story.user_story_version_id}&page=${page}&per_page=100`;
          const { meta } = (await call(sandbox, `/user_story_version_executions?${query}`)).json;
          if (page * 100 >= meta.record_count) break;
        }
      }
    }
  }
  return found;
}

describe('the bound', () => {
  test.each(['small', 'medium'] as const)(
    'of a first sync is what a perfect reader of a %s account needs',
    async (size) => {
      const sandbox = await sandboxForTest({ size });
      sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
      const found = await readAll(sandbox);
      const { ids } = sandbox.state();
      const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
      expect(sorted(found.features)).toEqual(ids.features);
      expect(sorted(found.stories)).toEqual(ids.user_stories);
      expect(sorted(found.tests)).toEqual(ids.tests);
      expect(sorted(found.bugs)).toEqual(ids.bugs);
      expect(sandbox.requests()).toHaveLength(sandbox.bound().first_sync);
    },
  );

  test('counts ten narrowing requests for one poisoned test in a full page', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
    const { first_sync: without } = sandbox.bound();
    const list = (await call(sandbox, `/products/${product}/exploratory_tests?page=1`)).json.exploratory_tests;
    const readable = () => Math.ceil(sandbox.state().counts.tests / 15);
    const batches = readable();
    const victim = list.find((item: { status: string }) => item.status === 'archived' || item.status === 'locked');
    sandbox.edit([{ op: 'poison', id: victim.id }]);
    expect(sandbox.bound().first_sync).toBe(without + 10 + readable() - batches);
  });

  test('of a quiet sync is smaller, and smallest when nothing may change any more', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    const { first_sync: first, quiet_sync: quiet, assumes } = sandbox.bound();
    expect(assumes).toEqual({ tests_per_page: 25, test_ids_per_bug_request: 15 });
    expect(quiet).toBeLessThan(first);
    sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
    const all = sandbox.state().ids.tests;
    sandbox.edit(
      all.map((id) => ({
        op: 'change',
        kind: 'test',
        id,
        set: { status: 'archived', end_at: '2020-01-01T00:00:00Z' },
      })),
    );
    // Products, eleven sections, two pages of each of six products: two without a test that can change are enough, and of the
    // two products with fewer than 25 tests the second one is the empty page.
    expect(sandbox.bound().quiet_sync).toBe(1 + 11 + 12);
  });

  test('of the chain follows what there is to read', async () => {
    const sandbox = await sandboxForTest();
    expect(sandbox.bound().chain).toBe(4);
    const { ids, poisoned } = sandbox.state();
    sandbox.edit(ids.tests.map((id) => ({ op: 'change', kind: 'test', id, set: { status: 'locked' } })));
    expect(sandbox.bound().chain).toBe(4);
    sandbox.edit(poisoned.map((id) => ({ op: 'cure', id })));
    expect(sandbox.bound().chain).toBe(3);
    sandbox.edit([...ids.tests, ...poisoned].map((id) => ({ op: 'delete', kind: 'test', id })));
    expect(sandbox.bound().chain).toBe(2);
    sandbox.edit(ids.products.map((id) => ({ op: 'delete', kind: 'product', id })));
    expect(sandbox.bound()).toMatchObject({ first_sync: 2, quiet_sync: 1, chain: 1 });
  });
});
