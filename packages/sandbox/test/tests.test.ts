import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from './sandbox-client.ts';

interface Item {
  id: number;
  end_at: string | null;
  status: string;
}

describe('the list of tests', () => {
  test('comes in pages, newest end first, tests without an end before all others, until an empty page', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    const { poisoned } = sandbox.state();
    sandbox.edit(poisoned.map((id) => ({ op: 'delete', kind: 'test', id })));
    const { ids } = sandbox.state();
    const seen: Item[] = [];
    for (const product of ids.products) {
      const own: Item[] = [];
      for (let page = 1; ; page++) {
        const { json } = await call(sandbox, `/products/${product}/exploratory_tests?page=${page}&per_page=40`);
        expect(Object.keys(json)).toEqual(['exploratory_tests']);
        if (json.exploratory_tests.length === 0) break;
        own.push(...json.exploratory_tests);
      }
      const keys = own.map(
        (item) => [item.end_at === null ? Number.POSITIVE_INFINITY : Date.parse(item.end_at), item.id] as const,
      );
      const sorted = keys.toSorted((a, b) => (a[0] === b[0] ? b[1] - a[1] : b[0] - a[0]));
      expect(keys).toEqual(sorted);
      seen.push(...own);
    }
    expect(seen.map((item) => item.id).sort((a, b) => a - b)).toEqual(ids.tests);
    expect(seen.some((item) => item.end_at === null)).toBe(true);
    const counts = Object.groupBy(seen, (item) => item.status);
    expect(Object.fromEntries(Object.entries(counts).map(([status, items]) => [status, items?.length]))).toEqual({
      archived: 343,
      locked: 219,
      customer_finalized: 65,
      initialized: 51,
      running: 37,
      waiting: 7,
      cancelled: 7,
      paused: 1,
    });
    for (const item of seen) {
      if (item.status === 'running') expect(Date.parse(String(item.end_at))).toBeGreaterThan(Date.parse(sandbox.now));
      if (item.status === 'archived') expect(Date.parse(String(item.end_at))).toBeLessThan(Date.parse(sandbox.now));
    }
  });

  test('without page is the newest 150, whatever per_page says; with page per_page is 25 unless given', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
    const [product] = sandbox.state().ids.products;
    const list = async (query: string) => {
      const { json } = await call(sandbox, `/products/${product}/exploratory_tests?${query}`);
      return json.exploratory_tests.map((item: Item) => item.id);
    };
    const hundred = await list('page=1&per_page=100');
    expect(hundred).toHaveLength(100);
    const unpaged = await list('');
    expect(unpaged).toHaveLength(150);
    expect(unpaged.slice(0, 100)).toEqual(hundred);
    expect(await list('per_page=10')).toEqual(unpaged);
    expect(await list('page=1')).toEqual(hundred.slice(0, 25));
    expect(await list('page=2')).toEqual(hundred.slice(25, 50));
    expect(await list('page=1&per_page=101')).toEqual(hundred);
    expect(await list('page=3&per_page=100')).toHaveLength(97);
    expect(await list('page=4&per_page=100')).toEqual([]);
    expect(await list('page=1&per_page=5&status=archived&sort=id&foo[]=1')).toEqual(hundred.slice(0, 5));
  });

  test.each(['page=0', 'page=-1', 'page=x', 'page=1.5', 'page=', 'page=1&per_page=0', 'page=1&per_page=all'])(
    'refuses %s',
    async (query) => {
      const sandbox = await sandboxForTest();
      const [product] = sandbox.state().ids.products;
      expect((await call(sandbox, `/products/${product}/exploratory_tests?${query}`)).status).toBe(400);
    },
  );
});

describe('a poisoned test', () => {
  test('breaks every answer that would hold it, and its bugs and runs are nowhere', async () => {
    const sandbox = await sandboxForTest();
    const { poisoned, ids } = sandbox.state();
    const [broken = 0] = poisoned;
    const [product] = ids.products;
    const page = (n: number, size: number) =>
      call(sandbox, `/products/${product}/exploratory_tests?page=${n}&per_page=${size}`);
    const failing: number[] = [];
    for (let n = 1; n <= 35; n++) if ((await page(n, 1)).status === 500) failing.push(n);
    expect(failing).toHaveLength(1);
    const position = (failing[0] ?? 0) - 1;
    for (const size of [25, 10, 5, 2]) {
      for (let n = 1; n <= Math.ceil(35 / size); n++) {
        const holds = position >= (n - 1) * size && position < n * size;
        expect((await page(n, size)).status).toBe(holds ? 500 : 200);
      }
    }
    expect((await call(sandbox, `/products/${product}/exploratory_tests`)).status).toBe(500);
    expect((await call(sandbox, `/exploratory_tests/${broken}`)).status).toBe(500);
    expect((await call(sandbox, `/bugs?filter_test_cycle_ids=${broken}`)).json.bugs).toEqual([]);
    const before = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json.bugs;
    expect(before.some((bug: { test: { id: number } }) => bug.test.id === broken)).toBe(false);

    sandbox.edit([{ op: 'cure', id: broken }]);
    const cured = (await call(sandbox, `/bugs?filter_test_cycle_ids=${broken}`)).json.bugs;
    expect(cured.length).toBeGreaterThan(0);
    expect((await page(1, 100)).json.exploratory_tests).toHaveLength(35);
    expect((await page(position + 1, 1)).json.exploratory_tests[0].id).toBe(broken);
    const state = sandbox.state();
    expect(state.poisoned).toEqual([]);
    expect(state.counts.tests).toBe(61);
    expect(state.counts.bugs).toBe(400 + cured.length);

    sandbox.edit([{ op: 'poison', id: broken }]);
    expect((await call(sandbox, `/bugs/${cured[0].id}`)).status).toBe(404);
    expect(sandbox.state().counts).toMatchObject({ tests: 60, bugs: 400 });
  });
});

describe('a test', () => {
  test('has every documented member, and metrics only when read alone', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const listed = (await call(sandbox, `/products/${product}/exploratory_tests?page=1&per_page=8`)).json
      .exploratory_tests;
    const members = [
      'id',
      'test_title',
      'title',
      'status',
      'test_environment',
      'features',
      'goal',
      'goal_text',
      'out_of_scope',
      'out_of_scope_text',
      'instructions',
      'instructions_text',
      'testing_type',
      'attachments',
      'requirements',
      'report_language',
      'section',
      'product',
      'enable_low',
      'enable_high',
      'enable_critical',
      'allow_device_clouds_test_scenario',
      'created_by',
      'submitted_by',
      'start_at',
      'end_at',
      'allowed_bug_types',
      'reviews',
      'review_status',
      'demo',
    ];
    const metrics = ['execution_status', 'tester_count', 'bugs_found', 'bug_ids'];
    for (const item of listed) {
      expect(Object.keys(item)).toEqual(members);
      expect(item.product).toEqual((await call(sandbox, `/products/${product}`)).json.product);
      expect(item.product.sections).toContainEqual(item.section);
      const single = (await call(sandbox, `/exploratory_tests/${item.id}`)).json.exploratory_test;
      const { analytics, features, ...rest } = single;
      const { features: plain, ...restOfListed } = item;
      expect(rest).toEqual(restOfListed);
      expect(Object.keys(analytics)).toHaveLength(12);
      expect(features).toEqual(
        plain.map((snapshot: object) => ({
          ...snapshot,
          ...Object.fromEntries(metrics.map((name) => [name, expect.anything()])),
        })),
      );
      for (const snapshot of plain) for (const name of metrics) expect(snapshot).not.toHaveProperty(name);
    }
  });

  test('shows stories as objects on the list without results, alone with results', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const listed = (
      await call(sandbox, `/products/${product}/exploratory_tests?page=1&per_page=8&includes[]=user_stories`)
    ).json;
    let stories = 0;
    for (const item of listed.exploratory_tests) {
      const single = (await call(sandbox, `/exploratory_tests/${item.id}?includes[]=user_stories`)).json
        .exploratory_test;
      for (const [i, snapshot] of item.features.entries()) {
        for (const [k, story] of (snapshot.user_stories ?? []).entries()) {
          expect(Object.keys(story)).toEqual(['id', 'path', 'title', 'feature_id']);
          expect(story.feature_id).toBe(snapshot.feature_id);
          const full = single.features[i].user_stories[k];
          expect(full).toMatchObject(story);
          expect(full).toEqual({
            ...story,
            user_story_version_id: expect.any(Number),
            execution_status: expect.stringMatching(/^(not_tested|passed|failed|blocked)$/),
            tested_by_count: expect.any(Number),
            bugs_found: full.bug_ids.length,
            bug_ids: expect.any(Array),
          });
          stories += 1;
        }
      }
    }
    expect(stories).toBeGreaterThan(5);
  });

  test('plants no credentials outside environments', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    expect(sandbox.secrets.length).toBeGreaterThan(15);
    expect(new Set(sandbox.secrets).size).toBe(sandbox.secrets.length);
    const [product] = sandbox.state().ids.products;
    const bugs = await call(sandbox, `/bugs?filter_product_ids=${product}`);
    const features = await call(sandbox, '/products');
    for (const secret of sandbox.secrets) {
      expect(secret.length).toBeGreaterThanOrEqual(14);
      expect(bugs.text.includes(secret) || features.text.includes(secret)).toBe(false);
    }
    const tests = await call(sandbox, `/products/${product}/exploratory_tests?page=1`);
    expect(sandbox.secrets.some((secret) => tests.text.includes(secret))).toBe(true);
  });
});
