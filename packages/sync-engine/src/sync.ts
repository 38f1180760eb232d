import type { ApiClient } from '@testio-mcp/api-client';
import type { Clock, Period } from '@testio-mcp/domain';
import type { Store } from '@testio-mcp/persistence';
import type { HeartbeatTiming } from './lease/heartbeat.ts';
import { underLease } from './lease/under-lease.ts';
import { waitForTurn } from './lease/wait-for-turn.ts';
import { joinOrStart } from './one-at-a-time.ts';
import { performRun } from './perform-run.ts';
import type { SyncMode, SyncRunRecord } from './run-record.ts';

/** Work done so far, on one scale that only grows. `total` may grow as work is discovered. */
export interface SyncProgress {
  done: number;
  total: number;
  message: string;
}

export interface SyncDependencies {
  readonly store: Store;
  readonly api: ApiClient;
  readonly clock: Clock;
  /**
   * Whether testers are to be kept under pseudonyms. True sees to it at the start of each run; false has the store keep names from
   * the next full run of everything on. When absent, every run leaves it as it is.
   */
  readonly pseudonymise?: boolean | undefined;
  /**
   * For how many days after their end tests are to be kept whole; null: without limit. Every run makes the store's limit as strict;
   * only a full one, not bounded by a period, raises or removes it. When absent, every run leaves it as it is.
   */
  readonly retentionDays?: number | null | undefined;
  /** How long the lease on the store holds, and how often it is renewed. Only tests have a reason to set it. */
  readonly lease?: HeartbeatTiming | undefined;
}

export interface SyncOptions {
  /** Only these products; all of the account when absent. */
  readonly productIds?: readonly number[] | undefined;
  /** How much to read; see SyncMode. `incremental` when absent. */
  readonly mode?: SyncMode | undefined;
  /**
   * Only tests that ended in this period, with what is due of them; all when absent. Such a run never marks tests as deleted,
   * and does not count as having looked for new ones.
   */
  readonly since?: Period | undefined;
  /** Who asked: cli, server, demo, tool. Kept in the run record. */
  readonly trigger: string;
  /** How long to wait for another process that is syncing the store, in milliseconds. 0, the default, does not wait. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/**
 * Makes the store equal to the API: every product, or those asked for, with features, user stories, tests, bugs, and the
 * details and executions of running tests. An incremental run believes what is settled: a new test that ended early and a
 * change of a final test are found within a day, a change of the bugs of a final test within thirty. What could not be read
 * is listed in the record, and tried again by the next run.
 *
 * Only one run at a time works on a store. In this process, a caller that wants the same as the running one joins it and gets
 * its record, any other one waits for it; while another process is syncing, `waitMs` says how long to wait. A run that lost
 * its lease, because its process slept or hung, ends as `failed` with the error `lease_lost` and writes nothing more.
 *
 * @returns the record of the run, however it ended; a cancelled run leaves a consistent store, too
 * @throws TestioError, with nothing written, when there is no run to speak of: `unknown_product` and `no_product` for wrong
 * ids, `store_of_another_account`, `sync_in_progress` in another process, `cancelled` before the run has begun, and errors of
 * the store itself
 */
export async function runSync(deps: SyncDependencies, options: SyncOptions): Promise<SyncRunRecord> {
  const ids = options.productIds === undefined ? null : [...new Set(options.productIds)].sort((a, b) => a - b);
  const { trigger, signal, onProgress: listener } = options;
  const mode = options.mode ?? 'incremental';
  const period = options.since ?? null;
  return waitForTurn(options.waitMs ?? 0, signal, () =>
    joinOrStart({
      store: deps.store.file,
      scope: JSON.stringify({ ids, mode, period }),
      signal,
      onProgress: listener,
      start: (onProgress) =>
        underLease(deps.store, trigger, deps.lease ?? {}, ({ store, lost }) =>
          performRun({ ...deps, store }, { productIds: ids, mode, period, trigger, signal, onProgress, lost }),
        ),
    }),
  );
}
