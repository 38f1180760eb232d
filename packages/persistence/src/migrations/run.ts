import type { MikroORM } from '@mikro-orm/sqlite';
import { retryWhileBusy } from '../sqlite/busy.ts';
import type { Connection } from '../sqlite/connection.ts';
import { recordedMigrations } from '../sqlite/head.ts';
import { SEARCH_COUNTS, type SearchCountRow, searchIndexState } from '../sqlite/search-index.ts';
import { foreignKeysBroken, searchIndexBroken, storeNewerThanProgram } from '../sqlite/trouble.ts';
import { migrations } from './list.ts';

/** How long one process waits for another that is migrating the same store. */
const MIGRATION_DEADLINE_MS = 30_000;

/**
 * Brings a store to the newest schema. Several processes may do so at once: the first one migrates, the others wait and
 * find nothing left to do. After an error neither `orm` nor `connection` may be used any more.
 *
 * @param orm MikroORM over `connection`
 * @returns the names of the migrations that ran
 */
export async function migrate(orm: MikroORM, connection: Connection, file: string): Promise<string[]> {
  const patiently = <T>(run: () => T | Promise<T>) => retryWhileBusy(run, MIGRATION_DEADLINE_MS);
  // The migrator would look first and create then, which fails when two processes do it.
  await patiently(() => connection.execute(RECORD_TABLE));
  const unknown = unknownMigrations(await patiently(() => recordedMigrations(connection, file)));
  if (unknown.length > 0) throw storeNewerThanProgram(file, unknown);
  await patiently(() => orm.migrator.getExecuted());
  const { busyDeadlineMs } = connection;
  connection.busyDeadlineMs = MIGRATION_DEADLINE_MS;
  // SQLite ignores this inside a transaction, and a migration that rebuilds a table would delete what refers to it.
  connection.execute('pragma foreign_keys = off');
  try {
    // Not retried from here: a transaction of MikroORM that cannot begin keeps the connection for ever.
    const ran = await orm.migrator.up();
    const broken = await patiently(() => connection.rows('pragma foreign_key_check'));
    if (broken.length > 0) throw foreignKeysBroken(file, [...new Set(broken.map((row) => String(row.table)))]);
    const counts = await patiently(() => connection.rows(SEARCH_COUNTS));
    if (!searchIndexState(counts as unknown as SearchCountRow[]).consistent) throw searchIndexBroken(file);
    return ran.map((migration) => migration.name);
  } finally {
    connection.execute('pragma foreign_keys = on');
    connection.busyDeadlineMs = busyDeadlineMs;
  }
}

const RECORD_TABLE = `create table if not exists mikro_orm_migrations (
  id integer not null primary key autoincrement, name text not null,
  executed_at datetime not null default (strftime('%s','now') * 1000))`;

/** Which of the recorded names this program does not know. */
export function unknownMigrations(recorded: readonly string[]): string[] {
  const known = new Set(migrations.map((migration) => migration.name));
  return recorded.filter((name) => !known.has(name));
}

/** Names of the migrations of this program that the store lacks, in the order in which they run. */
export function pendingMigrations(recorded: readonly string[]): string[] {
  const executed = new Set(recorded);
  return migrations.map((migration) => migration.name).filter((name) => !executed.has(name));
}
