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

/** The local copy of one customer's account. */
export interface Store {
  readonly file: string;
  /** Runs `fn` in a read-only transaction: every query inside sees the same state. */
  read<T>(fn: (scope: ReadScope) => Promise<T>): Promise<T>;
  /** Runs `fn` in an immediate transaction: all of it is committed, or none. */
  write<T>(fn: (scope: WriteScope) => Promise<T>): Promise<T>;
  /** Ends all connections. Waits for units of work that are still running. */
  close(): Promise<void>;
}
