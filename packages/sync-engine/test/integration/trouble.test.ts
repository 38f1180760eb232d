import { TestioError } from '@testio-mcp/domain';
import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { altered, blemishes, clientOf, idsIn, outcomeOf, rigOf, rigOn, sandboxOf, wellRig } from '../harness.ts';

const LIST_FAULTS = ['status:503', 'status:500', 'status:404', 'drift'];

test.each(LIST_FAULTS)(
  '%s on the test list of one product fails that product alone and is healed by the next run',
  async (fault) => {
    const { sandbox, store, sync: syncAny, plain, other } = await wellRig();
    const sync = () => syncAny({ productIds: [plain, other] });
    await sync();
    const before = await idsIn(store);
    const path = `/products/${plain}/exploratory_tests`;
    sandbox.addFaults([{ match: { path }, fault }]);
    sandbox.clearRequests();
    const ill = await sync();
    expect(ill.status).toBe('partial');
    expect(blemishes(ill)).toEqual([
      `bugs of ${plain}: skipped`,
      `details of ${plain}: skipped`,
      `tests of ${plain}: failed`,
    ]);
    expect(ill.failures.length).toBeGreaterThan(0);
    expect(ill.failures.every((failure) => failure.product_id === plain)).toBe(true);
    expect(sandbox.requests().filter((request) => request.path.endsWith(path)).length).toBeLessThan(60);
    expect(await idsIn(store)).toEqual(before);
    sandbox.clearFaults();
    const well = await sync();
    expect(well.status).toBe('completed');
    expect(well.rows_written).toBe(0);
    expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
  },
);

test('a failed test list is not stamped as read', async () => {
  const { sandbox, store, sync, plain } = await wellRig();
  sandbox.addFaults([{ match: { path: `/products/${plain}/exploratory_tests` }, fault: 'status:503' }]);
  await sync();
  const stamps = await store.read(({ db }) => db.selectFrom('product_freshness').selectAll().execute());
  for (const stamp of stamps) expect(stamp.tests_reconciled_at === null).toBe(stamp.product_id === plain);
});

test('a list that broke off after some pages keeps them and marks nothing as deleted', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  const path = `/products/${sectioned}/exploratory_tests`;
  sandbox.addFaults([{ match: { path, nth: 2 }, fault: 'status:404' }]);
  const ill = await sync();
  expect(outcomeOf(ill, 'tests', sectioned)).toMatchObject({ status: 'failed', items: 25 });
  expect(outcomeOf(ill, 'bugs', sectioned).status).toBe('partial');
  expect((await idsIn(store)).tests.length).toBeLessThan(sandbox.state().counts.tests);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});

test.each(['status:500', '429:0', 'reset'])('%s now and then does no harm', async (fault) => {
  const { sandbox, store, sync } = await wellRig();
  const nths = [3, 9, 16, 22, 30];
  sandbox.addFaults(nths.map((nth) => ({ match: { nth }, fault })));
  const record = await sync();
  expect(record.status).toBe('completed');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});

test('a wrong token fails the run by name, and the run is on record', async () => {
  const sandbox = await sandboxOf();
  const { store } = await rigOf();
  const { sync } = rigOn(sandbox, store, clientOf(sandbox, 'wrong'));
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', requests: 1, rows_written: 0, error: { code: 'api_unauthorized' } });
  const [run] = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute());
  expect(run).toMatchObject({ id: record.id, status: 'failed', error: expect.stringContaining('api_unauthorized') });
});

test('a token that is refused on the way ends the whole run at once', async () => {
  const { sandbox, store, sync } = await wellRig();
  sandbox.addFaults([{ match: { path: '/exploratory_tests' }, fault: 'status:401' }]);
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_unauthorized' } });
  expect(record.requests).toBeLessThan(20);
  expect(
    record.outcomes.filter((outcome) => outcome.phase === 'tests').every((one) => one.status !== 'completed'),
  ).toBe(true);
  const open = await store.read((scope) => listOpenFailures(scope));
  expect(record.failures.length).toBeGreaterThan(0);
  expect(open.map((one) => one.key).sort()).toEqual(record.failures.map((one) => one.key).sort());
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a host that is down ends the run instead of multiplying requests', async () => {
  const { sandbox, sync } = await wellRig();
  await sync();
  sandbox.clearRequests();
  sandbox.addFaults([
    { match: { path: '/products/' }, fault: 'status:503' },
    { match: { path: '/bugs' }, fault: 'status:503' },
  ]);
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_outage', upstream_status: 503 } });
  expect(sandbox.requests().length).toBeLessThan(60);
});

test('what an outage kept from being read is listed; only what was never asked for counts as skipped', async () => {
  const { sandbox, store, sync } = await wellRig();
  sandbox.edit(Array.from({ length: 9 }, (_, i) => ({ op: 'add', kind: 'product', set: { name: `More ${i}` } })));
  sandbox.addFaults([{ match: { path: '/products/' }, fault: 'status:503' }]);
  sandbox.clearRequests();
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_outage' } });
  const asked = new Set(sandbox.requests().map((request) => Number(/products\/(\d+)/.exec(request.path)?.[1])));
  const ofLists = record.outcomes.filter((one) => one.phase === 'features' || one.phase === 'tests');
  expect(ofLists).toHaveLength(2 * 12);
  const skipped = ofLists.filter((one) => one.status === 'skipped');
  const failed = ofLists.filter((one) => one.status === 'failed');
  expect(skipped.length).toBeGreaterThan(0);
  expect(failed.length + skipped.length).toBe(ofLists.length);
  expect(skipped.every((one) => one.error?.code === 'api_outage' && !asked.has(one.product_id ?? 0))).toBe(true);
  const listed = record.failures.map((one) => `${one.kind === 'features' ? 'features' : 'tests'} ${one.product_id}`);
  expect(listed.sort()).toEqual(failed.map((one) => `${one.phase} ${one.product_id}`).sort());
  expect(await store.read((scope) => listOpenFailures(scope))).toHaveLength(record.failures.length);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a product list that does not come fails the run and changes nothing', async () => {
  const { sandbox, store, sync } = await wellRig();
  await sync();
  const before = await idsIn(store);
  sandbox.addFaults([{ match: { path: '/products' }, fault: 'status:503' }]);
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_server_error' } });
  expect(record.failures).toMatchObject([{ kind: 'products', product_id: null, code: 'api_server_error' }]);
  expect(await store.read((scope) => listOpenFailures(scope))).toMatchObject([{ kind: 'products' }]);
  expect(await idsIn(store)).toEqual(before);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a test that slipped between two pages is found by its id and not taken for deleted', async () => {
  const rig = await wellRig();
  await rig.sync();
  const [slipped = 0] = rig.sandbox.state().ids.tests;
  const api = altered(rig.api, (real) => ({
    listTests: async (productId, options) =>
      (await real.listTests(productId, options)).filter((one) => one.id !== slipped),
  }));
  const record = await rigOn(rig.sandbox, rig.store, api).sync();
  expect(record.status).toBe('completed');
  expect((await idsIn(rig.store)).tests).toContain(slipped);
});

test('a store that was filled from another account is refused, and nothing is written', async () => {
  const first = await wellRig();
  await first.sync();
  const before = await idsIn(first.store);
  const stranger = await sandboxOf({ seed: 7 });
  await expect(rigOn(stranger, first.store).sync()).rejects.toMatchObject({ code: 'store_of_another_account' });
  // The same address with the token of another account.
  const sameAddress = altered(clientOf(stranger), () => ({ baseUrl: first.sandbox.url }));
  await expect(rigOn(stranger, first.store, sameAddress).sync()).rejects.toMatchObject({
    code: 'store_of_another_account',
    kind: 'configuration',
  });
  expect(await idsIn(first.store)).toEqual(before);
  const runs = await first.store.read(({ db }) => db.selectFrom('sync_runs').select('id').execute());
  expect(runs).toHaveLength(1);
});

test('a fault of the store ends the run with that error', async () => {
  const rig = await wellRig();
  const full = new TestioError({ kind: 'storage', code: 'store_disk_full', message: 'No space left.' });
  let writes = 0;
  const store = Object.assign(Object.create(rig.store) as typeof rig.store, {
    file: rig.store.file,
    read: (work: Parameters<typeof rig.store.read>[0]) => rig.store.read(work),
    write: async (work: Parameters<typeof rig.store.write>[0]) => {
      writes += 1;
      if (writes === 7) throw full;
      return rig.store.write(work);
    },
  });
  const record = await rigOn(rig.sandbox, store, rig.api).sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'store_disk_full' } });
});
