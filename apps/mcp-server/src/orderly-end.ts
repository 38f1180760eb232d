import type { Freshening, Runtime } from '@testio-mcp/runtime';
import { aborted, endsWithin } from './in-time.ts';
import { exitCodeOf, type StopRequest } from './stop-request.ts';

/** Share of the grace period in which calls in flight may still finish; the rest is for closing. */
const DRAIN_SHARE = 0.8;

/** What is being served, on whatever transport. */
export interface Service {
  readonly background: Freshening;
  /** Takes nothing new any more, and resolves when everything in flight has its answer. */
  drained(): Promise<unknown>;
  /** Ends every connection, whatever is still open. */
  close(): Promise<void>;
}

/**
 * Serves until something asks to stop. Then calls in flight get their answers, a sync in the background is cancelled, and all is
 * closed, within SHUTDOWN_GRACE_PERIOD_SECONDS.
 *
 * @returns the exit code
 */
export async function serveUntilStopped(
  { logger, config, ...runtime }: Runtime,
  stop: StopRequest,
  { background, ...service }: Service,
): Promise<number> {
  const first = await stop.first;
  logger.info({ reason: stop.reason }, 'stopping');
  const graceMs = config.shutdownGraceSeconds * 1000;
  const close = async (): Promise<void> => {
    const synced = background.stop();
    await endsWithin(graceMs * DRAIN_SHARE, Promise.race([service.drained(), aborted(stop.hurry)]));
    await service.close();
    await synced;
    await runtime.close();
  };
  const inTime = await endsWithin(graceMs, close());
  if (!inTime) logger.warn({ grace_seconds: config.shutdownGraceSeconds }, 'not everything had ended in time');
  return exitCodeOf(stop.reason ?? first);
}
