import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toIso } from '@testio-mcp/domain';
import { createLogger, loadConfig, openRuntime, type Runtime, type RuntimeOptions } from '@testio-mcp/runtime';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let sandbox: Sandbox;
let home: string;
let log: string[];
const opened: Runtime[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'testio-runtime-'));
  log = [];
});
afterEach(async () => {
  sandbox.clearFaults();
  for (const runtime of opened.splice(0)) await runtime.close();
  rmSync(home, { recursive: true });
});

async function open(env: Record<string, string> = {}, options: RuntimeOptions = {}): Promise<Runtime> {
  const config = loadConfig({
    env: {
      TESTIO_HOME: home,
      TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
      TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
      LOG_LEVEL: 'debug',
      ...env,
    },
  });
  const runtime = await openRuntime(config, {
    logger: createLogger(config, { write: (line) => log.push(line) }),
    ...options,
  });
  opened.push(runtime);
  return runtime;
}

async function productsIn(runtime: Runtime): Promise<number[]> {
  const rows = await runtime.store.read(({ db }) =>
    db.selectFrom('tests').select('product_id').distinct().orderBy('product_id').execute(),
  );
  return rows.map((row) => row.product_id);
}

describe('opening', () => {
  test('creates the store where the configuration says', async () => {
    const runtime = await open({ TESTIO_CUSTOMER_NAME: 'acme' });
    expect(readdirSync(join(home, 'stores'))).toContain('acme.db');
    expect(runtime.store.file).toBe(runtime.config.storeFile);
  });

  test('without a token is refused before anything is created, unless the caller can do without', async () => {
    await expect(open({ TESTIO_CUSTOMER_API_TOKEN: '' })).rejects.toMatchObject({ code: 'token_missing' });
    expect(readdirSync(home)).toEqual([]);
    const runtime = await open({ TESTIO_CUSTOMER_API_TOKEN: '' }, { tokenRequired: false });
    await expect(runtime.sync({ trigger: 'test' })).rejects.toMatchObject({ code: 'token_missing' });
  });

  test('asks the API nothing', async () => {
    sandbox.clearRequests();
    await open();
    expect(sandbox.requests()).toEqual([]);
  });

  test('TESTIO_NOW stops the clock of answers', async () => {
    const runtime = await open({ TESTIO_NOW: '2026-03-17T12:00:00+01:00' });
    expect(runtime.clock.now()).toBe(Date.UTC(2026, 2, 17, 11));
  });
});

describe('cycles in the background', () => {
  const background = async (runtime: Runtime) => (await runtime.call('get_server_diagnostics', {})).output.background;

  test('are told where they run; elsewhere, when one would be due', async () => {
    const runtime = await open({ TESTIO_NOW: sandbox.now });
    const here = { failures_in_a_row: 0, circuit_open: false };
    const elsewhere = { here: false, failures_in_a_row: null, circuit_open: null };
    expect(await background(runtime)).toEqual({ ...elsewhere, next_cycle_at: toIso(Date.parse(sandbox.now)) });
    const synced = Promise.withResolvers<void>();
    const freshening = runtime.keepFresh(({ kind }) => kind === 'synced' && synced.resolve());
    await synced.promise;
    await expect
      .poll(() => background(runtime))
      .toMatchObject({ ...here, here: true, next_cycle_at: expect.any(String) });
    await freshening.stop();
    expect(await background(runtime)).toMatchObject({ ...here, here: true, next_cycle_at: null });
  });

  test('may be switched off', async () => {
    expect(await background(await open({ TESTIO_REFRESH_INTERVAL_SECONDS: '0' }))).toBeNull();
  });
});

describe('syncing', () => {
  test('fills the store', async () => {
    const runtime = await open();
    const progress: number[] = [];
    const record = await runtime.sync({ trigger: 'test', onProgress: ({ done }) => progress.push(done) });
    // The sandbox has tests that nobody can read; they are listed, and nothing else is missing.
    expect(record).toMatchObject({ status: 'partial', error: null });
    expect(record.failures).toHaveLength(sandbox.state().poisoned.length);
    expect(progress.length).toBeGreaterThan(3);
    expect(await productsIn(runtime)).toEqual([...sandbox.state().ids.products].sort((a, b) => a - b));
    expect(log.join('')).toContain('sync ended');
  });

  test('TESTIO_PRODUCT_IDS is a fence: what is inside is synced, what is outside refused', async () => {
    const [first = 0, second = 0] = sandbox.state().ids.products;
    const runtime = await open({ TESTIO_PRODUCT_IDS: String(first) });
    await expect(runtime.sync({ trigger: 'test', productIds: [first, second] })).rejects.toMatchObject({
      code: 'product_not_configured',
      facts: { accepted: [first] },
    });
    await runtime.sync({ trigger: 'test' });
    expect(await productsIn(runtime)).toEqual([first]);
  });

  test('a wrong token is named in the record and in the log', async () => {
    const runtime = await open({ TESTIO_CUSTOMER_API_TOKEN: 'wrong-0123456789' });
    const record = await runtime.sync({ trigger: 'test' });
    expect(record).toMatchObject({ status: 'failed', error: { kind: 'authentication', upstream_status: 401 } });
    expect(log.join('')).toContain('authentication');
    expect(log.join('')).not.toContain('wrong-0123456789');
  });

  test('goes through the proxy of the configuration', async () => {
    const asked = Promise.withResolvers<string | undefined>();
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.resolve(url);
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const runtime = await open({
        TESTIO_CUSTOMER_API_BASE_URL: 'https://api.example.invalid/customer/v2',
        HTTPS_PROXY: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      });
      const caller = new AbortController();
      const sync = runtime.sync({ trigger: 'test', signal: caller.signal });
      expect(await asked.promise).toBe('api.example.invalid:443');
      caller.abort();
      await expect(sync).resolves.toMatchObject({ status: 'cancelled' });
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  });

  test('closing cancels a sync that waits for the API, and the store says so', async () => {
    sandbox.addFaults([{ match: { path: '/products/' }, fault: 'slow:60000' }]);
    const runtime = await open();
    const started = Promise.withResolvers<void>();
    const sync = runtime.sync({ trigger: 'test', onProgress: () => started.resolve() });
    await started.promise;
    await runtime.close();
    expect(await sync).toMatchObject({ status: 'cancelled' });
    const again = await open();
    const run = await again.store.read(({ db }) => db.selectFrom('sync_runs').selectAll().executeTakeFirst());
    expect(run).toMatchObject({ status: 'cancelled' });
  });

  test('the caller may cancel it', async () => {
    sandbox.addFaults([{ match: { path: '/products/' }, fault: 'slow:60000' }]);
    const runtime = await open();
    const caller = new AbortController();
    const record = await runtime.sync({ trigger: 'test', signal: caller.signal, onProgress: () => caller.abort() });
    expect(record).toMatchObject({ status: 'cancelled' });
  });
});

describe('asking', () => {
  test('answers from the store, with a text beside the output', async () => {
    const runtime = await open();
    await runtime.sync({ trigger: 'test' });
    sandbox.clearRequests();
    const { operation, output, text } = await runtime.call('list_products', {});
    expect(operation.name).toBe('list_products');
    expect(output).toMatchObject({ total: sandbox.state().counts.products, completeness: { complete: false } });
    expect(text.length).toBeGreaterThan(10);
    expect(sandbox.requests()).toEqual([]);
  });

  test('fiscal years and thresholds are those of the configuration, also of single products', async () => {
    const [product] = sandbox.state().ids.products;
    const runtime = await open({
      TESTIO_FISCAL_YEAR_START: '4',
      PLAYBOOK_REJECTION_WARNING: '0.11',
      PLAYBOOK_PRODUCT_THRESHOLDS: `${product}:rejection_warning=0.01`,
    });
    await runtime.sync({ trigger: 'cli', productIds: product === undefined ? [] : [product] });
    const report = async (input: object) =>
      (await runtime.call('generate_quality_report', { freshness: 'cached', ...input })).output;
    expect(await report({ period: '2026-Q1' })).toMatchObject({
      period: { from: '2026-04-01T00:00:00Z', to: '2026-07-01T00:00:00Z', fiscal_year_start: 4 },
    });
    expect(await report({ product_ids: [product] })).toMatchObject({
      thresholds: { rejection_rate: { warning: 0.01, critical: 0.35 } },
    });
    const [other] = sandbox.state().ids.products.slice(1);
    expect(await report({ product_ids: [other] })).toMatchObject({ thresholds: { rejection_rate: { warning: 0.11 } } });
  });

  test('days begin and end in the zone of TESTIO_TIMEZONE', async () => {
    const runtime = await open({ TESTIO_TIMEZONE: 'Asia/Tokyo' });
    await runtime.sync({ trigger: 'test' });
    const { output } = await runtime.call('list_users', { period: '2026-03' });
    expect(output.filters).toEqual({ period: { from: '2026-02-28T15:00:00Z', to: '2026-03-31T15:00:00Z' } });
  });

  test('read through to the API when that is asked for, and say what that left out', async () => {
    const runtime = await open();
    await runtime.sync({ trigger: 'test' });
    const [product_id = 0] = sandbox.state().ids.products;
    const [added = 0] = sandbox.edit([
      { op: 'add', kind: 'test', parent: product_id, set: { title: 'Just begun', status: 'running' } },
    ]);
    const ids = async (input: object) => {
      const { output } = await runtime.call('list_tests', { product_id, statuses: 'running', ...input });
      return (output as { tests: { id: number }[] }).tests.map(({ id }) => id);
    };
    expect(await ids({ freshness: 'cached' })).not.toContain(added);
    expect(await ids({ freshness: 'now' })).toContain(added);
    const runs = await runtime.store.read(({ db }) =>
      db.selectFrom('sync_runs').select(['trigger', 'scope']).execute(),
    );
    expect(runs.at(-1)).toEqual({ trigger: 'question', scope: JSON.stringify([product_id]) });
    const without = await open({ TESTIO_CUSTOMER_API_TOKEN: '' }, { tokenRequired: false });
    const { text } = await without.call('list_tests', { product_id, freshness: 'now' });
    expect(text).toContain('no token is configured');
  });

  test('an unknown name is an error that names the nearest ones', async () => {
    const runtime = await open();
    await expect(runtime.call('list_product', {})).rejects.toMatchObject({
      code: 'unknown_tool',
      facts: { accepted: expect.arrayContaining(['list_products']) },
    });
  });

  test('diagnostics reach the API through the runtime', async () => {
    const runtime = await open();
    const { output } = await runtime.call('get_server_diagnostics', { check_api: true });
    expect(output).toMatchObject({ api: { connected: true, product_count: sandbox.state().counts.products } });
  });

  test('a cancelled call ends as cancelled', async () => {
    const runtime = await open();
    await expect(runtime.call('get_server_diagnostics', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

test('neither the store nor the log holds the token or a secret of a test environment', async () => {
  const runtime = await open({ LOG_LEVEL: 'trace' });
  await runtime.sync({ trigger: 'test' });
  const [test = 0] = sandbox.state().ids.tests;
  await runtime.call('get_test_summary', { test_id: test });
  await runtime.call('list_products', { token: sandbox.token }).catch(() => undefined);
  await runtime.close();
  const everything = [
    ...log,
    ...readdirSync(join(home, 'stores')).map((file) => readFileSync(join(home, 'stores', file), 'latin1')),
  ].join('');
  expect(sandbox.secrets.length).toBeGreaterThan(0);
  for (const secret of [sandbox.token, ...sandbox.secrets]) expect(everything).not.toContain(secret);
});

test('TESTIO_SYNC_SINCE is the period of syncs on request that name none, and of no others', async () => {
  const runtime = await open({ TESTIO_SYNC_SINCE: '2020' });
  const testsAfter = async (options: Parameters<Runtime['sync']>[0]) => {
    const { mode } = await runtime.sync(options);
    const { total } = (await runtime.call('list_tests', { per_page: 1, freshness: 'cached' })).output;
    return { mode, isAll: total === sandbox.state().counts.tests };
  };
  expect(await testsAfter({ trigger: 'cli' })).toEqual({ mode: 'period', isAll: false });
  expect(await testsAfter({ trigger: 'tool', since: 'until 2020-01-01' })).toEqual({ mode: 'period', isAll: false });
  expect(await testsAfter({ trigger: 'server' })).toEqual({ mode: 'incremental', isAll: true });
  expect(await testsAfter({ trigger: 'cli', mode: 'full' })).toMatchObject({ mode: 'full' });
});
