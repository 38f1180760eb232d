import { resolve } from 'node:path';
import { acquireLease, releaseLease, syncInProgress } from '../lease.ts';
import { openStore } from '../open-store.ts';
import { bytesOnDisk } from '../sqlite/file.ts';
import { fileExists } from '../sqlite/trouble.ts';
import { requireNoSync } from './alone.ts';
import { copyStore } from './copy.ts';
import { onStoreFile, STORE_SUFFIXES } from './store-file.ts';
import { rewriteFile } from './traces.ts';

/** How long compacting waits for a transaction of another process. */
const COMPACT_DEADLINE_MS = 30_000;

/**
 * Writes a copy of a store, as it is at one moment, for the owner alone. Others may read and write meanwhile.
 *
 * @returns size of the copy in bytes
 * @throws TestioError `store_missing`, `file_exists`, `backup_not_written`, `store_disk_full`
 */
export async function backupStore(path: string, target: string, { overwrite = false } = {}): Promise<number> {
  const copy = resolve(target);
  return onStoreFile(path, async ({ file, connection }) => {
    if (STORE_SUFFIXES.some((suffix) => copy === `${file}${suffix}`)) throw fileExists(copy);
    await copyStore(connection, copy, { overwrite });
    return bytesOnDisk(copy);
  });
}

/**
 * Gives unused space back to the disk. Takes the lease, so that no sync is held up half-way; questions are answered meanwhile.
 *
 * @param owner says to others who holds the lease
 * @throws TestioError `store_missing`, `sync_in_progress`, `store_busy`, `store_disk_full`
 */
export async function compactStore(path: string, owner: string): Promise<{ before: number; after: number }> {
  await onStoreFile(path, requireNoSync);
  // A store of an older schema is brought up to date first: its next use would do so anyway.
  await (await openStore({ file: path })).close();
  return onStoreFile(path, async ({ file, connection, db }) => {
    const inUnit = <T>(work: (scope: { db: typeof db; now: number }) => Promise<T>) =>
      db.transaction().execute((unit) => work({ db: unit, now: Date.now() }));
    const lease = await inUnit((scope) => acquireLease(scope, owner));
    if (lease === null) throw syncInProgress(null);
    try {
      connection.checkpoint();
      const before = bytesOnDisk(file);
      await rewriteFile(connection, COMPACT_DEADLINE_MS);
      connection.checkpoint();
      return { before, after: bytesOnDisk(file) };
    } finally {
      await inUnit((scope) => releaseLease(scope, lease));
    }
  });
}
