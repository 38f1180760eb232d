import { setTimeout as sleep } from 'node:timers/promises';

/** How long a unit of work waits for another process's write lock before it gives up. */
export const BUSY_DEADLINE_MS = 5_000;

/**
 * How long SQLite itself waits for a lock, in milliseconds. It waits synchronously and stops the event loop, so this is
 * short and the rest of the waiting is done here.
 */
export const SYNCHRONOUS_BUSY_MS = 20;

/** Whether SQLite refused because somebody else holds a lock. */
export function isBusy(thrown: unknown): boolean {
  return sqliteCode(thrown)?.startsWith('SQLITE_BUSY') ?? false;
}

/** The extended result code of an error that came from SQLite, such as `SQLITE_BUSY_SNAPSHOT`. */
export function sqliteCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' && thrown.code.startsWith('SQLITE_') ? thrown.code : null;
}

/**
 * Runs `attempt` again while the store is locked, without stopping the event loop.
 *
 * @throws the last refusal once `deadlineMs` have passed, and every other error at once
 */
export async function retryWhileBusy<T>(attempt: () => T | Promise<T>, deadlineMs = BUSY_DEADLINE_MS): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, 25)) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > end) throw thrown;
    }
    await sleep(pause + Math.random() * pause);
  }
}
