import { readLeaseHolder, syncInProgress } from '../lease.ts';
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
