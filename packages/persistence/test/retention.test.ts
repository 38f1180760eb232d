import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  checkStore,
  compactStore,
  confirmTests,
  forgetOldTests,
  inspectStore,
  keepTestsFor,
  migrateDown,
  openStore,
  saveTests,
} from '../src/index.ts';
import { exploratoryTest } from './entities.ts';
import { fillStore } from './full-store.ts';
import { tempFolder } from './temp-store.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;

/** A store with one of everything whose only test ended so long ago that nothing of it is kept. */
async function agedStore() {
  const file = join(tempFolder(), 'store.db');
  const store = await openStore({ file, clock: { now: () => NOW } });
  onTestFinished(() => store.close());
  await fillStore(store);
  const facts = { id: 10, status: 'archived', endAt: NOW - 100 * DAY, title: 'wanderfinch' };
  await store.write((scope) => saveTests(scope, 1, [exploratoryTest({ ...facts, raw: { title: 'wanderfinch' } })]));
  await store.write((scope) => keepTestsFor(scope, 90, { mayEase: false }));
  expect(await store.write(forgetOldTests)).toBe(1);
  expect(await store.write(forgetOldTests)).toBe(0);
  return { store, file, facts };
}

test('a store in which tests were forgotten is sound, and holds nothing that belonged to them alone', async () => {
  const { file } = await agedStore();
  expect((await checkStore(file)).filter(({ ok }) => ok !== true)).toEqual([]);
  const { rows, retention, hasTraces } = await inspectStore(file);
  expect(retention).toEqual({ days: 90, forgottenTests: 1 });
  expect(hasTraces).toBe(true);
  const parts = ['bugs', 'bug_devices', 'bug_comments', 'bug_attachments', 'executions', 'execution_devices', 'people'];
  const ofTest = ['test_requirements', 'test_attachments', 'test_analytics', 'test_stories', 'test_environments'];
  for (const table of [...parts, ...ofTest]) expect(rows, table).toMatchObject({ [table]: 0 });
  expect(rows).toMatchObject({ tests: 1, products: 1 });
});

test('compacting removes the traces of what was forgotten', async () => {
  const { file, store } = await agedStore();
  await store.close();
  expect(readFileSync(file, 'latin1')).toContain('wanderfinch');
  await compactStore(file, 'test');
  expect(readFileSync(file, 'latin1')).not.toContain('wanderfinch');
  expect((await inspectStore(file)).hasTraces).toBe(false);
});

test('who watches changes is told, though no test counts as changed', async () => {
  const file = join(tempFolder(), 'store.db');
  const store = await openStore({ file, clock: { now: () => NOW } });
  onTestFinished(() => store.close());
  const facts = { id: 10, status: 'archived', endAt: NOW - 100 * DAY };
  await fillStore(store);
  await store.write((scope) => saveTests(scope, 1, [exploratoryTest(facts)]));
  const numbers = () =>
    store.read(async ({ db }) => ({
      store: (await db.selectFrom('account').select('change_number').executeTakeFirstOrThrow()).change_number,
      test: (await db.selectFrom('tests').select('change_number').executeTakeFirstOrThrow()).change_number,
    }));
  const before = await numbers();
  await store.write((scope) => keepTestsFor(scope, 90, { mayEase: false }));
  await store.write(forgetOldTests);
  expect(await numbers()).toEqual({ store: before.store + 1, test: before.test });
});

test('a test that is confirmed alone comes back with its answer; one that stays forgotten is written once', async () => {
  const { store, facts } = await agedStore();
  const old = exploratoryTest({ ...facts, raw: { title: 'wanderfinch' } });
  expect(await store.write((scope) => confirmTests(scope, 1, [old]))).toBe(0);
  const again = exploratoryTest({ ...facts, status: 'running', raw: { title: 'wanderfinch' } });
  await store.write((scope) => confirmTests(scope, 1, [again]));
  const row = await store.read(({ db }) => db.selectFrom('tests').selectAll().executeTakeFirstOrThrow());
  expect(row).toMatchObject({ title: 'wanderfinch', status: 'running', raw_json: '{"title":"wanderfinch"}' });
  expect((await inspectStore(store.file)).retention.forgottenTests).toBe(0);
});

test('a store with heads of forgotten tests does not go below the migration that brought them', async () => {
  const { file, store } = await agedStore();
  await store.close();
  for (const to of ['005', '0']) {
    await expect(migrateDown(file, to)).rejects.toMatchObject({ kind: 'storage', code: 'store_has_forgotten' });
  }
  expect((await inspectStore(file)).migrations.pending).toEqual([]);
});
