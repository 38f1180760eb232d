import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/migrations/list.ts';
import { migrate } from '../src/migrations/run.ts';
import { openStore } from '../src/open-store.ts';
import { createOrm } from '../src/orm.ts';
import { entities } from '../src/schema/entities.ts';
import { Connection } from '../src/sqlite/connection.ts';
import { prepareFile } from '../src/sqlite/file.ts';
import { fillStore } from './full-store.ts';
import { handClock, tempFolder } from './temp-store.ts';

/** MikroORM over a file of its own, without a store in front of it. */
async function inside(file = join(tempFolder(), 'store.db')) {
  await prepareFile(file);
  const connection = new Connection(file, { readonly: false });
  await connection.useWriteAheadLog(1_000);
  const orm = await createOrm(connection, file);
  onTestFinished(async () => {
    await orm.close();
    if (connection.isOpen) connection.close();
  });
  return { orm, connection, file };
}

async function fill(file: string): Promise<void> {
  const store = await openStore({ file, clock: handClock() });
  await fillStore(store);
  await store.close();
}

function tables(connection: Connection): string[] {
  const rows = connection.rows("select name from sqlite_schema where type = 'table' order by name");
  return rows.map((row) => String(row.name)).filter((name) => !name.startsWith('sqlite_'));
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
