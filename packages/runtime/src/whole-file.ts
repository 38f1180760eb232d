import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

const PRIVATE_FILE = 0o600;

/**
 * Writes a file whole or not at all, readable for its owner alone. The folder must exist.
 *
 * @param name gives the finished file its name; one that has this name already is replaced when absent
 */
export async function writeWholeFile(
  target: string,
  content: string,
  name: (finished: string, target: string) => Promise<void> = rename,
): Promise<void> {
  const unfinished = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(unfinished, 'wx', PRIVATE_FILE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await name(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}
