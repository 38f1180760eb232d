import type { Connection } from '../sqlite/connection.ts';
import { copyStore } from './copy.ts';

/**
 * Keeps a copy of a store that holds something before its migrations run: one per state of the schema, beside the store, under
 * the number of the first migration that is to run. What another process has migrated meanwhile is not copied.
 *
 * @param recorded the migrations that the store has seen
 * @param first name of the first one that is to run
 * @returns the path of the copy; null when nothing needed to be kept
 */
export async function keepCopyBefore(
  connection: Connection,
  file: string,
  recorded: readonly string[],
  first: string,
): Promise<string | null> {
  if (recorded.length === 0 || !holdsData(connection)) return null;
  const target = `${file}.before-${first.split('_')[0]}.bak`;
  const kept = await copyStore(connection, target, { overwrite: true, ifMigrations: recorded });
  return kept ? target : null;
}

/** Whether a sync has ever written into the store. */
export function holdsData(connection: Connection): boolean {
  const tables = connection.rows("select name from sqlite_schema where type = 'table' and name = 'products'");
  return tables.length > 0 && connection.rows('select 1 from products limit 1').length > 0;
}
