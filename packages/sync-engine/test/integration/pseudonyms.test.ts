import { existsSync, readFileSync } from 'node:fs';
import { parsePeriod } from '@testio-mcp/domain';
import { acquireLease, inspectStore, keepPseudonymsAgain, type Store } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { runSync, type SyncOptions } from '../../src/index.ts';
import { clientOf, rigOf } from '../harness.ts';

const PSEUDONYM = /^tester-[0-9a-f]{12}$/;

async function testersIn(store: Store): Promise<string[]> {
  const rows = await store.read(({ db }) =>
    db.selectFrom('people').select('name').where('kind', '=', 'tester').execute(),
  );
  return rows.map(({ name }) => name);
}

const keepsPseudonyms = async (store: Store) => (await inspectStore(store.file)).pseudonymised;

/** A store that a run under pseudonyms filled, and runs of a process that is not asked for them. */
async function underPseudonyms() {
  const { sandbox, ...rig } = await rigOf();
  await runSync({ ...rig, pseudonymise: true }, { trigger: 'test' });
  const testers = await testersIn(rig.store);
  expect(testers.length).toBeGreaterThan(2);
  for (const name of testers) expect(name).toMatch(PSEUDONYM);
  const withNames = (options: Partial<SyncOptions> = {}, api = rig.api) =>
    runSync({ ...rig, api, pseudonymise: false }, { trigger: 'test', mode: 'full', ...options });
  return { ...rig, sandbox, testers, withNames };
}

test('a full run that asks for names is the only one to bring them back', async () => {
  const { store, testers, sandbox, withNames } = await underPseudonyms();
  const [product = 0] = sandbox.state().ids.products;
  const now = Date.parse(sandbox.now);
  const since = parsePeriod('last 90 days', { now, timeZone: 'UTC', fiscalYearStartMonth: 1 }, 'since');
  for (const narrow of [{ productIds: [product] }, { since }, { mode: 'incremental' } as const]) {
    await withNames(narrow);
    expect(await keepsPseudonyms(store), Object.keys(narrow).join()).toBe(true);
    expect(await testersIn(store)).toEqual(testers);
  }
  await withNames();
  expect(await keepsPseudonyms(store)).toBe(false);
  expect((await testersIn(store)).some((name) => !PSEUDONYM.test(name))).toBe(true);
});

test('a full run that is refused, cancelled, or not let in by the API leaves pseudonyms as they are', async () => {
  const { store, testers, sandbox, withNames } = await underPseudonyms();
  expect((await withNames({}, clientOf(sandbox, 'wrong'))).status).toBe('failed');
  expect((await withNames({ signal: AbortSignal.abort() })).status).toBe('cancelled');
  await expect(withNames({ productIds: [1] })).rejects.toMatchObject({ code: 'unknown_product' });
  await store.write(({ db }) => db.updateTable('account').set({ api_base_url: 'https://other.example' }).execute());
  await expect(withNames()).rejects.toMatchObject({ code: 'store_of_another_account' });
  await store.write(({ db }) => db.updateTable('account').set({ api_base_url: sandbox.url }).execute());
  await store.write((scope) => acquireLease(scope, 'cli (process 42 on desk)'));
  await expect(withNames()).rejects.toMatchObject({ code: 'sync_in_progress' });
  expect(await keepsPseudonyms(store)).toBe(true);
  expect(await testersIn(store)).toEqual(testers);
});

test('a run that asks for pseudonyms has them again after another process brought names back, and no name stays in the file', async () => {
  const { store, testers, withNames, sandbox: _, ...rig } = await underPseudonyms();
  await withNames();
  const names = (await testersIn(store)).filter((name) => !PSEUDONYM.test(name));
  const record = await runSync({ ...rig, store, pseudonymise: true }, { trigger: 'test' });
  expect(record.status).toBe('partial');
  expect(await keepsPseudonyms(store)).toBe(true);
  expect((await testersIn(store)).sort()).toEqual(testers.toSorted());
  const customers = await store.read(({ db }) =>
    db.selectFrom('people').select('name').where('kind', '=', 'customer').execute(),
  );
  await store.close();
  const bytes = readFileSync(store.file, 'latin1');
  const hidden = names.filter((name) => !customers.some((customer) => customer.name === name));
  expect(hidden.length).toBeGreaterThan(0);
  expect(hidden.filter((name) => bytes.includes(name))).toEqual([]);
});

test('a full run that is asked for neither leaves a store as it is', async () => {
  const { store, testers, sandbox: _, withNames: __, ...rig } = await underPseudonyms();
  await runSync({ ...rig, store }, { trigger: 'test', mode: 'full' });
  expect(await testersIn(store)).toEqual(testers);
});

test('a process that is killed after it replaced names leaves traces, which the next run removes', async () => {
  const { sandbox, store, ...rig } = await rigOf();
  const planted = ['zqauthor', 'zqcommenter'];
  const [author, commenter] = planted;
  const [parent = 0] = sandbox.state().ids.tests;
  const comments = [{ body: 'Thank you.', author: { name: commenter } }];
  sandbox.edit([{ op: 'add', kind: 'bug', parent, set: { author: { name: author }, comments } }]);
  const namesIn = () => {
    const files = [store.file, `${store.file}-wal`].filter((name) => existsSync(name));
    const bytes = files.map((name) => readFileSync(name, 'latin1')).join();
    return planted.filter((name) => bytes.includes(name));
  };
  await runSync({ ...rig, store }, { trigger: 'test' });
  // What such a process has committed, and no more.
  await store.write(keepPseudonymsAgain);
  expect(await testersIn(store)).not.toContain(author);
  expect(namesIn()).toEqual(planted);
  expect((await inspectStore(store.file)).hasTraces).toBe(true);
  // Asked for neither: what is left to be done is known to the store alone.
  await runSync({ ...rig, store }, { trigger: 'test' });
  expect(namesIn()).toEqual([]);
  expect((await inspectStore(store.file)).hasTraces).toBe(false);
});
