import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs, ErrorReport } from '@testio-mcp/domain';
import type { SyncRunRecord } from '../run-record.ts';
import { type CycleDependencies, type CyclePlan, dueIn, runCycle, shortestPause } from './cycle.ts';

/** So many failed cycles in a row open the circuit: from then on the pauses double. */
const FAILURES_UNTIL_OPEN = 3;
/** Pauses are up to this much shorter or longer, so that several servers do not wake up together. */
const JITTER = 0.1;

/** What the background tells of itself. */
export type BackgroundEvent =
  | { readonly kind: 'begun'; readonly plan: CyclePlan }
  | { readonly kind: 'synced'; readonly record: SyncRunRecord }
  /** Nothing was due. */
  | { readonly kind: 'fresh' }
  /** Another process is syncing. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'failed';
      readonly error: ErrorReport;
      /** Failed cycles in a row, this one included. */
      readonly failures: number;
      readonly isOpen: boolean;
      readonly pauseMs: number;
    };

export interface BackgroundOptions extends CycleDependencies {
  /** Sync at start, however fresh the store is. */
  readonly force?: boolean | undefined;
  /** False: nothing after the first cycle. True when absent. */
  readonly repeat?: boolean | undefined;
  /** Milliseconds before the first cycle. None by default. */
  readonly headStartMs?: number | undefined;
  readonly onEvent?: ((event: BackgroundEvent) => void) | undefined;
  /** Waits, and rejects when the signal aborts. Must not keep the process alive. For tests. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  /** From 0 to 1. For tests. */
  readonly random?: (() => number) | undefined;
}

export interface Background {
  /** Failed cycles in a row. */
  readonly failures: number;
  /** Whether pauses are longer than usual because of failures. */
  readonly isOpen: boolean;
  /** When the next cycle begins, by the store's clock; null while one is running, and when none will come. */
  readonly nextAt: EpochMs | null;
  /** Ends the loop and cancels a cycle that is running. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Keeps a store fresh, cycle by cycle, until it is stopped. */
export function startBackground(options: BackgroundOptions): Background {
  const { pause = unrefPause, random = Math.random, intervalMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let failures = 0;
  let nextAt: EpochMs | null = null;
  const isOpen = () => failures >= FAILURES_UNTIL_OPEN;
  const tell = (event: BackgroundEvent): void => {
    try {
      options.onEvent?.(event);
    } catch {
      // A fault of whoever listens must not end the loop.
    }
  };

  const cycle = async (occasion: 'start' | 'forced' | 'regular'): Promise<number> => {
    const onBegin = (plan: CyclePlan) => tell({ kind: 'begun', plan });
    const result = await runCycle(options, { occasion, signal, onBegin });
    if (result.kind === 'synced' || result.kind === 'fresh') failures = 0;
    if (result.kind === 'failed') failures += 1;
    const pauseMs = result.kind === 'cancelled' ? 0 : jittered(await nextPause());
    if (result.kind === 'synced') tell({ kind: 'synced', record: result.record });
    if (result.kind === 'busy' || result.kind === 'fresh') tell({ kind: result.kind });
    if (result.kind === 'failed') {
      tell({ kind: 'failed', error: result.error, failures, isOpen: isOpen(), pauseMs });
    }
    return pauseMs;
  };

  const nextPause = async (): Promise<number> => {
    const shortest = shortestPause(intervalMs);
    if (failures > 0) return shortest * 2 ** Math.max(0, failures - FAILURES_UNTIL_OPEN + 1);
    // A store that cannot be read now is looked at again after the shortest pause.
    return Math.max(shortest, await dueIn(options).catch(() => 0));
  };

  const jittered = (ms: number) => Math.round(Math.min(intervalMs, ms * (1 + JITTER * (2 * random() - 1))));

  const rest = async (ms: number): Promise<void> => {
    nextAt = options.clock.now() + ms;
    try {
      await pause(ms, signal);
    } finally {
      nextAt = null;
    }
  };

  const loop = async (): Promise<void> => {
    if ((options.headStartMs ?? 0) > 0) await rest(options.headStartMs ?? 0);
    let pauseMs = await cycle(options.force === true ? 'forced' : 'start');
    while (options.repeat !== false && !signal.aborted) {
      await rest(pauseMs);
      pauseMs = await cycle('regular');
    }
  };
  // A cycle never throws; what ends the loop is the signal that aborts a pause.
  const ended = loop().catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
  });

  return {
    get failures() {
      return failures;
    },
    get isOpen() {
      return isOpen();
    },
    get nextAt() {
      return nextAt;
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

function unrefPause(ms: number, signal: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal, ref: false });
}
