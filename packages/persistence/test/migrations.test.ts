import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrations } from '../src/migrations/list.ts';
import { migrate } from '../src/migrations/run.ts';
import { openStore } from '../src/open-store.ts';
import { entities } from '../src/schema/entities.ts';
import type { Connection } from '../src/sqlite/connection.ts';
import { fillStore } from './full-store.ts';
import { inside } from './inside-store.ts';
import { handClock, tempFolder } from './temp-store.ts';

async function fill(file: string): Promise<void> {
  const store = await openStore({ file, clock: handClock() });
  await fillStore(store);
  await store.close();
}

function tables(connection: Connection): string[] {
  const rows = connection.rows("select name from sqlite_schema where type = 'table' order by name");
  // Entities describe neither SQLite's own tables nor the full-text index.
  return rows.map((row) => String(row.name)).filter((name) => !/^(sqlite_|search_fts)/.test(name));
}

test('the schema after all migrations is the one that the entities describe', async () => {
  const { orm, connection, file } = await inside();
  expect(await migrate(orm, connection, file)).toEqual(migrations.map((migration) => migration.name));
  expect(await orm.migrator.checkSchema()).toBe(false);
  const described = [...entities].map((entity) => entity.meta.tableName);
  expect(tables(connection)).toEqual([...described, 'mikro_orm_migrations'].sort());
});

test('the check notices a column too many', async () => {
  const { orm, connection, file } = await inside();
  await migrate(orm, connection, file);
  connection.execute('alter table bugs add column surplus text');
  expect(await orm.migrator.checkSchema()).toBe(true);
});

test('a filled store goes down to nothing and up again', async () => {
  const file = join(tempFolder(), 'store.db');
  await fill(file);
  const { orm, connection } = await inside(file);
  expect(connection.rows('pragma foreign_key_check')).toEqual([]);
  for (const entity of entities) {
    const [row] = connection.rows(`select count(*) as n from ${entity.meta.tableName}`);
    expect(row?.n, entity.meta.tableName).toBeGreaterThan(0);
  }
  const names = migrations.map((migration) => migration.name);
  const downed = await orm.migrator.down({ to: 0 });
  expect(downed.map((one) => one.name)).toEqual(names.toReversed());
  expect(tables(connection)).toEqual(['mikro_orm_migrations']);
  expect(await migrate(orm, connection, file)).toEqual(names);
  expect(await orm.migrator.checkSchema()).toBe(false);
  await fill(file);
  expect(connection.rows('pragma foreign_key_check')).toEqual([]);
});

test('migrations have one order, and their names keep it', () => {
  const names = migrations.map((migration) => migration.name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const name of names) expect(name).toMatch(/^\d{3}_[a-z0-9_]+$/);
});

/** The triggers of search by name, and the table each one stands on. */
function triggers(connection: Connection): unknown[] {
  return connection.rows(
    "select name, tbl_name as 'on' from sqlite_schema where type = 'trigger' and name like 'search%' order by name",
  );
}

const SEARCH_TRIGGERS = ['deleted', 'inserted', 'updated'].map((event) => ({
  name: `search_documents_${event}`,
  on: 'search_documents',
}));

test('search goes from a filled store and comes back with all that lives in it, as the write path would have it', async () => {
  const file = join(tempFolder(), 'store.db');
  await fill(file);
  const { orm, connection } = await inside(file);
  connection.execute('update features set deleted_at = 1');
  connection.execute("delete from search_documents where kind = 'feature'");
  const documents = () => connection.rows('select * from search_documents order by id');
  const kept = documents();
  expect(kept.map((row) => row.kind)).toEqual(['bug', 'user_story', 'user_story', 'test', 'product']);
  expect(triggers(connection)).toEqual(SEARCH_TRIGGERS);

  await orm.migrator.down({ to: '001_first_light' });
  expect(tables(connection)).not.toContain('search_documents');
  expect(triggers(connection)).toEqual([]);
  expect(connection.rows("select name from sqlite_schema where name like 'search%'")).toEqual([]);

  expect(await migrate(orm, connection, file)).toEqual(migrations.map(({ name }) => name).slice(1));
  expect(documents()).toEqual(kept);
  expect(triggers(connection)).toEqual(SEARCH_TRIGGERS);
  connection.execute("insert into search_fts (search_fts, rank) values ('integrity-check', 1)");
  expect(connection.rows('select count(*) as n from search_fts_docsize')).toEqual([{ n: kept.length }]);
  expect(await orm.migrator.checkSchema()).toBe(false);
});

test('a migration that leaves the index short of something is reported', async () => {
  const file = join(tempFolder(), 'store.db');
  await fill(file);
  const { orm, connection } = await inside(file);
  expect(await migrate(orm, connection, file)).toEqual([]);
  connection.execute("delete from search_documents where kind = 'bug'");
  await expect(migrate(orm, connection, file)).rejects.toMatchObject({ code: 'store_corrupt' });
});
