import { DAY_MS, HOUR_MS } from '@testio-mcp/domain';
import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { Refresher, runSync } from '../../src/index.ts';
import { clientOf, emptyStore, idsIn, sandboxOf } from '../harness.ts';

const SLOW = { timeout: 60_000 };
/** Tests that make the first list so long that its end is not read every time. */
const OLD_TESTS = 100;

/** A sandbox with readable tests, of which an old one deep in its list has two undecided bugs, and a store synced from it. */
async function syncedRig() {
  const sandbox = await sandboxOf();
  const day = (days: number) => new Date(Date.parse(sandbox.now) - days * DAY_MS).toISOString();
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const [long = 0, short = 0] = sandbox.state().ids.products;
  const tests = sandbox.edit(
    Array.from({ length: OLD_TESTS }, (_, index) => ({
      op: 'add',
      kind: 'test',
      parent: long,
      set: { status: 'archived', end_at: day(1_000 + index) },
    })),
  );
  const deep = tests.at(-5) ?? 0;
  const bugs = sandbox.edit([1, 2].map((n) => ({ op: 'add', kind: 'bug', parent: deep, set: { title: `Bug ${n}` } })));
  const archived = { status: 'archived', end_at: day(40) };
  const [shallow = 0] = sandbox.edit([{ op: 'add', kind: 'test', parent: short, set: archived }]);
  sandbox.edit([{ op: 'add', kind: 'bug', parent: shallow, set: { title: 'Bug 3' } }]);
  let now = Date.parse(sandbox.now);
  const clock = { now: () => now++ };
  const deps = { store: await emptyStore(clock), api: clientOf(sandbox), clock };
  const sync = () => {
    now += HOUR_MS;
    sandbox.clearRequests();
    return runSync(deps, { trigger: 'test' });
  };
  await sync();
  const open = () => deps.store.read((scope) => listOpenFailures(scope));
  const readAlone = (id: number) =>
    sandbox.requests().filter((one) => one.path.endsWith(`/exploratory_tests/${id}`)).length;
  const refresher = new Refresher({ ...deps, api: async () => deps.api, syncProduct: async () => undefined });
  const refreshBugs = (testIds: readonly number[]) => {
    now += HOUR_MS;
    const signal = new AbortController().signal;
    return refresher.refresh({ bugsOf: testIds }, { extent: 'everything', maxAgeMs: 0, maxRequests: 5, signal });
  };
  return { refreshBugs, sandbox, store: deps.store, sync, open, readAlone, deep, bugs, short, shallow };
}

test('a test deep in its list that cannot be read any more keeps its bugs, and is listed', SLOW, async () => {
  const { sandbox, store, sync, open, deep } = await syncedRig();
  const before = await idsIn(store);
  sandbox.edit([{ op: 'poison', id: deep }]);
  const ill = await sync();
  expect(ill).toMatchObject({ status: 'partial', failures: [{ kind: 'bugs', test_id: deep }], rows_written: 0 });
  expect(await idsIn(store)).toEqual(before);
  expect(await open()).toMatchObject([{ kind: 'bugs', testId: deep }]);
  sandbox.edit([{ op: 'cure', id: deep }]);
  expect(await sync()).toMatchObject({ status: 'completed', failures: [], rows_written: 0 });
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  expect(await open()).toEqual([]);
});

test('a test that can be read loses bugs that are gone, all of them too', SLOW, async () => {
  const { sandbox, store, sync, readAlone, deep, bugs } = await syncedRig();
  sandbox.edit(bugs.map((id) => ({ op: 'delete', kind: 'bug', id })));
  expect(await sync()).toMatchObject({ status: 'completed', failures: [] });
  expect(readAlone(deep)).toBe(1);
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  await sync();
  expect(readAlone(deep)).toBe(0);
});

test('a test that its whole list does not show any more keeps its bugs without being asked for', SLOW, async () => {
  const { sandbox, store, sync, open, readAlone, short, shallow: id } = await syncedRig();
  const before = await idsIn(store);
  sandbox.edit([{ op: 'poison', id }]);
  const ill = await sync();
  expect(ill).toMatchObject({ status: 'partial', failures: [{ kind: 'test_position', product_id: short }] });
  expect(ill.failures).toHaveLength(1);
  expect(await idsIn(store)).toEqual(before);
  expect(sandbox.requests().filter((one) => one.query.split(/\D/).includes(String(id)))).toEqual([]);
  sandbox.edit([{ op: 'cure', id }]);
  expect((await sync()).status).toBe('completed');
  expect(readAlone(id)).toBe(0);
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  expect(await open()).toEqual([]);
});

test('a question that refreshes bugs takes none away from a test that cannot be read', SLOW, async () => {
  const { sandbox, store, open, refreshBugs, deep, bugs } = await syncedRig();
  const before = await idsIn(store);
  sandbox.edit([{ op: 'poison', id: deep }]);
  await refreshBugs([deep]);
  expect(await idsIn(store)).toEqual(before);
  expect(await open()).toMatchObject([{ kind: 'bugs', testId: deep }]);
  sandbox.edit([{ op: 'cure', id: deep }, ...bugs.map((id) => ({ op: 'delete', kind: 'bug', id }) as const)]);
  await refreshBugs([deep]);
  expect((await idsIn(store)).bugs).toEqual(before.bugs.filter((id) => !bugs.includes(id)));
  expect(await open()).toEqual([]);
});
