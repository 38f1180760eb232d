import { readLeaseHolder, syncInProgress } from '../lease.ts';
import { sqliteCode } from '../sqlite/busy.ts';
import { storeInUse } from '../sqlite/trouble.ts';
import { type StoreFile, tableNames } from './store-file.ts';

/**
 * Refuses while somebody syncs.
 *
 * @throws TestioError `sync_in_progress`
 */
export async function requireNoSync({ connection, db }: StoreFile): Promise<void> {
  if (!tableNames(connection).includes('sync_lease')) return;
  const holder = await readLeaseHolder({ db });
  if (holder !== null) throw syncInProgress(holder);
}

/**
 * Takes the whole file, until it is closed: nobody can sync, read or open it meanwhile, which is more than the lease gives.
 *
 * @throws TestioError `sync_in_progress`; `store_in_use` while another process has the file open
 */
export async function takeAlone(store: StoreFile): Promise<void> {
  await requireNoSync(store);
  if (!store.connection.shutOthersOut()) throw storeInUse(store.file);
}

/**
 * The same for a store that is damaged, which cannot say who syncs. Must be the first thing done on the connection.
 *
 * @throws TestioError `store_in_use` while another process has the file open
 */
export function takeDamagedAlone({ connection, file }: StoreFile): void {
  try {
    if (!connection.shutOthersOut()) throw storeInUse(file);
  } catch (thrown) {
    // SQLite locks the file before it reads any of it, and keeps the lock when it does not like what it reads.
    if (sqliteCode(thrown)?.startsWith('SQLITE_CORRUPT') !== true) throw thrown;
  }
}
