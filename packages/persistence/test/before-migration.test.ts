import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { inspectStore, migrateDown, openStore } from '../src/index.ts';
import { migrations } from '../src/migrations/list.ts';
import { fillStore } from './full-store.ts';
import { tempFolder } from './temp-store.ts';

const NAMES = migrations.map(({ name }) => name);
const backupOf = (file: string) => `${file}.before-${NAMES.at(-1)?.slice(0, 3)}.bak`;

/** A filled store as a program without the last migration left it. */
async function olderStore(): Promise<string> {
  const file = join(tempFolder(), 'acme.db');
  const store = await openStore({ file });
  await fillStore(store);
  await store.close();
  await migrateDown(file);
  return file;
}

test('a copy of a filled store is kept, private, with what it held and the schema it had', async () => {
  const file = await olderStore();
  const events: unknown[] = [];
  const store = await openStore({ file, onMigrated: (event) => events.push(event) });
  await store.close();
  const backup = backupOf(file);
  expect(events).toEqual([{ ran: NAMES.slice(-1), backup }]);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  const copy = new Database(backup);
  onTestFinished(() => void copy.close());
  expect(copy.prepare('select name from mikro_orm_migrations order by id').pluck().all()).toEqual(NAMES.slice(0, -1));
  expect(copy.prepare('select count(*) from bugs').pluck().get()).toBe(1);
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('one copy is kept for each state, the latest', async () => {
  const file = await olderStore();
  const backup = backupOf(file);
  writeFileSync(backup, 'an older copy');
  await (await openStore({ file })).close();
  expect(readFileSync(backup).subarray(0, 15).toString()).toBe('SQLite format 3');
  const names = readdirSync(dirname(file)).filter((name) => name.includes('.before-') && !name.includes('down'));
  expect(names).toEqual([basename(backup)]);
});

test('nothing is kept of a new store, of an empty one, and of one that is up to date', async () => {
  const file = join(tempFolder(), 'acme.db');
  await (await openStore({ file })).close();
  await migrateDown(file);
  await (await openStore({ file })).close();
  await (await openStore({ file })).close();
  expect(readdirSync(dirname(file))).toEqual(['acme.db']);
});

test('a copy that cannot be written stops the migration, and the store stays as it was', async () => {
  const file = await olderStore();
  const backup = backupOf(file);
  mkdirSync(join(backup, 'in-the-way'), { recursive: true });
  await expect(openStore({ file })).rejects.toMatchObject({ kind: 'storage', code: 'backup_not_written' });
  expect((await inspectStore(file)).migrations.pending).toEqual(NAMES.slice(-1));
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
});
