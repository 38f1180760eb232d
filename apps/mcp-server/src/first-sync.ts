import { setTimeout as pause } from 'node:timers/promises';
import { toTestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';

/** A client's first questions come right after the start. Looking into the store loads the ORM and would hold them up. */
const HEAD_START_MS = 500;

export interface FirstSync {
  /** Cancels the sync, if one is running, and waits until it is recorded as cancelled. */
  stop(): Promise<void>;
}

/**
 * Fills a store that was never synced, in the background of a server that just started, so that a new user gets answers
 * without running a sync first. TESTIO_FORCE_INITIAL_SYNC makes it sync any store; with TESTIO_REFRESH_INTERVAL_SECONDS=0
 * nothing else happens in the background. Failures are logged: the server answers on from what the store has.
 *
 * @param tell is told how it goes, in sentences for the client's log
 */
export function startFirstSync(
  runtime: Runtime,
  tell: (level: 'info' | 'warning', sentence: string) => void,
): FirstSync {
  const stopping = new AbortController();
  const done = run(runtime, stopping.signal, tell).catch((thrown: unknown) => {
    if (stopping.signal.aborted) return;
    const error = toTestioError(thrown);
    runtime.logger.error({ code: error.code, err: thrown }, 'first sync failed');
    tell('warning', `The first sync failed: ${error.message}`);
  });
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function run(
  runtime: Runtime,
  signal: AbortSignal,
  tell: (level: 'info' | 'warning', sentence: string) => void,
): Promise<void> {
  const { forceInitialSync, refreshIntervalSeconds } = runtime.config;
  if (!forceInitialSync && refreshIntervalSeconds === 0) return;
  await pause(HEAD_START_MS, undefined, { signal });
  if (!forceInitialSync && (await runtime.everSynced())) return;
  tell('info', 'The first sync has started; answers become complete as it goes on.');
  const record = await runtime.sync({ trigger: 'server', signal });
  if (record.status === 'cancelled') return;
  const failed = record.error === null ? '' : `: ${record.error.message}`;
  tell(record.status === 'completed' ? 'info' : 'warning', `The first sync has ended as ${record.status}${failed}.`);
}
