import { setTimeout as pause } from 'node:timers/promises';
import { cancelled, TestioError } from '@testio-mcp/domain';

/** Looks so many milliseconds after the last one, half of it at least, so that several who wait do not look in step. */
const LOOK_EVERY_MS = 500;

/** What may be over a moment later: another process syncs, or has the file open that somebody needs for himself. */
const PASSES = ['sync_in_progress', 'store_in_use'];

/**
 * Tries until no other process is in the way any more, or the time to wait has run out.
 *
 * @param waitMs milliseconds from the first refusal, 0 to try once
 * @throws TestioError `sync_in_progress` or `store_in_use` once the time has run out, `cancelled` when the signal aborts while it waits; what
 * `attempt` throws
 */
export async function waitForTurn<T>(
  waitMs: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  let end: number | undefined;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof TestioError && PASSES.includes(thrown.code))) throw thrown;
      end ??= performance.now() + waitMs;
      const left = end - performance.now();
      if (left <= 0) throw thrown;
      await wait(Math.min(left, LOOK_EVERY_MS * (0.5 + Math.random() / 2)), signal);
    }
  }
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (thrown) {
    throw cancelled(thrown);
  }
}
