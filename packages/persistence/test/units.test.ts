import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import type { WriteScope } from '../src/store.ts';
import { count, tempStore } from './temp-store.ts';

const addPerson = ({ db, now }: WriteScope, id: number) =>
  db
    .insertInto('people')
    .values({ id, kind: 'tester', name: `tester ${id}`, first_seen_at: now })
    .execute();

/** A promise and what settles it. */
function gate() {
  return Promise.withResolvers<void>();
}

test('a read sees one state from its beginning to its end', async () => {
  const store = await tempStore();
  const [begun, written] = [gate(), gate()];
  const reading = store.read(async ({ db }) => {
    begun.resolve();
    await written.promise;
    const first = await db.selectFrom('people').selectAll().execute();
    return first.length;
  });
  await begun.promise;
  await store.write((scope) => addPerson(scope, 1));
  written.resolve();
  expect(await reading).toBe(0);
  expect(await count(store, 'people')).toBe(1);
});

test('reads go on while a write is open, and do not see it', async () => {
  const store = await tempStore();
  const [begun, seen] = [gate(), gate()];
  const writing = store.write(async (scope) => {
    await addPerson(scope, 1);
    begun.resolve();
    await seen.promise;
  });
  await begun.promise;
  expect(await count(store, 'people')).toBe(0);
  seen.resolve();
  await writing;
  expect(await count(store, 'people')).toBe(1);
});

test('a write that throws leaves nothing behind, and the next one works', async () => {
  const store = await tempStore();
  const failure = new Error('no');
  const failing = store.write(async (scope) => {
    await addPerson(scope, 1);
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  expect(await count(store, 'people')).toBe(0);
  await store.write((scope) => addPerson(scope, 2));
  expect(await count(store, 'people')).toBe(1);
  expect(store.unitsInFlight).toBe(0);
});

test('a transaction that SQLite rolls back by itself fails with its own reason and blocks nothing', async () => {
  const store = await tempStore();
  const failing = store.write(async (scope) => {
    await addPerson(scope, 1);
    await sql`insert or rollback into people (id, kind, name, first_seen_at) values (1, 'tester', 'again', 1)`.execute(
      scope.db,
    );
  });
  await expect(failing).rejects.toThrow('UNIQUE');
  await store.write((scope) => addPerson(scope, 2));
  expect(await count(store, 'people')).toBe(1);
});

test('a full disk is named as such', async () => {
  const store = await tempStore();
  const filling = store.write(async (scope) => {
    await sql`pragma max_page_count = 1`.execute(scope.db);
    await scope.db
      .insertInto('people')
      .values({ id: 1, kind: 'tester', name: 'x'.repeat(1_000_000), first_seen_at: 1 })
      .execute();
  });
  await expect(filling).rejects.toMatchObject({ kind: 'storage', code: 'store_disk_full' });
  expect(await count(store, 'people')).toBe(0);
});

test('nothing can be written inside a read', async () => {
  const store = await tempStore();
  const writing = store.read((scope) => addPerson({ ...scope, now: 1 }, 1));
  await expect(writing).rejects.toMatchObject({ kind: 'internal', code: 'write_inside_read' });
  expect(await count(store, 'people')).toBe(0);
});

test('writes of one process take turns', async () => {
  const store = await tempStore();
  const order: string[] = [];
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      store.write(async ({ db }) => {
        order.push(`${name} begins`);
        await db.updateTable('account').set({ api_base_url: name }).execute();
        order.push(`${name} ends`);
      }),
    ),
  );
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test.each([
  ['read', 'read'],
  ['read', 'write'],
  ['write', 'read'],
  ['write', 'write'],
  ['read', 'close'],
  ['write', 'close'],
] as const)('a %s with a %s inside is a mistake that says so', async (outer, inner) => {
  const store = await tempStore();
  const nested = store[outer](() => (inner === 'close' ? store.close() : store[inner](() => Promise.resolve())));
  await expect(nested).rejects.toMatchObject({ kind: 'internal', code: 'nested_unit_of_work' });
  expect(store.unitsInFlight).toBe(0);
  expect(await count(store, 'people')).toBe(0);
});

test('work that a unit started and left behind may use the store afterwards', async () => {
  const store = await tempStore();
  const ended = gate();
  let later: Promise<number> | undefined;
  await store.read(() => {
    later = ended.promise.then(() => count(store, 'account'));
    return Promise.resolve();
  });
  ended.resolve();
  expect(await later).toBe(1);
});

test('a scope is of no use once its unit has ended', async () => {
  const store = await tempStore();
  const { db } = await store.read((scope) => Promise.resolve(scope));
  await expect(db.selectFrom('people').selectAll().execute()).rejects.toThrow();
});

test('a query that outlives its failed unit is not committed on its own', async () => {
  const store = await tempStore();
  const statements = Array.from({ length: 50 }, (_, index) => index);
  const failing = store.write((scope) =>
    Promise.all([
      ...statements.map((id) => addPerson(scope, id)),
      scope.db.insertInto('people').values({ id: 0, kind: 'tester', name: 'twice', first_seen_at: 1 }).execute(),
      ...statements.map((id) => addPerson(scope, 100 + id)),
    ]),
  );
  await expect(failing).rejects.toThrow('UNIQUE');
  expect(await count(store, 'people')).toBe(0);
});

test('close waits for the units that run and refuses later ones', async () => {
  const store = await tempStore();
  const [begun, goOn] = [gate(), gate()];
  const writing = store.write(async (scope) => {
    begun.resolve();
    await goOn.promise;
    await addPerson(scope, 1);
  });
  await begun.promise;
  const queued = store.write((scope) => addPerson(scope, 2));
  expect(store.unitsInFlight).toBe(2);
  let closed = false;
  const closing = store.close().then(() => {
    closed = true;
  });
  await expect(store.read(() => Promise.resolve())).rejects.toMatchObject({ kind: 'storage', code: 'store_closed' });
  expect(closed).toBe(false);
  goOn.resolve();
  await Promise.all([writing, queued, closing]);
  await store.close();
  expect(existsSync(`${store.file}-wal`)).toBe(false);
  const database = new Database(store.file, { readonly: true });
  onTestFinished(() => void database.close());
  expect(database.prepare('select id from people order by id').pluck().all()).toEqual([1, 2]);
});

test('foreign keys are enforced', async () => {
  const store = await tempStore();
  const orphan = store.write(({ db }) =>
    db
      .insertInto('sections')
      .values({ id: 1, product_id: 404, title: null, is_default: 0, first_seen_at: 1, deleted_at: null })
      .execute(),
  );
  await expect(orphan).rejects.toThrow('FOREIGN KEY');
});

test('a write waits for another process without stopping this one, and gives up in the end', async () => {
  const store = await tempStore({ busyDeadlineMs: 300 });
  await count(store, 'people');
  const other = new Database(store.file);
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  onTestFinished(() => clearInterval(ticking));
  await expect(store.write((scope) => addPerson(scope, 1))).rejects.toMatchObject({
    kind: 'storage',
    code: 'store_busy',
    facts: { retryable: true },
  });
  // Of sixty on an idle machine; one may come before the write begins to wait.
  expect(ticks).toBeGreaterThan(1);
  expect(await count(store, 'people')).toBe(0);
  const waiting = store.write((scope) => addPerson(scope, 2));
  other.exec('commit');
  await waiting;
  expect(await count(store, 'people')).toBe(1);
});

test('the write-ahead log is emptied when it has grown too long', async () => {
  const store = await tempStore();
  await store.write(({ db, now }) =>
    db
      .insertInto('people')
      .values({ id: 1, kind: 'tester', name: 'x'.repeat(12 * 1024 * 1024), first_seen_at: now })
      .execute(),
  );
  expect(statSync(`${store.file}-wal`).size).toBeLessThan(8 * 1024 * 1024);
  expect(statSync(store.file).size).toBeGreaterThan(12 * 1024 * 1024);
});
