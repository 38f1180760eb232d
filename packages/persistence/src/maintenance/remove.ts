import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { platform } from 'node:process';
import { isSystemError, TestioError } from '@testio-mcp/domain';
import { fileExists, storeInUse } from '../sqlite/trouble.ts';
import { takeAlone, takeDamagedAlone } from './alone.ts';
import { holdsData } from './before-migration.ts';
import { copyStore } from './copy.ts';
import { onStoreFile, STORE_SUFFIXES, type StoreFile } from './store-file.ts';

export interface RemovedStore {
  /** The copy that was kept; null when the store held nothing. */
  readonly backup: string | null;
  readonly removed: readonly string[];
}

/**
 * Removes a store, after keeping a copy beside it. It takes the whole file first and removes it before it lets go, so that
 * nobody works with a file that is gone. A damaged store goes, too; a file that is no store stays.
 *
 * @param backup path of the copy
 * @throws TestioError `store_missing`, `store_not_a_database`, `sync_in_progress`, `store_in_use`, `backup_not_written`
 */
export async function removeStore(path: string, backup: string): Promise<RemovedStore> {
  try {
    return await removeAfter(path, async (store) => {
      await takeAlone(store);
      if (!holdsData(store.connection)) return null;
      await copyStore(store.connection, backup, { overwrite: false });
      return backup;
    });
  } catch (thrown) {
    if (!(thrown instanceof TestioError && thrown.code === 'store_corrupt')) throw thrown;
    return removeAfter(path, async (store) => {
      takeDamagedAlone(store);
      await copyBytes(store.file, backup);
      return backup;
    });
  }
}

/** Removes a store once `keep` has taken it alone and kept what is to be kept. */
async function removeAfter(path: string, keep: (store: StoreFile) => Promise<string | null>): Promise<RemovedStore> {
  // Windows removes nothing that is open. There it is removed when it was let go, which fails if somebody came in between.
  const whileOpen = platform !== 'win32';
  const done = await onStoreFile(path, async (store) => {
    const kept = { file: store.file, backup: await keep(store) };
    if (whileOpen) await removeFiles(store.file);
    return kept;
  });
  if (!whileOpen) await removeFiles(done.file);
  return { backup: done.backup, removed: [done.file] };
}

async function removeFiles(file: string): Promise<void> {
  // The database itself goes last: until then it keeps others out, and after that the files beside it may be of a new one.
  for (const suffix of STORE_SUFFIXES.toReversed()) {
    try {
      await rm(file + suffix, { force: true });
    } catch (thrown) {
      if (isSystemError(thrown, 'EBUSY') || isSystemError(thrown, 'EPERM')) throw storeInUse(file);
      throw thrown;
    }
  }
}

/** What is damaged cannot be copied by what it says, only byte by byte, with what its log holds. */
async function copyBytes(file: string, backup: string): Promise<void> {
  const suffixes = ['', '-wal'].filter((suffix) => existsSync(file + suffix));
  const taken = suffixes.map((suffix) => backup + suffix).find((each) => existsSync(each));
  if (taken !== undefined) throw fileExists(taken);
  for (const suffix of suffixes) {
    await copyFile(file + suffix, backup + suffix, constants.COPYFILE_EXCL);
    await chmod(backup + suffix, 0o600);
  }
}
