import { resolve } from 'node:path';
import { type Clock, systemClock } from '@testio-mcp/domain';
import { keepCopyBefore } from './maintenance/before-migration.ts';
import { keepPseudonyms, teachPseudonyms } from './maintenance/pseudonymise.ts';
import { removeTraces } from './maintenance/traces.ts';
import { migrate, pendingMigrations, unknownMigrations } from './migrations/run.ts';
import { BUSY_DEADLINE_MS, retryWhileBusy } from './sqlite/busy.ts';
import { Connection } from './sqlite/connection.ts';
import { identityOf, prepareFile } from './sqlite/file.ts';
import { recordedMigrations } from './sqlite/head.ts';
import { openingTrouble, storeNewerThanProgram } from './sqlite/trouble.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** How long opening waits for another process that is opening or migrating the same file. */
const OPEN_DEADLINE_MS = 10_000;

export interface StoreOptions {
  /** Path of the store. It and its folders are created when they do not exist, readable for the owner alone. */
  readonly file: string;
  /** What `first_seen_at` and all stamps are written with. The machine's clock by default. */
  readonly clock?: Clock | undefined;
  /** How long a write waits for another process that is writing, in milliseconds. Five seconds by default. */
  readonly busyDeadlineMs?: number | undefined;
  /**
   * Have the store keep testers under pseudonyms; names that it holds are given one now. False leaves the store as it is: see
   * `keepNames`. False when absent.
   */
  readonly pseudonymise?: boolean | undefined;
  /** Is told what was migrated, and where the copy from before lies. */
  readonly onMigrated?: ((event: MigratedEvent) => void) | undefined;
  /** Is told every SQL statement before it runs, transaction control included. For tests and measurements. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

/** A store that had been in use was brought to the newest schema. */
export interface MigratedEvent {
  /** Names of the migrations that ran. */
  readonly ran: readonly string[];
  /** The copy from before; null when the store held nothing. */
  readonly backup: string | null;
}

/**
 * Opens a store, creating or migrating it first: the only door to a database. Whether there is anything to migrate is
 * found with one statement; MikroORM is loaded only then. Before a store that holds something is migrated, a copy of it is kept
 * beside it. Any number of processes may open the same file, a new one too. One that is being removed is waited for, and begun
 * anew.
 *
 * @throws TestioError of kind `storage`, always with the file left as it was: `store_newer_than_program`,
 * `store_not_a_database`, `store_corrupt`, `store_unreadable`, `store_not_writable`, `store_busy`, `store_disk_full`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const file = resolve(options.file);
  const end = performance.now() + OPEN_DEADLINE_MS;
  for (;;) {
    const store = await openFile(file, options, performance.now() < end);
    if (store !== null) return store;
  }
}

/** @returns null when the file was removed meanwhile and it may be tried again */
async function openFile(file: string, options: StoreOptions, mayTryAgain: boolean): Promise<Store | null> {
  const { onStatement, clock = systemClock, busyDeadlineMs = BUSY_DEADLINE_MS } = options;
  let connection: Connection | undefined;
  let identity: number | null = null;
  try {
    prepareFile(file);
    identity = identityOf(file);
    const opened = new Connection(file, { readonly: false, onStatement });
    opened.busyDeadlineMs = busyDeadlineMs;
    connection = opened;
    const recorded = await retryWhileBusy(() => recordedMigrations(opened, file), OPEN_DEADLINE_MS);
    const unknown = unknownMigrations(recorded);
    if (unknown.length > 0) throw storeNewerThanProgram(file, unknown);
    await opened.useWriteAheadLog(OPEN_DEADLINE_MS);
    const [first] = pendingMigrations(recorded);
    if (first !== undefined) await migrated(opened, file, recorded, first, options.onMigrated);
    teachPseudonyms(opened);
    if (options.pseudonymise === true && (await keepPseudonyms(opened))) await removeTraces(file);
    return new SqliteStore({ file, clock, onStatement, connection: opened });
  } catch (thrown) {
    // Asked while it is open: until then no other file can get its number. SQLite has several errors for a file that is gone.
    const isRemoved = identity !== null && identityOf(file) !== identity;
    if (connection?.isOpen === true) connection.close();
    if (isRemoved && mayTryAgain) return null;
    throw openingTrouble(thrown, file);
  }
}

async function migrated(
  connection: Connection,
  file: string,
  recorded: readonly string[],
  first: string,
  onMigrated: StoreOptions['onMigrated'],
): Promise<void> {
  const backup = await keepCopyBefore(connection, file, recorded, first);
  const { createOrm } = await import('./orm.ts');
  // Never closed: that would close the connection, which belongs to the store.
  const orm = await createOrm(connection, file);
  const ran = await migrate(orm, connection, file);
  if (recorded.length > 0 && ran.length > 0) onMigrated?.({ ran, backup });
}
