import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/migrations/list.ts';
import { migrate } from '../src/migrations/run.ts';
import { createOrm } from '../src/orm.ts';
import { Connection } from '../src/sqlite/connection.ts';
import { prepareFile } from '../src/sqlite/file.ts';
import type { Store } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { saveProducts } from '../src/write/products.ts';
import { finishTestList, saveTests } from '../src/write/tests.ts';
import { bug, exploratoryTest, product } from './entities.ts';
import { type HandClock, handClock, tempFolder, tempStore } from './temp-store.ts';

let store: Store;
let clock: HandClock;

beforeEach(async () => {
  clock = handClock(1_000);
  store = await tempStore({ clock });
  await store.write((scope) => saveProducts(scope, [product()], { complete: true }));
});

async function changeOf(table: 'tests' | 'bugs', id: number) {
  return store.read(({ db }) =>
    db
      .selectFrom(table)
      .select(['change_number', 'changed_at', 'first_change_number', 'status_change_number'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  );
}

test('a test and a bug keep the number they came with, and the one of their last status', async () => {
  const saveTest = (status: string, title = 'A') =>
    store.write((scope) => saveTests(scope, 1, [exploratoryTest({ id: 10, status, title })]));
  const saveBug = (status: string, title = 'A') =>
    store.write((scope) => saveBugs(scope, [10], [bug({ id: 1, testId: 10, status, title })], []));
  for (const [table, id, save] of [
    ['tests', 10, saveTest],
    ['bugs', 1, saveBug],
  ] as const) {
    clock.set(1_000);
    await save('running');
    const first = await changeOf(table, id);
    expect(first).toEqual({
      change_number: first.change_number,
      changed_at: 1_000,
      first_change_number: first.change_number,
      status_change_number: null,
    });
    clock.set(2_000);
    await save('running');
    expect(await changeOf(table, id)).toEqual(first);
    await save('accepted');
    const second = await changeOf(table, id);
    expect(second.change_number).toBeGreaterThan(first.change_number);
    expect(second).toEqual({
      ...first,
      change_number: second.change_number,
      changed_at: 2_000,
      status_change_number: second.change_number,
    });
    clock.set(3_000);
    await save('accepted', 'B');
    const third = await changeOf(table, id);
    expect(third.change_number).toBeGreaterThan(second.change_number);
    expect(third).toEqual({ ...second, change_number: third.change_number, changed_at: 3_000 });
  }
});

test('what belongs to a bug, and its deletion, changes it too', async () => {
  await store.write((scope) => saveTests(scope, 1, [exploratoryTest({ id: 10 })]));
  const save = (...bugs: ReturnType<typeof bug>[]) => store.write((scope) => saveBugs(scope, [10], bugs, []));
  await save(bug({ id: 1, testId: 10, comments: [] }));
  clock.set(2_000);
  await save(bug({ id: 1, testId: 10, comments: [{ id: 1, body: 'Why?', author: null }] }));
  expect((await changeOf('bugs', 1)).changed_at).toBe(2_000);
  clock.set(3_000);
  await save();
  expect((await changeOf('bugs', 1)).changed_at).toBe(3_000);
  clock.set(4_000);
  await store.write((scope) => finishTestList(scope, 1, { seenTestIds: [], failedPositions: 0 }));
  expect((await changeOf('tests', 10)).changed_at).toBe(4_000);
});

test('what a store held before is as new as the newest that is known of it', async () => {
  const file = join(tempFolder(), 'store.db');
  await prepareFile(file);
  const connection = new Connection(file, { readonly: false });
  await connection.useWriteAheadLog(1_000);
  const orm = await createOrm(connection, file);
  onTestFinished(async () => {
    await orm.close();
    if (connection.isOpen) connection.close();
  });
  await migrate(orm, connection, file);
  await orm.migrator.down({ to: '001_first_light' });
  connection.execute('insert into products (id, has_sections, first_seen_at) values (1, 0, 1)');
  for (const [id, seen, status, deleted] of [
    [1, 5, 'null', 'null'],
    [2, 5, '7', 'null'],
    [3, 5, '7', '9'],
  ]) {
    connection.execute(`insert into tests
      (id, product_id, first_seen_at, status_changed_at, deleted_at, change_number, allowed_bug_types, raw_json)
      values (${id}, 1, ${seen}, ${status}, ${deleted}, ${id}, '[]', '{}')`);
  }
  expect(await migrate(orm, connection, file)).toEqual(migrations.slice(1).map(({ name }) => name));
  expect(
    connection.rows('select changed_at, first_change_number, status_change_number from tests order by id'),
  ).toEqual([5, 7, 9].map((at) => ({ changed_at: at, first_change_number: 0, status_change_number: null })));
});
