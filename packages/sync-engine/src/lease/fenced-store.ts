import { type Lease, type LeaseTiming, renewLease, type Store } from '@testio-mcp/persistence';
import { guardedStore } from '../guarded-store.ts';

/**
 * The store as one run may use it: every write first makes sure, in its own transaction, that the run still holds the lease.
 *
 * Its writes throw TestioError `lease_lost`, with nothing written, once somebody else has taken over.
 */
export function fencedStore(store: Store, lease: Lease, timing: LeaseTiming): Store {
  return guardedStore(store, async (scope) => {
    await renewLease(scope, lease, timing);
  });
}
