import { type Clock, SECOND_MS } from '@testio-mcp/domain';
import type { BackgroundFacts } from '@testio-mcp/insights';
import type { Store } from '@testio-mcp/persistence';
import type { Background, BackgroundEvent, SyncRunRecord } from '@testio-mcp/sync-engine';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';

/** A client's first questions come right after the start. Looking into the store loads the ORM and would hold them up. */
const HEAD_START_MS = 500;

/** Syncs in the background. */
export interface Freshening {
  /** How it goes; null when there is nothing but the one sync at the start. */
  facts(): BackgroundFacts | null;
  /** Cancels the sync, if one is running, and waits until it is recorded as cancelled. */
  stop(): Promise<void>;
}

export interface FresheningParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly store: Store;
  readonly sync: (productIds: readonly number[] | undefined, signal: AbortSignal) => Promise<SyncRunRecord>;
  readonly onEvent?: ((event: BackgroundEvent) => void) | undefined;
}

/**
 * Keeps the store fresh as the configuration says. With TESTIO_REFRESH_INTERVAL_SECONDS=0 nothing happens, but for the one
 * sync that TESTIO_FORCE_INITIAL_SYNC asks for. Failures are logged: whoever asks is answered from what the store has.
 */
export function keepFresh(parts: FresheningParts): Freshening {
  const { config, logger, clock, store, sync, onEvent } = parts;
  const { forceInitialSync: force, refreshIntervalSeconds, productIds } = config;
  const repeat = refreshIntervalSeconds > 0;
  if (!force && !repeat) return { facts: () => null, stop: async () => undefined };
  let stopped = false;
  let background: Background | null = null;
  const started = load();

  async function load(): Promise<Background | null> {
    const { startBackground } = await import('@testio-mcp/sync-engine');
    if (stopped) return null;
    background = startBackground({
      store,
      clock,
      productIds,
      intervalMs: refreshIntervalSeconds * SECOND_MS,
      force,
      repeat,
      headStartMs: HEAD_START_MS,
      sync: (ids, signal) => sync(ids ?? undefined, signal),
      onEvent(event) {
        write(logger, event);
        onEvent?.(event);
      },
    });
    return background;
  }

  return {
    facts() {
      if (!repeat) return null;
      const { nextAt = null, failures = 0, isOpen = false } = background ?? {};
      return { isHere: true, nextCycleAt: nextAt, failures, isOpen };
    },
    async stop() {
      stopped = true;
      await (await started)?.stop();
    },
  };
}

/** Where no cycles run: when a server would begin one. Null when they are switched off. */
export async function nextDue({
  config,
  clock,
  store,
}: Pick<FresheningParts, 'config' | 'clock' | 'store'>): Promise<BackgroundFacts | null> {
  const { refreshIntervalSeconds, productIds } = config;
  if (refreshIntervalSeconds === 0) return null;
  const { dueIn } = await import('@testio-mcp/sync-engine');
  const inMs = await dueIn({ store, clock, productIds, intervalMs: refreshIntervalSeconds * SECOND_MS });
  return { isHere: false, nextCycleAt: clock.now() + inMs, failures: null, isOpen: null };
}

/** Runs themselves are logged where they are started. */
function write(logger: Logger, event: BackgroundEvent): void {
  if (event.kind === 'begun') {
    logger.info({ why: event.plan.why, product_ids: event.plan.productIds ?? 'all' }, 'background cycle');
  } else if (event.kind === 'fresh') {
    logger.debug('background cycle: nothing is due');
  } else if (event.kind === 'busy') {
    logger.info('background cycle skipped: another process is syncing this store');
  } else if (event.kind === 'failed') {
    const { error, failures, isOpen, pauseMs } = event;
    const facts = {
      code: error.code,
      failures_in_a_row: failures,
      next_try_in_seconds: Math.round(pauseMs / SECOND_MS),
    };
    logger.warn(facts, isOpen ? 'background cycle failed again: pausing longer' : 'background cycle failed');
  }
}
