import type { Clock, EpochMs } from '@testio-mcp/domain';
import { idList, type ReadScope, type Store } from '@testio-mcp/persistence';

/** Runs looked through for the last one that covered a product. */
const RUNS_LOOKED_AT = 1_000;

/** When what the background keeps fresh was last synced, by whichever process. */
export interface SyncAges {
  /** End of the last run over all wanted products; null when there was none. */
  readonly accountAt: EpochMs | null;
  /** Products with running tests, and the end of the last run that covered each. */
  readonly active: readonly { readonly productId: number; readonly at: EpochMs | null }[];
}

/**
 * Reads from the run log how old the store is. A run counts when it ended by itself: what it lists as unreadable is no reason
 * to run again at once, an outage that cut it short is.
 *
 * @param wanted the products to keep fresh; null for all
 */
export async function readSyncAges(store: Store, clock: Clock, wanted: readonly number[] | null): Promise<SyncAges> {
  return store.read(async (scope) => {
    const runs = await endedRuns(scope);
    const lastOver = (ids: readonly number[] | null) => runs.find((run) => covers(run.products, ids))?.at ?? null;
    const active = await activeProducts(scope, clock.now(), wanted);
    return {
      accountAt: lastOver(wanted),
      active: active.map((productId) => ({ productId, at: lastOver([productId]) })),
    };
  });
}

async function endedRuns({ db }: ReadScope) {
  const rows = await db
    .selectFrom('sync_runs')
    .select(['scope', 'finished_at'])
    .where('status', 'in', ['completed', 'partial'])
    .where('error', 'is', null)
    // It read a part of each product only.
    .where('mode', '<>', 'period')
    .orderBy('id', 'desc')
    .limit(RUNS_LOOKED_AT)
    .execute();
  return rows.map((row) => ({ products: JSON.parse(row.scope) as number[] | null, at: row.finished_at }));
}

function covers(products: readonly number[] | null, wanted: readonly number[] | null): boolean {
  if (products === null) return true;
  return wanted?.every((id) => products.includes(id)) ?? false;
}

/** Products with tests that are running, or should be by now: their status stands in the store as it was last seen. */
async function activeProducts({ db }: ReadScope, now: EpochMs, wanted: readonly number[] | null): Promise<number[]> {
  const rows = await db
    .selectFrom('tests')
    .select('product_id')
    .distinct()
    .where('deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('status', '=', 'running'),
        eb.and([eb('status', '=', 'waiting'), eb('start_at', '<=', now), eb('end_at', '>', now)]),
      ]),
    )
    .$if(wanted !== null, (query) => query.where('product_id', 'in', idList(wanted ?? [])))
    .orderBy('product_id')
    .execute();
  return rows.map((row) => row.product_id);
}
