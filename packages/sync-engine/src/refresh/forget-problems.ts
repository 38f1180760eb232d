import { type Forgotten, forgetFailures, type Store } from '@testio-mcp/persistence';
import { storeWithoutSync } from './without-sync.ts';

/**
 * Forgets the records of what could not be read, of these products or, when null, of all. What they are of counts as never read
 * until the next sync, so nothing is passed off as complete.
 *
 * @throws TestioError `sync_in_progress`: a running sync would stamp as complete what nobody remembers to be missing
 */
export async function forgetProblems(store: Store, productIds: readonly number[] | null): Promise<Forgotten> {
  const free = await storeWithoutSync(store, {});
  return free.write((scope) => forgetFailures(scope, productIds));
}
