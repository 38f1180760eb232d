import type { ApiClient } from '@testio-mcp/api-client';
import type { Clock } from '@testio-mcp/domain';
import type { Store } from '@testio-mcp/persistence';

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
}

export interface SyncOptions {
  /** Only these products; all of the account when absent. */
  readonly productIds?: readonly number[] | undefined;
  /** Who asked: cli, server, demo, tool. Kept in the run record. */
  readonly trigger: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}
