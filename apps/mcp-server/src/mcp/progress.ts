import type { ProgressNotification, ProgressToken } from '@modelcontextprotocol/sdk/types.js';
import type { CallOptions } from '@testio-mcp/runtime';

/** A client is told at most this often, in milliseconds: a large sync takes thousands of steps. */
const TELL_EVERY_MS = 250;

/**
 * Tells a client how far its call has come, if it asked for that with a token. The numbers are steps done and steps known so
 * far, on one scale from the first to the last; a step back is never told.
 */
export function progressTeller(
  progressToken: ProgressToken | undefined,
  send: (notification: ProgressNotification) => Promise<void>,
  now: () => number = () => performance.now(),
): CallOptions['onProgress'] {
  if (progressToken === undefined) return undefined;
  let told = { at: Number.NEGATIVE_INFINITY, done: 0 };
  return ({ done, total, message }) => {
    const isLast = done >= total;
    if (done <= told.done || (!isLast && now() - told.at < TELL_EVERY_MS)) return;
    told = { at: now(), done };
    const params = { progressToken, progress: done, total, message };
    // A client that has gone does not miss it.
    send({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
