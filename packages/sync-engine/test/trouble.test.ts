import { TestioError } from '@testio-mcp/domain';
import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { apiTrouble } from './fake-list.ts';
import { altered, blemishes, clientOf, idsIn, outcomeOf, rigOf, rigOn, sandboxOf } from './harness.ts';

/** A small sandbox without poisoned tests, so that nothing but the fault of the test is wrong. */
async function wellRig() {
  const rig = await rigOf();
  rig.sandbox.edit(rig.sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const [sectioned = 0, plain = 0, other = 0] = rig.sandbox.state().ids.products;
  return { ...rig, sectioned, plain, other };
}

const LIST_FAULTS = ['status:503', 'status:500', 'status:404', 'truncate', 'drift'];

test.each(LIST_FAULTS)(
  '%s on the test list of one product fails that product alone and is healed by the next run',
  async (fault) => {
    const { sandbox, store, sync, plain } = await wellRig();
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
  const { sandbox, sync } = await wellRig();
  sandbox.addFaults([{ match: { path: '/exploratory_tests' }, fault: 'status:401' }]);
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_unauthorized' } });
  expect(record.requests).toBeLessThan(20);
  expect(
    record.outcomes.filter((outcome) => outcome.phase === 'tests').every((one) => one.status !== 'completed'),
  ).toBe(true);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
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

test('a product list that does not come fails the run and changes nothing', async () => {
  const { sandbox, store, sync } = await wellRig();
  await sync();
  const before = await idsIn(store);
  sandbox.addFaults([{ match: { path: '/products' }, fault: 'status:503' }]);
  const record = await sync();
  expect(record).toMatchObject({ status: 'failed', error: { code: 'api_server_error' } });
  expect(await idsIn(store)).toEqual(before);
});

test('reasons for rejection that do not come leave the bugs with the reasons known before', async () => {
  const { sandbox, sync } = await wellRig();
  await sync();
  sandbox.addFaults([{ match: { path: '/bugs/reject_reasons' }, fault: 'status:503' }]);
  const record = await sync();
  expect(blemishes(record)).toEqual(['reject_reasons of account: failed']);
  expect(record).toMatchObject({ status: 'partial', rows_written: 0 });
});

test('details that do not come are listed by test and tried again, even if the test has ended by then', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  sandbox.addFaults([{ match: { path: '/v2/exploratory_tests/' }, fault: 'status:500' }]);
  const ill = await sync();
  const lost = ill.failures.map((failure) => failure.test_id);
  expect(ill.failures.every((failure) => failure.kind === 'test_details')).toBe(true);
  expect(lost.length).toBeGreaterThan(0);
  expect(outcomeOf(ill, 'details', sectioned)).toMatchObject({ status: 'failed', items: 0 });
  sandbox.clearFaults();
  sandbox.edit([{ op: 'change', kind: 'test', id: lost[0] ?? 0, set: { status: 'locked' } }]);
  const well = await sync();
  expect(well.status).toBe('completed');
  expect(outcomeOf(well, 'details', sectioned).items).toBe(lost.length);
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('executions that do not come leave the details and are listed by test', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  sandbox.addFaults([{ match: { path: '/user_story_version_executions' }, fault: 'status:500' }]);
  const ill = await sync();
  expect(ill.failures.every((failure) => failure.kind === 'executions')).toBe(true);
  expect(outcomeOf(ill, 'details', sectioned).status).toBe('partial');
  const details = await store.read(({ db }) => db.selectFrom('test_analytics').selectAll().execute());
  expect(details.length).toBeGreaterThan(0);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a section that does not come leaves the features of the others, and loses none that are stored', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  const [section] = await sandboxSections(sandbox, sectioned);
  sandbox.addFaults([{ match: { path: `/sections/${section}/features` }, fault: 'status:500' }]);
  const first = await sync();
  expect(outcomeOf(first, 'features', sectioned).status).toBe('partial');
  expect(first.failures).toMatchObject([{ kind: 'features', product_id: sectioned }]);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  const whole = await idsIn(store);
  expect(whole).toEqual(sandbox.state().ids);
  const memberships = await store.read(({ db }) => db.selectFrom('product_features').selectAll().execute());
  sandbox.addFaults([{ match: { path: `/sections/${section}/features` }, fault: 'status:500' }]);
  const again = await sync();
  expect(again.rows_written).toBe(0);
  expect(await idsIn(store)).toEqual(whole);
  expect(await store.read(({ db }) => db.selectFrom('product_features').selectAll().execute())).toEqual(memberships);
  expect(await store.read((scope) => listOpenFailures(scope))).toHaveLength(1);
});

test('one test whose bugs cannot be delivered costs only its own', async () => {
  const rig = await wellRig();
  const bad = rig.sandbox.state().ids.tests[20] ?? 0;
  const asked: number[] = [];
  const api = altered(rig.api, (real) => ({
    listBugs: async (filter) => {
      asked.push(filter.testIds?.length ?? 0);
      if (filter.testIds?.includes(bad) === true) throw apiTrouble(500);
      return real.listBugs(filter);
    },
  }));
  const ill = await rigOn(rig.sandbox, rig.store, api).sync();
  expect(ill.status).toBe('partial');
  expect(ill.failures).toMatchObject([{ kind: 'bugs', test_id: bad, code: 'api_server_error' }]);
  expect(asked.length).toBeLessThanOrEqual(5 + 8);
  const unloaded = await rig.store.read(({ db }) =>
    db.selectFrom('test_freshness').select('test_id').where('bugs_at', 'is', null).execute(),
  );
  expect(unloaded).toEqual([{ test_id: bad }]);
  expect((await rig.sync()).status).toBe('completed');
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
  expect(await rig.store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('bugs that do not come at all fail their phase, not the tests, and do not multiply requests', async () => {
  const { sandbox, store, sync } = await wellRig();
  sandbox.addFaults([{ match: { path: '/v2/bugs' }, fault: 'status:500' }]);
  const record = await sync();
  expect(record.status).toBe('partial');
  const bugs = record.outcomes.filter((outcome) => outcome.phase === 'bugs');
  expect(bugs.every((outcome) => outcome.status === 'failed' && outcome.items === 0)).toBe(true);
  expect(record.outcomes.filter((one) => one.phase === 'tests').every((one) => one.status === 'completed')).toBe(true);
  const stamps = await store.read(({ db }) => db.selectFrom('test_freshness').select('bugs_at').execute());
  expect(stamps.every((stamp) => stamp.bugs_at === null)).toBe(true);
  const asked = sandbox.requests().filter((request) => request.path.endsWith('/bugs'));
  expect(asked.length).toBeLessThanOrEqual(Math.ceil(sandbox.state().counts.tests / 15) * 31);
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

/** Sections that the sandbox lists features by. */
async function sandboxSections(sandbox: Awaited<ReturnType<typeof sandboxOf>>, productId: number): Promise<number[]> {
  const product = await clientOf(sandbox).getProduct(productId);
  return product.sections.map((section) => section.id);
}
