import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import type { SyncDependencies } from '../../src/index.ts';
import { refreshTest as refreshIn } from '../../src/refresh/refresh-test.ts';
import { clientOf, emptyStore, idsIn, rigOf, rigOn, sandboxOf } from '../harness.ts';

const signal = new AbortController().signal;

const refreshTest = ({ store, api, clock }: SyncDependencies, id: number, until: AbortSignal) =>
  refreshIn({ store, api, beganAt: clock.now(), attempts: 1 }, id, until);

async function runningTest(rig: Awaited<ReturnType<typeof rigOf>>): Promise<number> {
  const [product = 0] = rig.sandbox.state().ids.products;
  rig.sandbox.edit(rig.sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const tests = await rig.api.listTests(product, { page: 1, perPage: 25 });
  return tests.find((one) => one.status === 'running')?.id ?? 0;
}

test('one test of an empty store is read with its product, metrics, bugs and executions, and nothing else', async () => {
  const rig = await rigOf();
  const id = await runningTest(rig);
  await refreshTest(rig, id, signal);
  const { tests, bugs, products } = await idsIn(rig.store);
  expect(tests).toEqual([id]);
  expect(products).toEqual(rig.sandbox.state().ids.products);
  const real = await rig.api.listBugs({ testIds: [id] });
  expect(bugs).toEqual(real.map((bug) => bug.id).sort((a, b) => a - b));
  const stamps = await rig.store.read(({ db }) =>
    db.selectFrom('test_freshness').selectAll().executeTakeFirstOrThrow(),
  );
  expect([stamps.details_at, stamps.bugs_at, stamps.executions_at].every((at) => at !== null)).toBe(true);
  const rows = await rig.store.read(({ db }) => db.selectFrom('executions').select('test_id').distinct().execute());
  expect(rows).toEqual([{ test_id: id }]);
});

test('a refresh brings what changed, with few requests, and agrees with a sync', async () => {
  const rig = await rigOf();
  const id = await runningTest(rig);
  await rig.sync();
  const [bug] = await rig.api.listBugs({ testIds: [id] });
  rig.sandbox.edit([
    { op: 'change', kind: 'test', id, set: { status: 'locked' } },
    { op: 'change', kind: 'bug', id: bug?.id ?? 0, set: { title: 'Another title' } },
  ]);
  rig.sandbox.clearRequests();
  await refreshTest(rig, id, signal);
  expect(rig.sandbox.requests().map((request) => request.path.split('/').at(-1))).not.toContain('products');
  const [row] = await rig.store.read(({ db }) =>
    db.selectFrom('tests').select('status').where('id', '=', id).execute(),
  );
  const [changed] = await rig.store.read(({ db }) =>
    db
      .selectFrom('bugs')
      .select('title')
      .where('id', '=', bug?.id ?? 0)
      .execute(),
  );
  expect([row?.status, changed?.title]).toEqual(['locked', 'Another title']);
  await rig.sync();
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
});

test('a refresh closes the failures of its test', async () => {
  const rig = await rigOf();
  const id = await runningTest(rig);
  rig.sandbox.addFaults([{ match: { path: '/v2/exploratory_tests/' }, fault: 'status:500' }]);
  await rig.sync();
  rig.sandbox.clearFaults();
  const before = await rig.store.read((scope) => listOpenFailures(scope));
  await refreshTest(rig, id, signal);
  const after = await rig.store.read((scope) => listOpenFailures(scope));
  expect(before.map((one) => one.testId)).toContain(id);
  expect(after).toHaveLength(before.length - 1);
  expect(after.map((one) => one.testId)).not.toContain(id);
});

test('what came stays when the bugs do not come, and the bugs are not called fresh', async () => {
  const rig = await rigOf();
  const id = await runningTest(rig);
  rig.sandbox.addFaults([{ match: { path: '/v2/bugs' }, fault: 'status:503' }]);
  await expect(refreshTest(rig, id, signal)).rejects.toMatchObject({ code: 'api_server_error' });
  const stamps = await rig.store.read(({ db }) =>
    db.selectFrom('test_freshness').selectAll().executeTakeFirstOrThrow(),
  );
  expect(stamps.details_at).not.toBeNull();
  expect(stamps.bugs_at).toBeNull();
});

test('a test that is not there is named as such, and a cancelled refresh says so', async () => {
  const rig = await rigOf();
  await expect(refreshTest(rig, 999_999_999, signal)).rejects.toMatchObject({
    code: 'api_not_found',
    kind: 'not_found',
  });
  const id = await runningTest(rig);
  await expect(refreshTest(rig, id, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect((await idsIn(rig.store)).tests).toEqual([]);
});

test('a test of another account is not put into the store', async () => {
  const rig = await rigOf();
  await rig.sync();
  const before = await idsIn(rig.store);
  const stranger = await sandboxOf({ seed: 7 });
  const other = rigOn(stranger, await emptyStore(), clientOf(stranger));
  const id = stranger.state().ids.tests[0] ?? 0;
  await expect(refreshTest({ ...other, store: rig.store }, id, signal)).rejects.toMatchObject({
    code: 'store_of_another_account',
  });
  expect(await idsIn(rig.store)).toEqual(before);
});
