import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '@testio-mcp/domain';

const PRIVATE_FILE = 0o600;

export interface WholeFileOptions {
  /** Gives the finished file its name; one that has this name already is replaced when absent. */
  readonly name?: ((finished: string, target: string) => Promise<void>) | undefined;
  /** Who may do what with it; its owner alone when absent. */
  readonly mode?: number | undefined;
}

/** Writes a file whole or not at all. The folder must exist. */
export async function writeWholeFile(
  target: string,
  content: string,
  { name = rename, mode = PRIVATE_FILE }: WholeFileOptions = {},
): Promise<void> {
  const unfinished = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(unfinished, 'wx', PRIVATE_FILE);
    try {
      await file.writeFile(content);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await name(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** What a file held, for a copy beside it. */
export interface KeptCopy {
  readonly content: string;
  /** What is added to the file's name for that of the copy. */
  readonly ending: string;
  /** False: a file that has the copy's name already stays as it is, and nothing is kept. */
  readonly replaces: boolean;
}

/**
 * Writes a file whole or not at all, in folders that are made where they are missing. Where a link leads to it, the link stays.
 *
 * @returns where the copy is kept; null when none was made
 */
export async function replaceFile(
  file: string,
  content: string,
  { keep, mode }: { readonly keep?: KeptCopy | undefined; readonly mode?: number | undefined } = {},
): Promise<string | null> {
  const target = await targetOf(file);
  if (target === null) await createFolder(dirname(file));
  const backup = keep === undefined ? null : await keepCopy(file, keep, mode);
  await writeWholeFile(target ?? file, content, { mode });
  return backup;
}

async function keepCopy(file: string, { content, ending, replaces }: KeptCopy, mode?: number): Promise<string | null> {
  const copy = file + ending;
  try {
    await writeWholeFile(copy, content, { mode, name: replaces ? rename : nameNew });
    return copy;
  } catch (thrown) {
    if (!replaces && isSystemError(thrown, 'EEXIST')) return null;
    throw thrown;
  }
}

/** Gives a finished file a name that no other file has. */
async function nameNew(finished: string, target: string): Promise<void> {
  try {
    await link(finished, target);
  } catch (thrown) {
    if (isSystemError(thrown, 'EEXIST')) throw thrown;
    // Not every file system has links.
    await copyFile(finished, target, constants.COPYFILE_EXCL);
  }
}

/** The file itself; null when there is none yet. */
async function targetOf(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    throw thrown;
  }
}

async function createFolder(folder: string): Promise<void> {
  // Loaded only now: it comes with the database.
  const { createPrivateFolder } = await import('@testio-mcp/persistence');
  createPrivateFolder(folder);
}
