import { setTimeout as pause } from 'node:timers/promises';

/** Waits for the work, but not longer than this; tells whether it ended. */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(ms, false, { signal: ended.signal })]);
  } finally {
    ended.abort();
  }
}

/** Resolves when the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
