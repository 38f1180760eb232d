import type { EpochMs } from '@testio-mcp/domain';
import type { Kysely } from 'kysely';
import type { StoreTables } from './schema/tables.ts';

/** What a read may do: typed queries against one consistent snapshot. */
export interface ReadScope {
  readonly db: Kysely<StoreTables>;
}

/** What a write may do: typed queries inside one transaction that holds the write lock from its start. */
export interface WriteScope {
  readonly db: Kysely<StoreTables>;
  /** One instant for the whole transaction: what `first_seen_at`, stamps and tombstones are written with. */
  readonly now: EpochMs;
}

/**
 * The local copy of one customer's account.
 *
 * Units of work are callbacks and do not nest: inside one, pass the scope on; calling `read`, `write` or `close` there
 * throws TestioError `nested_unit_of_work`. Reads run one after another, and so do writes; a unit must not wait for the
 * network or for people. A scope is of no use once its unit has ended.
 */
export interface Store {
  readonly file: string;
  /** Units of work that were begun and have not ended, those waiting for their turn included. */
  readonly unitsInFlight: number;
  /** Runs `fn` in a read-only transaction: every query inside sees the same state. */
  read<T>(fn: (scope: ReadScope) => Promise<T>): Promise<T>;
  /**
   * Runs `fn` in an immediate transaction: all of it is committed, or none.
   *
   * @throws TestioError `store_busy` when another process keeps the store locked for more than five seconds
   */
  write<T>(fn: (scope: WriteScope) => Promise<T>): Promise<T>;
  /** Another number after each commit, whoever wrote, in this process or another one. Costs microseconds. */
  version(): Promise<number>;
  /** Bytes that the store takes on disk: the file and its write-ahead log. */
  sizeBytes(): Promise<number>;
  /** Ends all connections. Waits for units of work that are still running; later ones throw `store_closed`. */
  close(): Promise<void>;
}
