import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { acquireLease, releaseLease, syncInProgress } from '../lease.ts';
import { openStore } from '../open-store.ts';
import { bytesOnDisk } from '../sqlite/file.ts';
import { fileExists } from '../sqlite/trouble.ts';
import { requireNoSync, takeAlone } from './alone.ts';
import { holdsData } from './before-migration.ts';
import { copyStore } from './copy.ts';
import { onStoreFile } from './store-file.ts';

/** The files of a store: the database and what SQLite keeps beside it while it is open. */
const SUFFIXES = ['', '-wal', '-shm', '-journal'] as const;

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
    if (SUFFIXES.some((suffix) => copy === `${file}${suffix}`)) throw fileExists(copy);
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
      await connection.compact(COMPACT_DEADLINE_MS);
      connection.checkpoint();
      return { before, after: bytesOnDisk(file) };
    } finally {
      await inUnit((scope) => releaseLease(scope, lease));
    }
  });
}

export interface RemovedStore {
  /** The copy that was kept; null when the store held nothing. */
  readonly backup: string | null;
  readonly removed: readonly string[];
}

/**
 * Removes a store, after keeping a copy beside it. It takes the whole file first, so that nobody goes on working with a file
 * that is gone. A damaged store goes, too; a file that is no store stays.
 *
 * @param backup path of the copy
 * @throws TestioError `store_missing`, `store_not_a_database`, `sync_in_progress`, `store_in_use`, `backup_not_written`
 */
export async function removeStore(path: string, backup: string): Promise<RemovedStore> {
  const file = resolve(path);
  const kept = await keepForRemoval(file, backup);
  const removed = SUFFIXES.map((suffix) => file + suffix).filter((each) => existsSync(each));
  for (const each of removed) await rm(each, { force: true });
  return { backup: kept, removed };
}

async function keepForRemoval(file: string, backup: string): Promise<string | null> {
  try {
    return await onStoreFile(file, async (store) => {
      await takeAlone(store);
      if (!holdsData(store.connection)) return null;
      await copyStore(store.connection, backup, { overwrite: false });
      return backup;
    });
  } catch (thrown) {
    if (!(thrown instanceof TestioError && thrown.code === 'store_corrupt')) throw thrown;
    // What is damaged cannot be copied by what it says, only byte by byte.
    await copyFile(file, backup, constants.COPYFILE_EXCL);
    await chmod(backup, 0o600);
    return backup;
  }
}
