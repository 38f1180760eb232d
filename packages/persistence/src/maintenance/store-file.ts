import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { StoreTables } from '../schema/tables.ts';
import { Connection } from '../sqlite/connection.ts';
import { UnitDialect } from '../sqlite/dialect.ts';
import { prepareFile } from '../sqlite/file.ts';
import { noStore, openingTrouble } from '../sqlite/trouble.ts';

/** The files of a store: the database and what SQLite keeps beside it while it is open. */
export const STORE_SUFFIXES = ['', '-wal', '-shm', '-journal'] as const;

/** The file of a store as maintenance works on it: as it is, whatever its schema. */
export interface StoreFile {
  readonly file: string;
  readonly connection: Connection;
  /** Queries of tables that are the same in every schema. */
  readonly db: Kysely<StoreTables>;
}

/**
 * Opens the file of a store without migrating it, and closes it again.
 *
 * @throws TestioError `store_missing`, and of kind `storage` for a file that cannot be read; what `work` throws
 */
export async function onStoreFile<T>(path: string, work: (store: StoreFile) => Promise<T>): Promise<T> {
  const file = resolve(path);
  let connection: Connection | undefined;
  try {
    if (!existsSync(file)) throw noStore(file);
    prepareFile(file);
    connection = new Connection(file, { readonly: false });
    const db = new Kysely<StoreTables>({ dialect: new UnitDialect(connection) });
    return await work({ file, connection, db });
  } catch (thrown) {
    throw openingTrouble(thrown, file);
  } finally {
    if (connection?.isOpen === true) connection.close();
  }
}

/** Names of the tables that the store has. */
export function tableNames(connection: Connection): string[] {
  return connection
    .rows("select name from sqlite_schema where type = 'table' order by name")
    .map((row) => String(row.name));
}
