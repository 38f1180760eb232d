import type { Lease, LeaseTiming, Store } from '@testio-mcp/persistence';
import { renewLease } from '@testio-mcp/persistence';

/**
 * The store as one run may use it: every write first makes sure, in its own transaction, that the run still holds the lease.
 *
 * Its writes throw TestioError `lease_lost`, with nothing written, once somebody else has taken over.
 */
export function fencedStore(store: Store, lease: Lease, timing: LeaseTiming): Store {
  return {
    file: store.file,
    get unitsInFlight() {
      return store.unitsInFlight;
    },
    read: (work) => store.read(work),
    write: (work) =>
      store.write(async (scope) => {
        await renewLease(scope, lease, timing);
        return work(scope);
      }),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
  };
}
