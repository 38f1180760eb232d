import { createApiClient } from '@testio-mcp/api-client';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { Refresher, runSync } from '@testio-mcp/sync-engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOperation, type OperationContext } from '../../src/index.ts';
import { HOUR, NOW, type Rig, rig } from '../support/rig.ts';

let sandbox: Sandbox;
let api: ReturnType<typeof createApiClient>;
beforeAll(async () => {
  sandbox = await startSandbox({ now: new Date(NOW).toISOString(), size: 'small' });
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  api = createApiClient({ baseUrl: sandbox.url, token: sandbox.token, env: {}, sleep: async () => undefined });
});
afterAll(async () => {
  await api.close();
  await sandbox.close();
});

/** A store synced from the sandbox two hours ago, with the way to the API. */
async function stale(): Promise<{ own: Rig; changes: Partial<OperationContext>; paths: () => string[] }> {
  const own = await rig();
  const { store, clock } = own;
  sandbox.clearFaults();
  await runSync({ store, api, clock }, { trigger: 'test' });
  own.clock.set(NOW + 2 * HOUR);
  const refresher = new Refresher({
    store,
    clock,
    api: async () => api,
    syncProduct: async (id, signal) =>
      void (await runSync({ store, api, clock }, { trigger: 'test', productIds: [id], signal })),
  });
  sandbox.clearRequests();
  return {
    own,
    changes: { refresh: (shown, options) => refresher.refresh(shown, options) },
    paths: () => sandbox.requests().map(({ path }) => path.replace(/^.*\/v2/, '')),
  };
}

/** One question for every operation that takes a freshness, about things that the store has. */
async function questions(own: Rig): Promise<Record<string, object>> {
  const { products } = sandbox.state().ids;
  const product_id = products[0];
  const first = async (name: string, noun: string, input: object = {}) => (await own.ask(name, input))[noun][0].id;
  return {
    list_products: {},
    list_features: { product_id },
    list_user_stories: { product_id },
    list_tests: { product_id, include_bug_counts: true },
    list_bugs: { product_id },
    list_users: { product_id },
    search: { query: 'the' },
    get_product_summary: { product_id },
    get_feature_summary: { feature_id: await first('list_features', 'features') },
    get_bug_summary: { bug_id: await first('list_bugs', 'bugs') },
    get_user_summary: { user_id: await first('list_users', 'users') },
    get_triage_queue: {},
    list_changes: { since: 'yesterday' },
    query_metrics: { metrics: 'bug_count' },
    get_problematic_tests: {},
  };
}

test('every operation about what an account holds takes freshness, without a word that costs tokens', async () => {
  const { own } = await stale();
  for (const name of ['get_test_summary', 'get_server_diagnostics', ...Object.keys(await questions(own))]) {
    const parameter = findOperation(name)?.input.shape.freshness;
    expect(parameter, name).toBeDefined();
    expect(parameter?.description, name).toBeUndefined();
  }
});

describe('with a token', () => {
  test('stale answers ask at most five times, fresh ones not at all, and cached ones never', async () => {
    const { own, changes, paths } = await stale();
    for (const [name, input] of Object.entries(await questions(own))) {
      sandbox.clearRequests();
      await own.ask(name, { ...input, freshness: 'cached' }, changes);
      expect(paths(), name).toEqual([]);
      const { completeness } = await own.ask(name, input, changes);
      expect(paths().length, `${name}: ${paths()}`).toBeLessThanOrEqual(5);
      expect(
        completeness.missing.filter(
          ({ what, why }: { what: string; why: string }) => what === 'refresh' && !why.includes('auto asks'),
        ),
        name,
      ).toEqual([]);
    }
    sandbox.clearRequests();
    own.clock.set(NOW + 2 * HOUR + 60_000);
    await own.ask('list_products', {}, changes);
    await own.ask('list_features', { product_id: sandbox.state().ids.products[0] }, changes);
    expect(paths()).toEqual([]);
  });

  test('totals agree with the rows that the API brought', async () => {
    const { own, changes } = await stale();
    const [product_id = 0] = sandbox.state().ids.products;
    const before = await own.ask('list_tests', { product_id, freshness: 'cached' });
    const [added = 0] = sandbox.edit([
      { op: 'add', kind: 'test', parent: product_id, set: { title: 'Just begun', status: 'running' } },
    ]);
    const after = await own.ask('list_tests', { product_id, per_page: 200 }, changes);
    expect(after.total).toBe(before.total + 1);
    expect(after.tests).toHaveLength(after.total);
    expect(after.tests.map(({ id }: { id: number }) => id)).toContain(added);
    // The rest of the list was not read, so the answer is no newer than that.
    expect(Date.parse(after.as_of)).toBe(NOW);
  });

  test('bugs of a product have the new ones of a running test that had none', async () => {
    const { own, changes, paths } = await stale();
    const [product_id = 0] = sandbox.state().ids.products;
    const [quiet = 0] = sandbox.edit([
      { op: 'add', kind: 'test', parent: product_id, set: { title: 'Quiet so far', status: 'running' } },
    ]);
    const { store, clock } = own;
    await runSync({ store, api, clock }, { trigger: 'test', productIds: [product_id] });
    const known = await own.ask('list_bugs', { product_id, freshness: 'cached' });
    own.clock.set(NOW + 4 * HOUR);
    const [added = 0] = sandbox.edit([{ op: 'add', kind: 'bug', parent: quiet, set: { title: 'The first one' } }]);
    sandbox.clearRequests();
    const { total, bugs } = await own.ask('list_bugs', { product_id, per_page: 200 }, changes);
    expect(total).toBe(known.total + 1);
    expect(bugs.map(({ id }: { id: number }) => id)).toContain(added);
    expect(paths().length).toBeLessThanOrEqual(5);
    // The queue of decisions asks in the same way.
    sandbox.edit([{ op: 'add', kind: 'bug', parent: quiet, set: { title: 'The second one' } }]);
    own.clock.set(NOW + 6 * HOUR);
    const queue = await own.ask('get_triage_queue', { product_ids: [product_id], per_page: 200 }, changes);
    expect(queue.bugs.map(({ title }: { title: string }) => title)).toContain('The second one');
  });

  test('now brings all of a product up to the moment of the question', async () => {
    const { own, changes } = await stale();
    const [product_id = 0] = sandbox.state().ids.products;
    const bug_id = (await own.ask('list_bugs', { product_id, statuses: 'open' })).bugs[0].id;
    sandbox.edit([{ op: 'change', kind: 'bug', id: bug_id, set: { title: 'Retitled' } }]);
    const { bugs, as_of } = await own.ask(
      'list_bugs',
      { product_id, statuses: 'open', per_page: 200, freshness: 'now' },
      changes,
    );
    expect(bugs.find(({ id }: { id: number }) => id === bug_id).title).toBe('Retitled');
    expect(Date.parse(as_of)).toBeLessThanOrEqual(own.clock.now());
    const { tests, as_of: of } = await own.ask('list_tests', { product_id, freshness: 'now' }, changes);
    expect(tests.length).toBeGreaterThan(0);
    expect(Date.parse(of)).toBe(own.clock.now());
  });

  test('an outage is told in the answer, which comes from the store', async () => {
    const { own, changes } = await stale();
    sandbox.addFaults([{ match: { path: '/v2/' }, fault: 'status:503' }]);
    const { output, text } = await own.call('list_tests', {}, changes);
    expect(output).toMatchObject({ total: sandbox.state().counts.tests, completeness: { complete: false } });
    expect(text).toMatch(/tests? (is|are) shown as stored\..*503/);
    sandbox.clearFaults();
  });
});
