import { isBusy, retryWhileBusy, sqliteCode } from '../sqlite/busy.ts';
import { Connection } from '../sqlite/connection.ts';
import type { ReadScope } from '../store.ts';

/** How long removing traces waits for another process that is writing. */
const DEADLINE_MS = 30_000;

/** Whether what was forgotten, or replaced by pseudonyms, may still stand in the free space of the file. */
export async function hasTraces({ db }: ReadScope): Promise<boolean> {
  const account = await db.selectFrom('account').select('has_traces').where('id', '=', 1).executeTakeFirst();
  return account?.has_traces === 1;
}

/**
 * Rewrites the file of a store without what was forgotten or replaced. Another process may be in the way, or the disk too full
 * for a second file: then the store remembers it for next time.
 */
export async function removeTraces(file: string): Promise<void> {
  const connection = new Connection(file, { readonly: false });
  try {
    await rewriteFile(connection, DEADLINE_MS);
  } catch (thrown) {
    if (!isBusy(thrown) && sqliteCode(thrown) !== 'SQLITE_FULL') throw thrown;
  } finally {
    connection.close();
  }
}

/**
 * Rewrites the file that is open. What is gone leaves its words in the search index until the parts of that are put together,
 * everything in free space until the file is rewritten, and in the log until that is emptied.
 */
export async function rewriteFile(connection: Connection, deadlineMs: number): Promise<void> {
  const execute = (statement: string) => retryWhileBusy(() => connection.execute(statement), deadlineMs);
  await execute("insert into search_fts (search_fts) values ('optimize')");
  await connection.compact(deadlineMs);
  if (connection.checkpoint()) await execute('update account set has_traces = 0 where has_traces = 1');
}
