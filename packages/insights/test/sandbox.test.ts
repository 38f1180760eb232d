import { createApiClient } from '@testio-mcp/api-client';
import { type Sandbox, type SandboxState, startSandbox } from '@testio-mcp/sandbox';
import { Refresher, runSync, type SyncRunRecord } from '@testio-mcp/sync-engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationContext } from '../src/index.ts';
import { HOUR, NOW, type Rig, sharedRig } from './support/rig.ts';

interface Row {
  readonly id: number;
}

describe('after a sync of a small account', () => {
  let sandbox: Sandbox;
  let api: ReturnType<typeof createApiClient>;
  let state: SandboxState;
  let record: SyncRunRecord;
  beforeAll(async () => {
    sandbox = await startSandbox({ now: new Date(NOW).toISOString(), size: 'small' });
    api = createApiClient({ baseUrl: sandbox.url, token: sandbox.token, env: {}, sleep: async () => undefined });
    state = sandbox.state();
  });
  afterAll(async () => {
    await api.close();
    await sandbox.close();
  });
  const own = sharedRig(async ({ store, clock }) => {
    record = await runSync({ store, api, clock }, { trigger: 'test' });
  });
  const changes = (): Partial<OperationContext> => {
    const { store, clock } = own();
    const syncProduct = async (id: number, signal: AbortSignal) => {
      await runSync({ store, clock, api }, { trigger: 'test', productIds: [id], signal });
    };
    const refresher = new Refresher({ store, clock, api: async () => api, syncProduct });
    return { refresh: (shown, options) => refresher.refresh(shown, options) };
  };

  /** Every row of a list, page by page. */
  async function all(name: string, noun: string, input: object = {}): Promise<Row[]> {
    const rows: Row[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Rig['ask']>> = await own().ask(name, { per_page: 37, ...input, cursor });
      rows.push(...page[noun]);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return rows;
  }
  const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).sort((a, b) => a - b);

  test('diagnostics count what the account holds', async () => {
    const { store, sync } = await own().ask('get_server_diagnostics');
    expect(store.counts).toEqual(state.counts);
    expect(sync.last_attempt).toMatchObject({ id: record.id, status: record.status, requests: record.requests });
    expect(sync.open_failures).toBe(record.failures.length);
  });

  test('the lists hold every product, test and bug once', async () => {
    expect(ids(await all('list_products', 'products'))).toEqual(state.ids.products);
    expect(ids(await all('list_tests', 'tests'))).toEqual(state.ids.tests);
    expect(ids(await all('list_bugs', 'bugs', { sort_by: 'severity' }))).toEqual(state.ids.bugs);
  });

  test('what could not be read is told, and nothing else', async () => {
    const { completeness, as_of } = await own().ask('list_tests');
    const missing = completeness.missing.reduce((count: number, gap: { count: number }) => count + gap.count, 0);
    expect(missing).toBe(record.failures.length);
    expect(completeness.complete).toBe(record.failures.length === 0);
    expect(as_of).toBe('2026-03-17T12:00:00Z');
  });

  test('summaries of all products add up to the account', async () => {
    let [tests, bugs] = [0, 0];
    for (const { id } of await all('list_products', 'products')) {
      const summary = await own().ask('get_product_summary', { product_id: id });
      tests += summary.tests.total;
      bugs += summary.bugs.total;
    }
    expect([tests, bugs]).toEqual([state.counts.tests, state.counts.bugs]);
  });

  test('every test has a summary; its bugs are those that the list holds', async () => {
    for (const { id } of (await all('list_tests', 'tests')).slice(0, 15)) {
      const { bugs, test: facts } = await own().ask('get_test_summary', { test_id: id, freshness: 'cached' });
      expect(facts.id).toBe(id);
      expect(bugs.total).toBe((await own().ask('list_bugs', { test_ids: [id] })).total);
    }
  });

  test('a test whose details were never read is refreshed when somebody asks', async () => {
    const [row] = await all('list_tests', 'tests', { statuses: 'archived' });
    const stored = await own().ask('get_test_summary', { test_id: row?.id, freshness: 'cached' });
    expect(stored).toMatchObject({ user_stories: null, analytics: null });
    const fresh = await own().ask('get_test_summary', { test_id: row?.id }, changes());
    expect(fresh.completeness).toEqual({ complete: true, missing: [] });
    expect(fresh.user_stories).toMatchObject({ total: expect.any(Number) });
    expect(fresh.analytics.total_bugs).toBe(fresh.bugs.total);
    expect(fresh.test).toEqual(stored.test);
  });

  test('a test that does not exist is not found, and one that the API cannot deliver is called so', async () => {
    const error = await own().refuse('get_test_summary', { test_id: 1 }, changes());
    expect(error).toMatchObject({ code: 'test_not_found', retryable: false });
    for (const id of state.poisoned) {
      const poisoned = await own().refuse('get_test_summary', { test_id: id }, changes());
      expect(poisoned).toMatchObject({ code: 'test_unreadable', kind: 'upstream', facts: { upstreamStatus: 500 } });
      expect(poisoned.message).toMatch(/cannot deliver this test.*\(500\).*since 2026-03-17T12:00:00Z/);
    }
  });

  test('without the API questions are answered from the store, and say so', async () => {
    own().clock.set(NOW + 2 * HOUR);
    sandbox.addFaults([{ match: {}, fault: 'reset' }]);
    const answer = await own().ask('get_test_summary', { test_id: state.ids.tests[0] }, changes());
    expect(answer.completeness.missing).toContainEqual(expect.objectContaining({ what: 'refresh' }));
    expect(answer.as_of).toBe('2026-03-17T12:00:00Z');
    expect((await own().ask('list_bugs')).total).toBe(state.counts.bugs);
    sandbox.clearFaults();
    own().clock.set(NOW);
  });

  test('no answer holds the token or a credential of a test environment', async () => {
    const secrets = [sandbox.token, ...sandbox.secrets];
    expect(secrets.length).toBeGreaterThan(1);
    const answers = [];
    for (const name of ['list_products', 'list_tests', 'list_bugs', 'get_server_diagnostics']) {
      answers.push(await own().call(name, { ...(name.startsWith('list') ? { per_page: 200 } : {}) }));
    }
    for (const { id } of await all('list_tests', 'tests')) {
      answers.push(await own().call('get_test_summary', { test_id: id, detail: 'full', freshness: 'cached' }));
    }
    const told = JSON.stringify(answers.map(({ output, text }) => [output, text]));
    for (const secret of secrets) expect(told.includes(secret)).toBe(false);
  });
});
