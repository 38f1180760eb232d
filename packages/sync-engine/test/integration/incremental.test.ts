import { DAY_MS, HOUR_MS } from '@testio-mcp/domain';
import type { Sandbox, SandboxEdit } from '@testio-mcp/sandbox';
import { expect, test } from 'vitest';
import { planSync, runSync, type SyncOptions } from '../../src/index.ts';
import { readTest } from '../../src/refresh/refresh-test.ts';
import { blemishes, clientOf, emptyStore, idsIn, sandboxOf } from '../harness.ts';

const SLOW = { timeout: 90_000 };

/** A sandbox whose tests can all be read unless told otherwise, a store and a clock that begins at the sandbox's now. */
async function rigOf(options: Parameters<typeof sandboxOf>[0] = {}, { cured = true } = {}) {
  const sandbox = await sandboxOf(options);
  if (cured) sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  let now = Date.parse(sandbox.now);
  const clock = { now: () => now++ };
  const deps = { store: await emptyStore(clock), api: clientOf(sandbox), clock };
  return {
    sandbox,
    ...deps,
    pass: (ms: number) => {
      now += ms;
    },
    /** An instant some days from the sandbox's now, as the API spells it. */
    day: (days: number) => new Date(Date.parse(sandbox.now) + days * DAY_MS).toISOString(),
    sync: (wanted: Partial<SyncOptions> = {}) => {
      sandbox.clearRequests();
      return runSync(deps, { trigger: 'test', ...wanted });
    },
    plan: (wanted: Parameters<typeof planSync>[1] = {}) => planSync(deps, wanted),
  };
}
type Rig = Awaited<ReturnType<typeof rigOf>>;

/** Gives the first product 150 archived tests that ended before all others, oldest last. Answers with their ids. */
function lengthen({ sandbox, day }: Rig): number[] {
  const edits = Array.from({ length: 150 }, (_, index): SandboxEdit => {
    const set = { status: 'archived', start_at: day(-1_002 - index), end_at: day(-1_000 - index) };
    return { op: 'add', kind: 'test', parent: productOf(sandbox), set };
  });
  return [...sandbox.edit(edits)];
}

function productOf(sandbox: Sandbox): number {
  return sandbox.state().ids.products[0] ?? 0;
}

function asked(sandbox: Sandbox, path: RegExp): number {
  return sandbox.requests().filter((request) => path.test(request.path)).length;
}

const LIST = /\/products\/\d+\/exploratory_tests$/;
const SINGLE = /\/v2\/exploratory_tests\/\d+$/;

async function testIn({ store }: Rig, id: number) {
  return store.read(({ db }) => db.selectFrom('tests').selectAll().where('id', '=', id).executeTakeFirst());
}

async function detailsAt({ store }: Rig, id: number) {
  const row = await store.read(({ db }) =>
    db.selectFrom('test_freshness').select('details_at').where('test_id', '=', id).executeTakeFirstOrThrow(),
  );
  return row.details_at;
}

async function bugIn({ store }: Rig, id: number) {
  return store.read(({ db }) => db.selectFrom('bugs').selectAll().where('id', '=', id).executeTakeFirst());
}

const ACCOUNTS = [
  ['small', true],
  ['small', false],
  ['medium', true],
  ['medium', false],
] as const;

test.each(ACCOUNTS)(
  'when nothing changed, a %s account (all readable: %s) costs the bound and 0 rows',
  SLOW,
  async (size, cured) => {
    const rig = await rigOf({ size }, { cured });
    const first = await rig.sync();
    expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
    expect(first.requests / rig.sandbox.bound().first_sync).toBeLessThanOrEqual(1.05);
    rig.pass(HOUR_MS);
    const plan = await rig.plan();
    const quiet = await rig.sync();
    const ratio = quiet.requests / rig.sandbox.bound().quiet_sync;
    process.stderr.write(
      `${size}, ${cured ? 'all readable' : 'some unreadable'}: ${quiet.requests} requests, ${ratio.toFixed(3)} of the bound\n`,
    );
    expect(ratio).toBeLessThanOrEqual(1);
    expect(quiet).toMatchObject({ mode: 'incremental', rows_written: 0, status: cured ? 'completed' : 'partial' });
    expect(quiet.failures.map((one) => one.key).sort()).toEqual(first.failures.map((one) => one.key).sort());
    expect(plan.requests).toBe(quiet.requests);
  },
);

test('what happens to a test deep in the list is found while its status can change', SLOW, async () => {
  const rig = await rigOf();
  const ids = lengthen(rig);
  const [running = 0, moved = 0, gone = 0] = [ids[140], ids[90], ids[120]];
  const change = (id: number, set: Record<string, unknown>): SandboxEdit => ({ op: 'change', kind: 'test', id, set });
  rig.sandbox.edit([running, moved, gone].map((id) => change(id, { status: 'running' })));
  await rig.sync();
  rig.pass(HOUR_MS);
  expect(await rig.sync()).toMatchObject({ status: 'completed', rows_written: 0 });
  rig.sandbox.edit([
    change(running, { status: 'locked' }),
    change(moved, { title: 'Moved', end_at: rig.day(-1_149.5) }),
  ]);
  rig.pass(HOUR_MS);
  expect((await rig.sync()).status).toBe('completed');
  expect(await testIn(rig, running)).toMatchObject({ status: 'locked' });
  expect(await testIn(rig, moved)).toMatchObject({ title: 'Moved', end_at: Date.parse(rig.day(-1_149.5)) });
  // Once more after it stopped running, and then not again.
  const details = await detailsAt(rig, running);
  expect(details).toBeGreaterThan((await testIn(rig, running))?.status_changed_at ?? 0);
  rig.pass(HOUR_MS);
  await rig.sync();
  expect(await detailsAt(rig, running)).toBe(details);
  rig.sandbox.edit([{ op: 'delete', kind: 'test', id: gone }]);
  rig.pass(HOUR_MS);
  await rig.sync();
  expect((await testIn(rig, gone))?.deleted_at).not.toBeNull();
});

test(
  'executions that a question did not get to after their test stopped are read by the next sync, once',
  SLOW,
  async () => {
    const rig = await rigOf();
    const [id = 0] = lengthen(rig);
    rig.sandbox.edit([{ op: 'change', kind: 'test', id, set: { status: 'running' } }]);
    await rig.sync();
    rig.sandbox.edit([{ op: 'change', kind: 'test', id, set: { status: 'locked' } }]);
    const { store, api, clock } = rig;
    // The first reading sees that it stopped, the second one brings its details of after that.
    const { signal } = new AbortController();
    const readByItself = () => readTest({ store, api, beganAt: clock.now(), attempts: 1 }, id, signal);
    await readByItself();
    await readByItself();
    const readSinceItStopped = () =>
      store.read(({ db }) =>
        db
          .selectFrom('tests as t')
          .innerJoin('test_freshness as f', 'f.test_id', 't.id')
          .select((eb) => [
            eb('f.details_at', '>', eb.ref('t.status_changed_at')).as('details'),
            eb('f.executions_at', '>', eb.ref('t.status_changed_at')).as('executions'),
          ])
          .where('t.id', '=', id)
          .executeTakeFirstOrThrow(),
      );
    expect(await readSinceItStopped()).toEqual({ details: 1, executions: 0 });
    await rig.sync();
    expect(await readSinceItStopped()).toEqual({ details: 1, executions: 1 });
    const details = await detailsAt(rig, id);
    await rig.sync();
    expect(await detailsAt(rig, id)).toBe(details);
  },
);

test('a new test that ended early is found when the whole list is read, within a day', SLOW, async () => {
  const rig = await rigOf();
  lengthen(rig);
  await rig.sync();
  const add = { op: 'add', kind: 'test', parent: productOf(rig.sandbox) } as const;
  const [early = 0] = rig.sandbox.edit([{ ...add, set: { status: 'archived', end_at: rig.day(-1_100.5) } }]);
  rig.pass(23 * HOUR_MS);
  await rig.sync();
  expect(await testIn(rig, early)).toBeUndefined();
  const [late = 0] = rig.sandbox.edit([{ ...add, set: { status: 'running', end_at: rig.day(2) } }]);
  await rig.sync();
  expect(await testIn(rig, late)).toMatchObject({ status: 'running' });
  rig.pass(2 * HOUR_MS);
  expect((await rig.plan()).phases.flatMap((phase) => phase.why).join()).toContain('a day ago');
  await rig.sync();
  expect(await testIn(rig, early)).toMatchObject({ status: 'archived' });
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
});

test('a reading that was cut off is taken up where new tests may have been missed', SLOW, async () => {
  const rig = await rigOf();
  lengthen(rig);
  await rig.sync();
  const added = Array.from({ length: 80 }, (_, index): SandboxEdit => {
    const set = { status: 'archived', end_at: rig.day(1 - index / 100) };
    return { op: 'add', kind: 'test', parent: productOf(rig.sandbox), set };
  });
  rig.sandbox.edit(added);
  rig.sandbox.addFaults([
    { match: { path: `/products/${productOf(rig.sandbox)}/exploratory_tests`, nth: 3 }, fault: 'status:401' },
  ]);
  expect((await rig.sync()).status).toBe('failed');
  rig.sandbox.clearFaults();
  await rig.sync();
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
});

test('a bug that was accepted by itself is found after ten days, and then its test is left alone', SLOW, async () => {
  const rig = await rigOf();
  const [archived = 0] = lengthen(rig);
  const [bug = 0] = rig.sandbox.edit([
    { op: 'add', kind: 'bug', parent: archived, set: { status: 'forwarded', reported_at: rig.day(-1) } },
  ]);
  await rig.sync();
  expect(await bugIn(rig, bug)).toMatchObject({ status: 'open' });
  rig.sandbox.edit([{ op: 'change', kind: 'bug', id: bug, set: { status: 'accepted', auto_accepted: true } }]);
  rig.pass(10 * DAY_MS);
  await rig.sync();
  expect(await bugIn(rig, bug)).toMatchObject({ status: 'auto_accepted' });
  rig.sandbox.edit([{ op: 'change', kind: 'bug', id: bug, set: { title: 'Late' } }]);
  rig.pass(DAY_MS);
  await rig.sync();
  expect((await bugIn(rig, bug))?.title).not.toBe('Late');
  // What changes on a test that is over is found when its bugs have been believed for thirty days.
  rig.pass(29 * DAY_MS);
  await rig.sync();
  expect((await bugIn(rig, bug))?.title).toBe('Late');
});

test('bugs that changed before their test became final are read once more after it', SLOW, async () => {
  const rig = await rigOf();
  const id = lengthen(rig)[149] ?? 0;
  rig.sandbox.edit([{ op: 'change', kind: 'test', id, set: { status: 'locked' } }]);
  const [bug = 0] = rig.sandbox.edit([{ op: 'add', kind: 'bug', parent: id, set: { status: 'accepted' } }]);
  await rig.sync();
  rig.sandbox.edit([
    { op: 'change', kind: 'bug', id: bug, set: { status: 'rejected' } },
    { op: 'change', kind: 'test', id, set: { status: 'archived' } },
  ]);
  rig.pass(HOUR_MS);
  await rig.sync();
  expect(await testIn(rig, id)).toMatchObject({ status: 'archived' });
  expect(await bugIn(rig, bug)).toMatchObject({ status: 'rejected' });
});

test('an unreadable position is tried by every sync, and the list is read whole once it answers', SLOW, async () => {
  const rig = await rigOf();
  const poisoned = lengthen(rig)[130] ?? 0;
  rig.sandbox.edit([{ op: 'poison', id: poisoned }]);
  const first = await rig.sync();
  rig.pass(HOUR_MS);
  const quiet = await rig.sync();
  expect(quiet).toMatchObject({ status: 'partial', rows_written: 0 });
  expect(quiet.failures).toEqual(first.failures.map((failure) => ({ ...failure, message: expect.any(String) })));
  expect(asked(rig.sandbox, LIST)).toBeLessThan(12);
  rig.sandbox.edit([{ op: 'cure', id: poisoned }]);
  rig.pass(HOUR_MS);
  const healed = await rig.sync();
  expect(healed).toMatchObject({ status: 'completed', failures: [] });
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
});

test('a host that ignores paging is read once, and at most once more', SLOW, async () => {
  const staging = await rigOf({ switches: { staging: true } });
  lengthen(staging);
  await staging.sync();
  staging.pass(HOUR_MS);
  const again = await staging.sync();
  expect(blemishes(again)).toEqual([]);
  expect(again.rows_written).toBe(0);
  expect(asked(staging.sandbox, LIST)).toBeLessThanOrEqual(2 * staging.sandbox.state().counts.products);
});

test('a period is read down to its beginning, and stamps and deletes nothing', SLOW, async () => {
  const rig = await rigOf();
  lengthen(rig);
  const from = Date.parse(rig.day(-30));
  const record = await rig.sync({ since: { from, to: null } });
  expect(record).toMatchObject({ status: 'completed', mode: 'period' });
  const stored = await rig.store.read(({ db }) => db.selectFrom('tests').select(['id', 'end_at']).execute());
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.every((one) => (one.end_at ?? 0) >= from)).toBe(true);
  expect(asked(rig.sandbox, LIST)).toBeLessThan(9);
  const stamps = await rig.store.read(({ db }) =>
    db.selectFrom('product_freshness').select(['tests_discovered_at', 'tests_reconciled_at']).execute(),
  );
  expect(stamps.every((one) => one.tests_discovered_at === null && one.tests_reconciled_at === null)).toBe(true);
  const victim = stored[0]?.id ?? 0;
  rig.sandbox.edit([{ op: 'delete', kind: 'test', id: victim }]);
  await rig.sync({ since: { from, to: null } });
  expect((await testIn(rig, victim))?.deleted_at).toBeNull();
  await rig.sync();
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
  expect((await testIn(rig, victim))?.deleted_at).not.toBeNull();
});

test('a plan asks the API for nothing, and says so when nothing is known', SLOW, async () => {
  const rig = await rigOf();
  expect(await rig.plan()).toMatchObject({ ever_synced: false, requests: null });
  await rig.sync();
  rig.pass(HOUR_MS);
  rig.sandbox.clearRequests();
  const [quiet, full] = [await rig.plan(), await rig.plan({ mode: 'full' })];
  expect(rig.sandbox.requests()).toEqual([]);
  expect(full.requests).toBeGreaterThan(quiet.requests ?? 0);
  expect(full.requests).toBe((await rig.sync({ mode: 'full' })).requests);
  for (const phase of quiet.phases.filter((one) => one.phase === 'tests')) expect(phase.why).not.toEqual([]);
  await expect(rig.plan({ productIds: [1] })).rejects.toMatchObject({ code: 'unknown_product' });
});

test('only running tests are read one by one where pages show all that can change', SLOW, async () => {
  const rig = await rigOf();
  await rig.sync();
  rig.pass(HOUR_MS);
  await rig.sync();
  const running = await rig.store.read(({ db }) =>
    db.selectFrom('tests').select('id').where('status', '=', 'running').execute(),
  );
  expect(asked(rig.sandbox, SINGLE)).toBe(running.length);
});
