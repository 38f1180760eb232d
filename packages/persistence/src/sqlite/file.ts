import { chmodSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSystemError } from '@testio-mcp/domain';
import { createPrivateFolder } from './private-folder.ts';
import { notAStore } from './trouble.ts';

const HEADER = Buffer.from('SQLite format 3\u0000', 'latin1');

/**
 * Makes sure that `file` exists and may be a store: new folders are created for the owner alone (0700), a new file too
 * (0600), whatever the umask. SQLite gives the files beside it the same mode. What exists is only looked at. A server starts
 * with it: for these few calls another thread costs more than they do.
 *
 * @throws TestioError `store_not_a_database` for anything but an empty file or a SQLite database
 */
export function prepareFile(file: string): void {
  createPrivateFolder(dirname(file));
  if (createFile(file)) return;
  // Looked at before it is opened: opening a pipe would wait for somebody to write into it.
  const facts = statSync(file);
  if (!facts.isFile()) throw notAStore(file, facts.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  if (facts.size === 0) return;
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    const bytesRead = readSync(handle, start, 0, start.length, 0);
    if (bytesRead < start.length || !start.equals(HEADER)) throw notAStore(file, 'it is no SQLite database');
  } finally {
    closeSync(handle);
  }
}

/** What tells a file from one that takes its name later; null when there is none. */
export function identityOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
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
function createFile(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    chmodSync(file, 0o600);
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
