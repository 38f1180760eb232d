import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, SqliteDriver } from '@mikro-orm/sqlite';
import { migrations } from './migrations/list.ts';
import { entities } from './schema/entities.ts';
import type { Connection } from './sqlite/connection.ts';
import { UnitDialect } from './sqlite/dialect.ts';

// The only module that loads MikroORM at run time, with the entities and the migrations. It is imported when a schema has to be
// changed: answers and syncs do without, and without what it takes of memory.

let made = 0;

/** MikroORM over one connection, with the migrations to run. */
export async function createOrm(connection: Connection, file: string): Promise<MikroORM> {
  const migrationsList = await Promise.all(migrations.map(async ({ name, load }) => ({ name, class: await load() })));
  made += 1;
  return new MikroORM({
    entities: [...entities],
    driver: SqliteDriver,
    dbName: file,
    // Instances of one name share their transactions: one store would answer with the rows of another.
    contextName: `testio-store-${made}`,
    driverOptions: new UnitDialect(connection),
    extensions: [Migrator],
    // Without these two the migrator prints to stdout and leaves a file in the current folder.
    migrations: { migrationsList, snapshot: false, silent: true },
    // Neither the full-text index nor its triggers can be described by entities; they have a test of their own.
    schemaGenerator: { skipTables: [/^search_fts/], ignoreTriggers: true },
    debug: false,
  });
}
