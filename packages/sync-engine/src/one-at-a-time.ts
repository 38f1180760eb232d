import { cancelled } from '@testio-mcp/domain';
import type { SyncRunRecord } from './run-record.ts';
import type { SyncProgress } from './sync.ts';

type Listener = (progress: SyncProgress) => void;

interface RunningSync {
  readonly scope: string;
  readonly record: Promise<SyncRunRecord>;
  readonly listeners: Set<Listener>;
}

export interface SyncRequest {
  /** The store's file. */
  readonly store: string;
  /** What is to be synced; equal texts for equal scopes. */
  readonly scope: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Listener | undefined;
  readonly start: (onProgress: Listener) => Promise<SyncRunRecord>;
}

/** The run that works on each store of this process. */
const running = new Map<string, RunningSync>();

/**
 * Starts a run unless one works on the store already. The caller joins that one if it has the same scope, else waits for its
 * end first. A joined run that its own caller cancelled is started anew for the one who still wants it.
 *
 * @throws `cancelled` when the caller's signal aborts while it waits; else what the run throws
 */
export async function joinOrStart(request: SyncRequest): Promise<SyncRunRecord> {
  for (;;) {
    const current = running.get(request.store);
    if (current === undefined) return start(request);
    if (current.scope !== request.scope) {
      await unlessAborted(
        current.record.catch(() => null),
        request.signal,
      );
      continue;
    }
    const record = await join(current, request);
    if (record.status !== 'cancelled') return record;
  }
}

async function start({ store, scope, onProgress, start: begin }: SyncRequest): Promise<SyncRunRecord> {
  const listeners = new Set(onProgress === undefined ? [] : [onProgress]);
  const record = begin((progress) => {
    for (const listener of listeners) listener(progress);
  });
  running.set(store, { scope, record, listeners });
  try {
    return await record;
  } finally {
    running.delete(store);
  }
}

async function join(current: RunningSync, { onProgress, signal }: SyncRequest): Promise<SyncRunRecord> {
  if (onProgress !== undefined) current.listeners.add(onProgress);
  try {
    return await unlessAborted(current.record, signal);
  } finally {
    if (onProgress !== undefined) current.listeners.delete(onProgress);
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
