import { existsSync, readFileSync } from 'node:fs';
import { DAY_MS } from '@testio-mcp/domain';
import { forgetOldTests, hasTraces, inspectStore, type Store, saveBugs, saveExecutions } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { planSync, runSync, type SyncOptions } from '../../src/index.ts';
import { refreshTest } from '../../src/refresh/refresh-test.ts';
import { clientOf, emptyStore, sandboxOf } from '../harness.ts';
import { contentsOf } from '../store-contents.ts';
import { withoutOldTests } from '../without-old-tests.ts';

/** Words that stand in one old test and its bug, and nowhere else. */
const PLANTED = {
  test: ['zqtitle', 'zqgoal', 'zqinstructions', 'zqoutofscope', 'zqcreator'],
  bug: ['zqbugtitle', 'zqstep', 'zqactual', 'zqexpected', 'zqauthor', 'zqcomment', 'zqcommenter'],
} as const;
const WORDS = [...PLANTED.test, ...PLANTED.bug];

/** A sandbox with an old test full of words, a store, and runs that are asked for a limit of age. */
async function rigOf() {
  const sandbox = await sandboxOf();
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const [product = 0] = sandbox.state().ids.products;
  const begin = Date.parse(sandbox.now);
  let now = begin;
  const clock = { now: () => now++ };
  const deps = { store: await emptyStore(clock), api: clientOf(sandbox), clock };
  const day = (days: number) => new Date(begin + days * DAY_MS).toISOString();
  const [title, goal, instructions, outOfScope, creator] = PLANTED.test;
  const [old = 0] = sandbox.edit([
    {
      op: 'add',
      kind: 'test',
      parent: product,
      set: {
        title,
        goal,
        instructions,
        out_of_scope: outOfScope,
        created_by: creator,
        status: 'archived',
        start_at: day(-310),
        end_at: day(-300),
      },
    },
  ]);
  const [bugTitle, step, actual, expected, author, comment, commenter] = PLANTED.bug;
  sandbox.edit([
    {
      op: 'add',
      kind: 'bug',
      parent: old,
      set: {
        title: bugTitle,
        steps: [step],
        actual_result: actual,
        expected_result: expected,
        author: { name: author },
        comments: [{ body: comment, author: { name: commenter } }],
        reported_at: day(-305),
      },
    },
  ]);
  return {
    ...deps,
    sandbox,
    product,
    old,
    day,
    now: () => now,
    pass: (days: number) => {
      now += days * DAY_MS;
    },
    sync: (retentionDays: number | null | undefined, options: Partial<SyncOptions> = {}) =>
      runSync({ ...deps, retentionDays }, { trigger: 'test', ...options }),
  };
}
type Rig = Awaited<ReturnType<typeof rigOf>>;

/** What a whole copy holds once what is too old is taken out. */
async function cut(rig: Rig, days: number | null) {
  const fresh = { store: await emptyStore(rig.clock), api: rig.api, clock: rig.clock };
  await runSync(fresh, { trigger: 'test', mode: 'full' });
  return withoutOldTests(await contentsOf(fresh.store), days, rig.now());
}

async function retentionOf({ store }: Rig) {
  return (await inspectStore(store.file)).retention;
}

/** Those of the planted words that stand anywhere in the files of a store, as they lie there while it is open. */
function wordsIn({ file }: Store): string[] {
  const files = [file, `${file}-wal`].filter((name) => existsSync(name));
  const bytes = files.map((name) => readFileSync(name, 'latin1')).join();
  return WORDS.filter((word) => bytes.includes(word));
}

async function testRow({ store, old }: Rig) {
  return store.read(({ db }) => db.selectFrom('tests').selectAll().where('id', '=', old).executeTakeFirstOrThrow());
}

/** Tests whose bugs were asked for. */
function askedForBugs({ sandbox }: Rig): number[] {
  return sandbox
    .requests()
    .filter((request) => request.path.endsWith('/bugs'))
    .flatMap((request) => [...new URLSearchParams(request.query).values()].join().split(','))
    .map(Number);
}

test('a first sync under a limit keeps the heads of old tests, asks for none of their bugs, and writes no word of them', async () => {
  const rig = await rigOf();
  expect((await rig.sync(200)).status).toBe('completed');
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, 200));
  expect(askedForBugs(rig).length).toBeGreaterThan(0);
  expect(wordsIn(rig.store)).toEqual([]);
  expect(await testRow(rig)).toMatchObject({
    title: null,
    status: 'archived',
    end_at: Date.parse(rig.day(-300)),
    product_id: rig.product,
    deleted_at: null,
    raw_json: '{}',
  });
});

test('no request asks for the bugs of a test that is too old', async () => {
  const rig = await rigOf();
  await rig.sync(200, { mode: 'full' });
  expect(askedForBugs(rig)).not.toContain(rig.old);
  rig.sandbox.clearRequests();
  await rig.sync(undefined);
  expect(askedForBugs(rig)).not.toContain(rig.old);
});

test('a limit that is set later takes everything out of the file, the index and the log', async () => {
  const rig = await rigOf();
  await rig.sync(undefined);
  expect(wordsIn(rig.store)).toEqual(WORDS);
  await rig.sync(200);
  expect(wordsIn(rig.store)).toEqual([]);
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, 200));
  expect(await retentionOf(rig)).toEqual({ days: 200, forgottenTests: expect.any(Number) });
  expect(await rig.store.read(hasTraces)).toBe(false);
});

test('tests grow old by themselves, one day after the other', async () => {
  const rig = await rigOf();
  await rig.sync(301);
  expect((await testRow(rig)).title).toBe('zqtitle');
  rig.pass(1);
  await rig.sync(undefined);
  expect((await testRow(rig)).title).toBe('zqtitle');
  rig.pass(1);
  await rig.sync(undefined);
  expect((await testRow(rig)).title).toBeNull();
  expect(wordsIn(rig.store)).toEqual([]);
});

test('the store remembers its limit: whoever syncs without one brings nothing back, and only a full sync raises or removes it', async () => {
  const rig = await rigOf();
  await rig.sync(200);
  for (const [days, options] of [
    [undefined, { mode: 'full' }],
    [null, {}],
    [400, {}],
    [null, { mode: 'full', since: { from: 0, to: null } }],
    [null, { mode: 'full', signal: AbortSignal.abort() }],
  ] as const) {
    await rig.sync(days, options);
    expect((await retentionOf(rig)).days).toBe(200);
    expect(wordsIn(rig.store)).toEqual([]);
  }
  await rig.sync(400, { mode: 'full' });
  expect((await retentionOf(rig)).days).toBe(400);
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, 400));
  expect((await testRow(rig)).title).toBe('zqtitle');
  expect((await retentionOf(rig)).forgottenTests).toBeLessThan(20);
});

test('a limit that is removed brings everything back, one that is lowered forgets at once', async () => {
  const rig = await rigOf();
  await rig.sync(90);
  await rig.sync(null, { mode: 'full' });
  expect(await retentionOf(rig)).toMatchObject({ days: null, forgottenTests: 0 });
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, null));
  await rig.sync(400);
  expect((await testRow(rig)).title).toBe('zqtitle');
  await rig.sync(60);
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, 60));
  expect(wordsIn(rig.store)).toEqual([]);
});

test('what a broken-off full sync did not bring back comes with the next whole list', async () => {
  const rig = await rigOf();
  await rig.sync(90);
  rig.sandbox.addFaults([{ match: { path: '/exploratory_tests' }, fault: 'status:503' }]);
  await rig.sync(null, { mode: 'full' });
  rig.sandbox.clearFaults();
  expect(await retentionOf(rig)).toMatchObject({ days: null });
  expect((await retentionOf(rig)).forgottenTests).toBeGreaterThan(0);
  rig.pass(1);
  await rig.sync(null);
  expect(await retentionOf(rig)).toMatchObject({ days: null, forgottenTests: 0 });
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, null));
});

test.each([
  ['runs again', { status: 'running' }],
  ['ends later', { end_at: '2026-03-10T00:00:00Z' }],
])('a test that %s comes back whole', async (_, set) => {
  const rig = await rigOf();
  await rig.sync(200);
  rig.sandbox.edit([{ op: 'change', kind: 'test', id: rig.old, set }]);
  rig.pass(1);
  await rig.sync(undefined);
  expect(await contentsOf(rig.store)).toEqual(await cut(rig, 200));
  expect(wordsIn(rig.store).length).toBeGreaterThan(8);
});

test.each(['running', 'waiting', 'initialized', 'brand_new_status'])(
  'a test that is %s is never too old',
  async (status) => {
    const rig = await rigOf();
    rig.sandbox.edit([{ op: 'change', kind: 'test', id: rig.old, set: { status } }]);
    await rig.sync(30);
    expect((await testRow(rig)).title).toBe('zqtitle');
    expect(await contentsOf(rig.store)).toEqual(await cut(rig, 30));
  },
);

test('what Test IO deleted is told apart from what is too old, and is forgotten with the rest', async () => {
  const rig = await rigOf();
  await rig.sync(200);
  rig.sandbox.edit([{ op: 'delete', kind: 'test', id: rig.old }]);
  await rig.sync(undefined, { mode: 'full' });
  expect((await testRow(rig)).deleted_at).not.toBeNull();

  const other = await rigOf();
  await other.sync(undefined);
  other.sandbox.edit([{ op: 'delete', kind: 'test', id: other.old }]);
  await other.sync(undefined, { mode: 'full' });
  expect(wordsIn(other.store)).toEqual(WORDS);
  await other.sync(200);
  expect(wordsIn(other.store)).toEqual([]);
});

test('when nothing changed, a sync under a limit takes no more than the bound and writes nothing', async () => {
  const rig = await rigOf();
  await rig.sync(90);
  rig.pass(0.1);
  const plan = await planSync(rig, {});
  const quiet = await rig.sync(90);
  expect(quiet).toMatchObject({ status: 'completed', rows_written: 0, requests: plan.requests });
  expect(quiet.requests).toBeLessThanOrEqual(rig.sandbox.bound().quiet_sync);
});

test('a process that is killed after it forgot leaves traces, which the next sync removes', async () => {
  const rig = await rigOf();
  await rig.sync(undefined);
  await rig.store.write(({ db }) => db.updateTable('account').set({ retention_days: 200 }).execute());
  expect(await rig.store.write(forgetOldTests)).toBeGreaterThan(0);
  expect(await rig.store.read(hasTraces)).toBe(true);
  expect(wordsIn(rig.store).length).toBeGreaterThan(0);
  await rig.sync(undefined);
  expect(await rig.store.read(hasTraces)).toBe(false);
  expect(wordsIn(rig.store)).toEqual([]);
});

test('old tests are forgotten even while the API does not answer', async () => {
  const rig = await rigOf();
  await rig.sync(undefined);
  rig.sandbox.addFaults([{ match: {}, fault: 'status:503' }]);
  expect((await rig.sync(200)).status).toBe('failed');
  expect(wordsIn(rig.store)).toEqual([]);
});

test('a refresh of a test that is too old brings nothing back, and writers that met it take nothing in', async () => {
  const rig = await rigOf();
  await rig.sync(200);
  const context = { ...rig, beganAt: rig.now(), attempts: undefined };
  await refreshTest(context, rig.old, AbortSignal.timeout(60_000));
  const [bugs] = [await rig.api.listBugs({ testIds: [rig.old] })];
  expect(bugs).toHaveLength(1);
  const saved = await rig.store.write((scope) => saveBugs(scope, [rig.old], bugs, []));
  expect(saved).toEqual({ rowsWritten: 0, withoutTest: [] });
  expect(await rig.store.write((scope) => saveExecutions(scope, rig.old, []))).toBe(0);
  expect(wordsIn(rig.store)).toEqual([]);
  const stamps = await rig.store.read(({ db }) =>
    db.selectFrom('test_freshness').selectAll().where('test_id', '=', rig.old).executeTakeFirstOrThrow(),
  );
  expect(stamps).toMatchObject({ details_at: null, executions_at: null, bugs_at: null });
});

test('a limit and pseudonyms hold together', async () => {
  const rig = await rigOf();
  await runSync({ ...rig, retentionDays: 200, pseudonymise: true }, { trigger: 'test' });
  expect(wordsIn(rig.store)).toEqual([]);
  await runSync({ ...rig, retentionDays: null, pseudonymise: true }, { trigger: 'test', mode: 'full' });
  expect(wordsIn(rig.store)).not.toContain('zqauthor');
  expect(wordsIn(rig.store)).toContain('zqbugtitle');
  await runSync({ ...rig, retentionDays: 200, pseudonymise: false }, { trigger: 'test', mode: 'full' });
  expect(wordsIn(rig.store)).toEqual([]);
});
