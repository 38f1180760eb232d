import type { Connection } from './connection.ts';
import { notAStore } from './trouble.ts';

const RECORDED = 'select name from mikro_orm_migrations order by id';

/**
 * Names of the migrations that a store has seen, oldest first: one statement for a store in use. Empty for a new file.
 *
 * @throws TestioError `store_not_a_database` for somebody else's database
 */
export function recordedMigrations(connection: Connection, file: string): string[] {
  try {
    return names(connection.rows(RECORDED));
  } catch (thrown) {
    if (!(thrown instanceof Error) || !thrown.message.includes('no such table')) throw thrown;
  }
  const tables = names(connection.rows("select name from sqlite_schema where type = 'table'"));
  if (tables.length === 0) return [];
  // Another process may have begun to make this store between the two statements.
  if (tables.includes('mikro_orm_migrations')) return names(connection.rows(RECORDED));
  throw notAStore(file, 'it is a database of another program');
}

function names(rows: readonly Record<string, unknown>[]): string[] {
  return rows.map((row) => String(row.name));
}
