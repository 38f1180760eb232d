import { TestioError, toIso } from '@testio-mcp/domain';
import {
  type LeaseHolder,
  type LeaseTiming,
  readLeaseHolder,
  readLeaseToken,
  type Store,
} from '@testio-mcp/persistence';
import { guardedStore } from '../guarded-store.ts';

/**
 * The store as a refresh may use it: nothing is written while somebody syncs, nor once a sync began after the refresh did.
 * What was read before the sync asked for the same would otherwise replace what the sync brought. A refresh takes no lease,
 * so it never keeps anybody from syncing.
 *
 * @throws TestioError `sync_in_progress` when somebody syncs already. Its writes throw it, or `sync_began`, with nothing written
 */
export async function storeWithoutSync(store: Store, timing: LeaseTiming): Promise<Store> {
  const seen = await store.read(async (scope) => {
    const holder = await readLeaseHolder(scope, timing);
    if (holder !== null) throw syncRuns(holder);
    return readLeaseToken(scope);
  });
  return guardedStore(store, async (scope) => {
    const holder = await readLeaseHolder(scope, timing);
    if (holder !== null) throw syncRuns(holder);
    if ((await readLeaseToken(scope)) !== seen) throw syncBegan();
  });
}

function syncRuns({ owner, acquiredAt }: LeaseHolder): TestioError {
  return new TestioError({
    kind: 'busy',
    code: 'sync_in_progress',
    message: `A sync by ${owner} has been running since ${toIso(acquiredAt)}, and only one writes at a time.`,
    next: 'Ask again once it has ended.',
    retryable: true,
  });
}

function syncBegan(): TestioError {
  return new TestioError({
    kind: 'busy',
    code: 'sync_began',
    message: 'A sync ran while the API was asked, so what it stored was kept.',
    next: 'Ask again.',
    retryable: true,
  });
}
