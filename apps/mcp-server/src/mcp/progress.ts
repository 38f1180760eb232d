import type { ProgressNotification, ProgressToken } from '@modelcontextprotocol/sdk/types.js';
import type { CallOptions } from '@testio-mcp/runtime';
import { seldom } from '../seldom.ts';

/** Tells a client how far its call has come, if it asked for that with a token. */
export function progressTeller(
  progressToken: ProgressToken | undefined,
  send: (notification: ProgressNotification) => Promise<void>,
  now?: () => number,
): CallOptions['onProgress'] {
  if (progressToken === undefined) return undefined;
  return seldom(({ done, total, message }) => {
    const params = { progressToken, progress: done, total, message };
    // A client that has gone does not miss it.
    send({ method: 'notifications/progress', params }).catch(() => undefined);
  }, now);
}
