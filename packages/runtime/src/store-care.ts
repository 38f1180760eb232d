import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pid } from 'node:process';
import { SECOND_MS } from '@testio-mcp/domain';
import type {
  MigratedEvent,
  RemovedStore,
  StoreCheckName,
  StoreCheckResult,
  StoreInspection,
} from '@testio-mcp/persistence';
import type { Config } from './config.ts';

export type { MigratedEvent, RemovedStore, StoreCheckName, StoreCheckResult, StoreInspection };

/** How long to wait for another process that uses the store. */
export interface Patience {
  /** Seconds; none when absent. */
  readonly wait?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A copy that was written. */
export interface WrittenBackup {
  readonly file: string;
  readonly sizeBytes: number;
}

/**
 * What is done to the file of the selected customer's store, without opening an account. Nothing here creates a store or
 * migrates one unasked.
 *
 * All throw TestioError: `store_missing`, and of kind `storage` for a file that cannot be used.
 */
export interface StoreCare {
  inspect(): Promise<StoreInspection>;
  check(): Promise<StoreCheckResult[]>;
  /** Gives unused space back to the disk. Throws `sync_in_progress` once the time to wait has run out. */
  compact(patience: Patience): Promise<{ readonly before: number; readonly after: number }>;
  /** Writes a copy while the store is in use. Throws `file_exists` unless it may overwrite. */
  backup(target: string, options: { readonly overwrite: boolean }): Promise<WrittenBackup>;
  /** Removes the store after keeping a copy beside it. Throws `sync_in_progress`, `store_in_use`. */
  reset(patience: Patience): Promise<RemovedStore>;
  migrateUp(): Promise<MigratedEvent>;
  /** Takes migrations back, to this name or number, or one. Throws `sync_in_progress`, `store_in_use`, `unknown_migration`. */
  migrateDown(to: string | undefined, patience: Patience): Promise<MigratedEvent>;
}

/** Looks after the store file that a configuration names. */
export function storeCare({ storeFile }: Pick<Config, 'storeFile'>): StoreCare {
  const load = () => import('@testio-mcp/persistence');
  return {
    inspect: async () => (await load()).inspectStore(storeFile),
    check: async () => (await load()).checkStore(storeFile),
    compact: (patience) =>
      inTurn(patience, async () =>
        (await load()).compactStore(storeFile, `store compact (process ${pid} on ${hostname()})`),
      ),
    async backup(target, options) {
      const file = resolve(target);
      return { file, sizeBytes: await (await load()).backupStore(storeFile, file, options) };
    },
    reset(patience) {
      const copy = `${storeFile}.before-reset-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.bak`;
      return inTurn(patience, async () => (await load()).removeStore(storeFile, copy));
    },
    migrateUp: async () => (await load()).migrateUp(storeFile),
    migrateDown: (to, patience) => inTurn(patience, async () => (await load()).migrateDown(storeFile, to)),
  };
}

async function inTurn<T>({ wait = 0, signal }: Patience, attempt: () => Promise<T>): Promise<T> {
  const { waitForTurn } = await import('@testio-mcp/sync-engine');
  return waitForTurn(wait * SECOND_MS, signal, attempt);
}
