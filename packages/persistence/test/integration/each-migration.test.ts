import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../src/migrations/list.ts';
import { migrate } from '../../src/migrations/run.ts';
import { openStore } from '../../src/open-store.ts';
import { hasFixture, storeOfHead } from '../head-fixtures.ts';
import { type Inside, inside } from '../inside-store.ts';
import { checkIndexedWords, rowCounts, schemaFacts } from '../schema-facts.ts';
import { tempFolder } from '../temp-store.ts';

const NAMES = migrations.map(({ name }) => name);

/** Everything that must be the same again. */
function facts({ connection }: Inside) {
  checkIndexedWords(connection);
  expect(connection.rows('pragma foreign_key_check')).toEqual([]);
  expect(connection.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  return { schema: schemaFacts(connection), rows: rowCounts(connection) };
}

async function stepTo(store: Inside, name: string | 0, way: 'up' | 'down'): Promise<void> {
  store.connection.execute('pragma foreign_keys = off');
  await store.orm.migrator[way]({ to: name });
  store.connection.execute('pragma foreign_keys = on');
}

/** A filled store of the state before a migration; an empty file before the first. */
async function storeBefore(index: number): Promise<Inside> {
  const before = NAMES[index - 1];
  if (before !== undefined) return inside(await storeOfHead(before));
  const store = await inside();
  await store.orm.migrator.getExecuted();
  return store;
}

describe.each(NAMES.map((name, index) => ({ name, index })))('$name', ({ name, index }) => {
  const before = NAMES[index - 1] ?? 0;

  test('has a filled store of its time among the fixtures', () => {
    const remedy = 'node --conditions=@testio-mcp/source packages/persistence/test/programs/write-head-fixtures.ts';
    expect(hasFixture(name), `run ./dev exec ${remedy}`).toBe(true);
  });

  test('goes up on a filled store, down, and up again, to the same schema and rows', async () => {
    const store = await storeBefore(index);
    const old = facts(store);
    await stepTo(store, name, 'up');
    const current = facts(store);
    expect(current.schema).not.toEqual(old.schema);
    for (const [table, rows] of Object.entries(old.rows)) expect(current.rows, table).toMatchObject({ [table]: rows });
    await stepTo(store, before, 'down');
    expect(facts(store)).toEqual(old);
    await stepTo(store, name, 'up');
    expect(facts(store)).toEqual(current);
  });

  test('goes down from a store that was filled in its time without losing what was there before it', async () => {
    const store = await inside(await storeOfHead(name));
    const current = facts(store);
    await stepTo(store, before, 'down');
    const older = facts(store);
    const kept = Object.entries(current.rows).filter(([table]) => table in older.rows);
    expect(older.rows).toEqual(Object.fromEntries(kept));
    await stepTo(store, name, 'up');
    expect(facts(store).schema).toEqual(current.schema);
  });

  test('a filled store of its time is upgraded to what a new store is, with all its rows', async () => {
    const file = await storeOfHead(name);
    const fresh = await inside();
    await migrate(fresh.orm, fresh.connection, fresh.file);
    const old = rowCountsOf(await inside(file));
    await (await openStore({ file })).close();
    const upgraded = await inside(file);
    expect(facts(upgraded).schema).toEqual(facts(fresh).schema);
    expect(facts(upgraded).rows).toMatchObject(old);
    expect(await upgraded.orm.migrator.checkSchema()).toBe(false);
  });
});

function rowCountsOf({ connection }: Inside) {
  return rowCounts(connection);
}

describe('the comparison notices', () => {
  const changes: readonly [what: string, sql: string][] = [
    ['a lost trigger', 'drop trigger search_documents_updated'],
    ['a lost index', 'drop index bugs_reported_at_id_index'],
    ['a column more', 'alter table bugs add column surplus text'],
    ['a lost row', 'delete from bug_comments'],
  ];
  test.each(changes)('%s', async (_, sql) => {
    const store = await inside(await storeOfHead(NAMES.at(-1) ?? ''));
    const before = facts(store);
    store.connection.execute(sql);
    expect(facts(store)).not.toEqual(before);
  });

  test('words that the index lost', async () => {
    const store = await inside(await storeOfHead(NAMES.at(-1) ?? ''));
    store.connection.execute("insert into search_fts (search_fts) values ('delete-all')");
    expect(() => checkIndexedWords(store.connection)).toThrow();
  });
});

test('there is one head: the list, its files and the record of a new store are the same row of names', async () => {
  const file = join(tempFolder(), 'store.db');
  await (await openStore({ file })).close();
  const { connection } = await inside(file);
  expect(connection.rows('select name from mikro_orm_migrations order by id').map(({ name }) => name)).toEqual(NAMES);
  const files = readdirSync(new URL('../../src/migrations/', import.meta.url)).filter((one) => /^\d/.test(one));
  expect(files.sort()).toEqual(NAMES.map((name) => `${name.replaceAll('_', '-')}.ts`));
  const numbers = NAMES.map((name) => Number(name.slice(0, 3)));
  expect(numbers).toEqual(NAMES.map((_, index) => index + 1));
});
