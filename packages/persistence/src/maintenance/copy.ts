import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { TestioError } from '@testio-mcp/domain';
import { isBusy, sqliteCode } from '../sqlite/busy.ts';
import { Connection } from '../sqlite/connection.ts';
import { recordedMigrations } from '../sqlite/head.ts';
import { copyNotWritable, fileExists } from '../sqlite/trouble.ts';

/** How long a copy waits for a process that keeps the whole file locked. */
const COPY_DEADLINE_MS = 10_000;

export interface CopyOptions {
  /** Replace a file of this name. */
  readonly overwrite: boolean;
  /** The copy is thrown away unless it holds exactly these migrations. */
  readonly ifMigrations?: readonly string[] | undefined;
}

/**
 * Writes a copy of the store, as it is at one moment, for the owner alone (0600). Others may read and write meanwhile. The
 * file appears under its name when it is complete, so that a copy that was cut short is never taken for one.
 *
 * @returns false when the store did not hold the migrations asked for, and nothing was written
 * @throws TestioError `file_exists`, `backup_not_written`, `store_disk_full`
 */
export async function copyStore(connection: Connection, target: string, options: CopyOptions): Promise<boolean> {
  if (!options.overwrite && existsSync(target)) throw fileExists(target);
  const part = `${target}.${randomUUID()}.part`;
  try {
    // SQLite writes into an empty file that exists, and so leaves its mode alone.
    const created = await open(part, 'wx', 0o600);
    await created.chmod(0o600).finally(() => created.close());
    await connection.copyInto(part, COPY_DEADLINE_MS);
    if (options.ifMigrations !== undefined && !holdsMigrations(part, options.ifMigrations)) return false;
    const written = await open(part, 'r+');
    await written.sync().finally(() => written.close());
    if (!options.overwrite && existsSync(target)) throw fileExists(target);
    await rename(part, target);
    return true;
  } catch (thrown) {
    const isOfStore = isBusy(thrown) || sqliteCode(thrown)?.startsWith('SQLITE_CORRUPT') === true;
    if (thrown instanceof TestioError || isOfStore) throw thrown;
    throw copyNotWritable(target, thrown);
  } finally {
    await rm(part, { force: true });
  }
}

function holdsMigrations(file: string, names: readonly string[]): boolean {
  const copy = new Connection(file, { readonly: true });
  try {
    return recordedMigrations(copy, file).join() === names.join();
  } finally {
    copy.close();
  }
}
