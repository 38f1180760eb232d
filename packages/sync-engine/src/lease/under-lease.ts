import { hostname } from 'node:os';
import { pid } from 'node:process';
import type { TestioError } from '@testio-mcp/domain';
import {
  acquireLease,
  type Lease,
  readLeaseHolder,
  releaseLease,
  type Store,
  syncInProgress,
} from '@testio-mcp/persistence';
import { fencedStore } from './fenced-store.ts';
import { type HeartbeatTiming, startHeartbeat } from './heartbeat.ts';

/** What a run gets while its process holds the lease. */
export interface Tenure {
  /** Every write makes sure that the lease is still held. */
  readonly store: Store;
  /** Resolves when the lease was found to be lost; never otherwise. */
  readonly lost: Promise<TestioError>;
}

/**
 * Does work that only one process at a time may do on a store. The lease is given back in every case, unless the store
 * cannot be written any more; then it expires.
 *
 * @param trigger who asked for it, as others shall see it
 * @throws TestioError `sync_in_progress` when another process holds the lease; what the work throws
 */
export async function underLease<T>(
  store: Store,
  trigger: string,
  timing: HeartbeatTiming,
  work: (tenure: Tenure) => Promise<T>,
): Promise<T> {
  const lease = await takeLease(store, `${trigger} (process ${pid} on ${hostname()})`, timing);
  const heartbeat = startHeartbeat(store, lease, timing);
  try {
    return await work({ store: fencedStore(store, lease, timing), lost: heartbeat.lost });
  } finally {
    await heartbeat.stop();
    // What the work came to counts, also when the lease has to be left to expire.
    await store.write((scope) => releaseLease(scope, lease)).catch(() => undefined);
  }
}

async function takeLease(store: Store, owner: string, timing: HeartbeatTiming): Promise<Lease> {
  // Looking does not wait for a transaction that the holder has open.
  const seen = await store.read((scope) => readLeaseHolder(scope, timing));
  if (seen !== null) throw syncInProgress(seen);
  return store.write(async (scope) => {
    const lease = await acquireLease(scope, owner, timing);
    if (lease === null) throw syncInProgress(await readLeaseHolder(scope, timing));
    return lease;
  });
}
