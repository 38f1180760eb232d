import { statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '@testio-mcp/domain';
import { createPrivateFolder } from './private-folder.ts';
import { notAStore } from './trouble.ts';

const HEADER = Buffer.from('SQLite format 3\u0000', 'latin1');

/**
 * Makes sure that `file` exists and may be a store: new folders are created for the owner alone (0700), a new file too
 * (0600), whatever the umask. SQLite gives the files beside it the same mode. What exists is only looked at.
 *
 * @throws TestioError `store_not_a_database` for anything but an empty file or a SQLite database
 */
export async function prepareFile(file: string): Promise<void> {
  createPrivateFolder(dirname(file));
  if (await createFile(file)) return;
  // Looked at before it is opened: opening a pipe would wait for somebody to write into it.
  const facts = await stat(file);
  if (!facts.isFile()) throw notAStore(file, facts.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  if (facts.size === 0) return;
  const handle = await open(file, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (bytesRead < start.length || !start.equals(HEADER)) throw notAStore(file, 'it is no SQLite database');
  } finally {
    await handle.close();
  }
}

/** Bytes that a store takes on disk: the file and its write-ahead log. */
export function bytesOnDisk(file: string): number {
  return sizeOf(file) + walBytes(file);
}

/** Bytes of the write-ahead log; 0 when there is none. */
export function walBytes(file: string): number {
  return sizeOf(`${file}-wal`);
}

/** Creates the file unless it exists; says whether it did. */
async function createFile(file: string): Promise<boolean> {
  try {
    const created = await open(file, 'wx', 0o600);
    await created.chmod(0o600).finally(() => created.close());
    return true;
  } catch (thrown) {
    if (isSystemError(thrown, 'EEXIST')) return false;
    throw thrown;
  }
}

/** Asked after every write: waiting for another thread would take far longer than the answer. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
