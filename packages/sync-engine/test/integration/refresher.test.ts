import { setTimeout as pause } from 'node:timers/promises';
import { FINAL_TEST_STATUSES, HOUR_MS } from '@testio-mcp/domain';
import { acquireLease, listOpenFailures, recordFailure, releaseLease } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { Refresher, type RefreshOptions, runSync, type Shown } from '../../src/index.ts';
import { clientOf, emptyStore, idsIn, sandboxOf } from '../harness.ts';
import { contentsOf, hashOf } from '../store-contents.ts';

/** A sandbox without poisoned tests and a store synced from it two hours ago, by a clock that goes on by itself. */
async function staleRig() {
  const sandbox = await sandboxOf();
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  let now = Date.parse(sandbox.now);
  const clock = { now: () => now++ };
  const store = await emptyStore(clock);
  const api = clientOf(sandbox);
  const deps = { store, api, clock };
  const sync = (productIds?: readonly number[]) => runSync(deps, { trigger: 'test', productIds });
  await sync();
  now += 2 * HOUR_MS;
  sandbox.clearRequests();
  let elapsed = 0;
  const refresher = new Refresher({
    store,
    clock,
    api: async () => api,
    syncProduct: async (id) => void (await sync([id])),
    elapsed: () => elapsed,
  });
  const rows = await store.read(({ db }) =>
    db.selectFrom('tests').select(['id', 'product_id', 'status', 'title']).where('deleted_at', 'is', null).execute(),
  );
  const open = rows.filter((row) => !FINAL_TEST_STATUSES.some((status) => status === row.status));
  return {
    ...deps,
    sandbox,
    refresher,
    sync,
    all: rows.map((row) => row.id),
    open: open.map((row) => row.id),
    testRows: rows,
    wait: (ms: number) => {
      elapsed += ms;
    },
    refresh: (shown: Shown, changes: Partial<RefreshOptions> = {}) =>
      refresher.refresh(shown, {
        extent: 'stale',
        maxAgeMs: HOUR_MS,
        maxRequests: 5,
        signal: new AbortController().signal,
        ...changes,
      }),
    paths: () => sandbox.requests().map((request) => request.path.replace(/^.*\/v2/, '')),
  };
}

test('of a long list only what can have changed is asked for, several tests in one request, and within the bound', async () => {
  const rig = await staleRig();
  const report = await rig.refresh({ tests: rig.all, bugsOf: rig.all });
  expect(rig.open.length).toBeGreaterThan(5);
  expect(rig.paths().length).toBeLessThanOrEqual(5);
  expect(report.isTried).toBe(true);
  expect(report.gaps.every((gap) => gap.error === null)).toBe(true);
  rig.sandbox.clearRequests();
  const rest = await rig.refresh({ tests: rig.all, bugsOf: rig.all }, { maxRequests: 50 });
  expect(rest.gaps).toEqual([]);
  rig.sandbox.clearRequests();
  expect(await rig.refresh({ tests: rig.all, bugsOf: rig.all })).toEqual({ isTried: false, gaps: [] });
  expect(rig.paths()).toEqual([]);
});

test('what is asked for brings changes, deletes nothing that a part did not show, and agrees with the next sync', async () => {
  const rig = await staleRig();
  const [changed = 0, gone = 0] = rig.open;
  rig.sandbox.edit([
    { op: 'change', kind: 'test', id: changed, set: { title: 'Another title', status: 'locked' } },
    { op: 'delete', kind: 'test', id: gone },
  ]);
  await rig.refresh({ tests: rig.open }, { maxRequests: 50 });
  const ids = (await idsIn(rig.store)).tests;
  expect(ids).toContain(gone);
  const [row] = await rig.store.read(({ db }) =>
    db.selectFrom('tests').select(['title', 'status']).where('id', '=', changed).execute(),
  );
  expect(row).toEqual({ title: 'Another title', status: 'locked' });
  await rig.sync();
  const fresh = await emptyStore();
  await runSync({ ...rig, store: fresh }, { trigger: 'test' });
  const [one, other] = await Promise.all(
    [rig.store, fresh].map((store) => contentsOf(store, { withTestAnswers: false })),
  );
  expect(hashOf(one ?? {})).toBe(hashOf(other ?? {}));
});

test('questions at the same time ask once for the same thing', async () => {
  const rig = await staleRig();
  const [first = 0, ...others] = rig.open;
  rig.sandbox.addFaults([{ match: { path: '/v2/' }, fault: 'slow:100' }]);
  await Promise.all([
    rig.refresh({ wholeTests: [first] }),
    rig.refresh({ wholeTests: [first] }),
    rig.refresh({ bugsOf: others.slice(0, 3) }),
    rig.refresh({ bugsOf: others.slice(0, 3) }),
    rig.refresh({ productList: true }),
    rig.refresh({ productList: true }),
  ]);
  const paths = rig.paths();
  expect(paths.filter((path) => path === `/exploratory_tests/${first}`)).toHaveLength(1);
  expect(paths.filter((path) => path === '/products')).toHaveLength(1);
  expect(paths.filter((path) => path === '/bugs')).toHaveLength(2);
});

test('one who gives up does not end what another one still waits for', async () => {
  const rig = await staleRig();
  const [id = 0] = rig.open;
  rig.sandbox.addFaults([{ match: { path: '/v2/' }, fault: 'slow:200' }]);
  const [hasty, patient] = await Promise.all([
    rig.refresh({ wholeTests: [id] }, { signal: AbortSignal.timeout(50) }),
    rig.refresh({ wholeTests: [id] }, { extent: 'everything' }),
  ]);
  expect(hasty.gaps).toMatchObject([{ what: 'tests', count: 1, error: { kind: 'cancelled' } }]);
  expect(patient.gaps).toEqual([]);
});

test('while somebody syncs nothing is asked, and a sync that began meanwhile is not overwritten', async () => {
  const rig = await staleRig();
  const [id = 0] = rig.open;
  const lease = await rig.store.write((scope) => acquireLease(scope, 'cli (process 42 on desk)'));
  if (lease === null) throw new Error('the lease is not free');
  const refused = await rig.refresh({ wholeTests: [id], bugsOf: rig.open });
  expect(refused.gaps[0]?.error).toMatchObject({
    code: 'sync_in_progress',
    message: expect.stringContaining('cli (process 42 on desk)'),
  });
  expect(rig.paths()).toEqual([]);
  await rig.store.write((scope) => releaseLease(scope, lease));
  rig.sandbox.edit([{ op: 'change', kind: 'test', id, set: { title: 'New' } }]);
  rig.sandbox.addFaults([{ match: { path: '/v2/' }, fault: 'slow:150' }]);
  const began = rig.refresh({ tests: [id] });
  await pause(50);
  const other = await rig.store.write((scope) => acquireLease(scope, 'another'));
  if (other === null) throw new Error('the lease is not free');
  await rig.store.write((scope) => releaseLease(scope, other));
  expect((await began).gaps).toMatchObject([{ error: { code: 'sync_began', kind: 'busy' } }]);
  const titles = await rig.store.read(({ db }) =>
    db.selectFrom('tests').select('title').where('id', '=', id).execute(),
  );
  expect(titles).not.toEqual([{ title: 'New' }]);
});

test('after an outage questions do not wait for the API again for a while, unless everything is to be new', async () => {
  const rig = await staleRig();
  const [id = 0] = rig.open;
  rig.sandbox.addFaults([{ match: { path: '/v2/' }, fault: 'status:503' }]);
  const first = await rig.refresh({ tests: [id] });
  expect(first.gaps).toMatchObject([{ error: { facts: { upstreamStatus: 503 } } }]);
  expect(rig.paths()).toHaveLength(1);
  const second = await rig.refresh({ tests: [id] });
  expect(second).toMatchObject({ isTried: false, gaps: [{ error: { facts: { upstreamStatus: 503 } } }] });
  expect(rig.paths()).toHaveLength(1);
  rig.sandbox.clearFaults();
  expect((await rig.refresh({ tests: [id] }, { extent: 'everything' })).gaps).toEqual([]);
  rig.wait(31_000);
  expect((await rig.refresh({ bugsOf: [id] })).gaps).toEqual([]);
});

test('what the API cannot deliver is remembered with its first time, and left alone until a while has passed', async () => {
  const rig = await staleRig();
  const [id = 0] = rig.open;
  rig.sandbox.addFaults([{ match: { path: `/v2/exploratory_tests/${id}` }, fault: 'status:500' }]);
  const report = await rig.refresh({ wholeTests: [id] });
  expect(report.gaps).toMatchObject([{ what: 'tests', error: { facts: { upstreamStatus: 500 } } }]);
  expect(rig.paths()).toHaveLength(1);
  const [failure] = await rig.store.read((scope) => listOpenFailures(scope));
  expect(failure).toMatchObject({ kind: 'test_details', testId: id, upstreamStatus: 500 });
  await rig.refresh({ wholeTests: [id] });
  expect(rig.paths()).toHaveLength(1);
  rig.sandbox.clearFaults();
  await rig.refresh({ wholeTests: [id] }, { extent: 'everything' });
  expect(await rig.store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a test that a list has read by itself is still read with its executions when it is shown as a whole', async () => {
  const rig = await staleRig();
  const final = rig.testRows.find((row) => !rig.open.includes(row.id))?.id ?? 0;
  const [open = 0] = rig.open;
  await rig.store.write(({ db }) =>
    db.updateTable('test_freshness').set({ executions_at: null }).where('test_id', 'in', [final, open]).execute(),
  );
  await rig.refresh({ tests: [open], bugsOf: [open] });
  const readAt = (id: number) =>
    rig.store.read(({ db }) =>
      db
        .selectFrom('test_freshness')
        .select(['details_at', 'executions_at'])
        .where('test_id', '=', id)
        .executeTakeFirstOrThrow(),
    );
  expect(await readAt(open)).toMatchObject({ details_at: expect.any(Number), executions_at: null });
  for (const id of [open, final]) {
    rig.sandbox.clearRequests();
    await rig.refresh({ wholeTests: [id] });
    expect(rig.paths()).toContain(`/exploratory_tests/${id}`);
    expect(await readAt(id)).toMatchObject({ details_at: expect.any(Number), executions_at: expect.any(Number) });
    rig.sandbox.clearRequests();
    await rig.refresh({ wholeTests: [id] });
    expect(rig.paths()).toEqual([]);
  }
});

test('executions that were read before a test ended are not confirmed by the list of its product', async () => {
  const rig = await staleRig();
  const final = rig.testRows.find((row) => !rig.open.includes(row.id))?.id ?? 0;
  await rig.refresh({ wholeTests: [final] });
  await rig.sync();
  const now = rig.clock.now();
  const readBeforeItEnded = (isSo: boolean) =>
    rig.store.write(async ({ db }) => {
      const freshness = db.updateTable('test_freshness').set({ executions_at: now - 3 * HOUR_MS });
      await freshness.where('test_id', '=', final).execute();
      const ended = { status_changed_at: now - (isSo ? 2 : 4) * HOUR_MS };
      await db.updateTable('tests').set(ended).where('id', '=', final).execute();
    });
  await readBeforeItEnded(false);
  rig.sandbox.clearRequests();
  await rig.refresh({ wholeTests: [final] });
  expect(rig.paths()).toEqual([]);
  await readBeforeItEnded(true);
  await rig.refresh({ wholeTests: [final] });
  expect(rig.paths()).toContain(`/exploratory_tests/${final}`);
  rig.sandbox.clearRequests();
  await rig.refresh({ wholeTests: [final] });
  expect(rig.paths()).toEqual([]);
});

test('executions that just failed are left alone for a while, with the rest of their test', async () => {
  const rig = await staleRig();
  const withRuns = await rig.store.read(({ db }) => db.selectFrom('executions').select('test_id').distinct().execute());
  const id = withRuns.map((row) => row.test_id).find((each) => rig.open.includes(each)) ?? 0;
  rig.sandbox.addFaults([{ match: { path: '/user_story_version_executions' }, fault: 'status:500' }]);
  expect((await rig.refresh({ wholeTests: [id] })).gaps).toMatchObject([{ what: 'tests', count: 1 }]);
  rig.sandbox.clearRequests();
  expect((await rig.refresh({ wholeTests: [id] })).gaps).toEqual([]);
  expect(rig.paths()).toEqual([]);
});

test('a page that the API cannot deliver is replaced by its tests, and a batch of bugs by its halves', async () => {
  const rig = await staleRig();
  rig.sandbox.addFaults([{ match: { path: '/exploratory_tests', nth: 1 }, fault: 'status:500', times: 1 }]);
  const groups = [
    ...Map.groupBy(
      rig.testRows.filter((row) => rig.open.includes(row.id)),
      (row) => row.product_id,
    ),
  ];
  const [, ofOne = []] = groups.find(([, tests]) => tests.length > 2) ?? [];
  const ids = ofOne.map((row) => row.id).slice(0, 4);
  expect(ids.length).toBeGreaterThan(2);
  const report = await rig.refresh({ tests: ids }, { maxRequests: 1 + ids.length });
  expect(report.gaps).toEqual([]);
  expect(rig.paths().filter((path) => /^\/exploratory_tests\/\d+$/.test(path)).length).toBeGreaterThanOrEqual(2);
  rig.sandbox.clearFaults();
  rig.sandbox.clearRequests();
  rig.sandbox.addFaults([{ match: { path: '/v2/bugs' }, fault: 'status:500', times: 1 }]);
  expect((await rig.refresh({ bugsOf: ids }, { extent: 'everything', maxRequests: 3 })).gaps).toEqual([]);
  expect(rig.paths()).toEqual(['/bugs', '/bugs', '/bugs']);
});

test('a page of which something could not be read last time is not asked for, but its tests one by one', async () => {
  const rig = await staleRig();
  const groups = [
    ...Map.groupBy(
      rig.testRows.filter((row) => rig.open.includes(row.id)),
      (row) => row.product_id,
    ),
  ];
  const [productId = 0, ofOne = []] = groups.find(([, tests]) => tests.length > 2) ?? [];
  const ids = ofOne.map((row) => row.id);
  const facts = { productId, testId: null, beforeTestId: null, beforeEndAt: null, afterTestId: null, afterEndAt: null };
  await rig.store.write(async (scope) => {
    for (const position of [3, 30, 60]) {
      const failure = { ...facts, kind: 'test_position', position, code: 'x', message: 'No.', upstreamStatus: 500 };
      await recordFailure(scope, `position ${position}`, failure);
    }
  });
  expect((await rig.refresh({ tests: ids }, { maxRequests: 50 })).gaps).toEqual([]);
  expect(rig.paths().sort()).toEqual(ids.map((id) => `/exploratory_tests/${id}`).sort());
});

test('features, the newest tests and the list of products are asked for when they are old, once', async () => {
  const rig = await staleRig();
  const [, product = 0] = rig.sandbox.state().ids.products;
  const [added = 0] = rig.sandbox.edit([
    { op: 'add', kind: 'test', parent: product, set: { title: 'Just begun', status: 'running' } },
  ]);
  const shown = { productList: true, featuresOf: [product], newestTestsOf: [product] };
  expect(await rig.refresh(shown)).toEqual({ isTried: true, gaps: [] });
  expect(rig.paths().length).toBeLessThanOrEqual(5);
  expect((await idsIn(rig.store)).tests).toContain(added);
  rig.sandbox.clearRequests();
  expect(await rig.refresh(shown)).toEqual({ isTried: false, gaps: [] });
  expect(rig.paths()).toEqual([]);
});

test('when everything is to be new, the products of the answer are synced, and what that brought is not asked for again', async () => {
  const rig = await staleRig();
  const [product = 0] = rig.sandbox.state().ids.products;
  const before = await rig.store.read(({ db }) => db.selectFrom('product_freshness').selectAll().execute());
  const own = rig.testRows.filter((row) => row.product_id === product && rig.open.includes(row.id));
  const tests = own.map((row) => row.id);
  const shown = { products: [product], featuresOf: [product], newestTestsOf: [product], tests };
  expect(await rig.refresh(shown, { extent: 'everything' })).toEqual({ isTried: true, gaps: [] });
  const paths = rig.paths();
  expect(paths.filter((path) => path === `/products/${product}`)).toEqual([]);
  expect(new Set(paths.filter((path) => !path.startsWith('/executions'))).size).toBeGreaterThan(3);
  const after = await rig.store.read(({ db }) => db.selectFrom('product_freshness').selectAll().execute());
  const stampOf = (rows: typeof before, id: number) => rows.find((row) => row.product_id === id)?.tests_discovered_at;
  expect(stampOf(after, product)).toBeGreaterThan(stampOf(before, product) ?? 0);
  const [, other = 0] = rig.sandbox.state().ids.products;
  expect(stampOf(after, other)).toBe(stampOf(before, other));
});
