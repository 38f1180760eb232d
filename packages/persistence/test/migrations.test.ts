import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/migrations/list.ts';
import { migrate } from '../src/migrations/run.ts';
import { createOrm } from '../src/orm.ts';
import { entities } from '../src/schema/entities.ts';
import { Connection } from '../src/sqlite/connection.ts';
import { prepareFile } from '../src/sqlite/file.ts';
import { SqliteStore } from '../src/sqlite-store.ts';
import { fillStore } from './full-store.ts';
import { handClock, tempFolder } from './temp-store.ts';

/** A new store from the inside: MikroORM itself, and the store over the same connection. */
async function openedInside() {
  const file = join(tempFolder(), 'store.db');
  await prepareFile(file);
  const connection = new Connection(file, { readonly: false });
  await connection.useWriteAheadLog(1_000);
  const orm = await createOrm(connection, file);
  const store = new SqliteStore({ file, clock: handClock(), connection, writer: orm, onStatement: undefined });
  onTestFinished(() => store.close());
  return { orm, store, file };
}

async function tables(orm: MikroORM): Promise<string[]> {
  const rows = await orm.em
    .fork()
    .execute<{ name: string }[]>("select name from sqlite_schema where type = 'table' order by name");
  return rows.map((row) => row.name).filter((name) => !name.startsWith('sqlite_'));
}

test('the schema after all migrations is the one that the entities describe', async () => {
  const { orm, file } = await openedInside();
  expect(await migrate(orm, file)).toEqual(migrations.map((migration) => migration.name));
  expect(await orm.migrator.checkSchema()).toBe(false);
  const described = [...entities].map((entity) => entity.meta.tableName);
  expect(await tables(orm)).toEqual([...described, 'mikro_orm_migrations'].sort());
});

test('the check notices a column too many', async () => {
  const { orm, file } = await openedInside();
  await migrate(orm, file);
  await orm.em.fork().execute('alter table bugs add column surplus text');
  expect(await orm.migrator.checkSchema()).toBe(true);
});

test('a filled store goes down to nothing and up again', async () => {
  const { orm, store, file } = await openedInside();
  await migrate(orm, file);
  await fillStore(store);
  expect(await orm.em.fork().execute('pragma foreign_key_check')).toEqual([]);
  const empty = (await tables(orm)).filter((table) => !table.startsWith('mikro')).length;
  expect(empty).toBe(entities.length);
  for (const { name } of [...entities].map((entity) => ({ name: entity.meta.tableName ?? '' }))) {
    const [row] = await orm.em.fork().execute<{ n: number }[]>(`select count(*) as n from ${name}`);
    expect(row?.n, name).toBeGreaterThan(0);
  }
  const downed = await orm.migrator.down({ to: 0 });
  expect(downed.map((one) => one.name)).toEqual(migrations.map((one) => one.name).reverse());
  expect(await tables(orm)).toEqual(['mikro_orm_migrations']);
  expect(await migrate(orm, file)).toEqual(migrations.map((migration) => migration.name));
  expect(await orm.migrator.checkSchema()).toBe(false);
  expect(await orm.em.fork().execute('pragma foreign_key_check')).toEqual([]);
  await fillStore(store);
});

test('migrations have one order, and their names keep it', () => {
  const names = migrations.map((migration) => migration.name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const name of names) expect(name).toMatch(/^\d{3}_[a-z0-9_]+$/);
});
