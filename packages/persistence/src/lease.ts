import { type Clock, type EpochMs, SECOND_MS, systemClock, TestioError, toIso } from '@testio-mcp/domain';
import type { Selectable } from 'kysely';
import type { StoreTables } from './schema/tables.ts';
import type { ReadScope, WriteScope } from './store.ts';

/** How long a lease holds after its last heartbeat, in milliseconds. */
export const LEASE_TTL_MS = 15 * SECOND_MS;
/** Milliseconds between two heartbeats: a holder may miss one and is not robbed yet. */
export const LEASE_HEARTBEAT_MS = 5 * SECOND_MS;

const SYNC = 'sync';
/** Stands in `expires_at` of a lease that was given back. */
const RELEASED = 0;

/** The right to sync into a store, as its holder has it. */
export interface Lease {
  readonly owner: string;
  /** The fence: grows with every change of hands, and is never given twice. */
  readonly token: number;
}

/** Who holds the lease at present. */
export interface LeaseHolder extends Lease {
  readonly acquiredAt: EpochMs;
  readonly heartbeatAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface LeaseTiming {
  /** Always the machine's, never that of answers: processes compare their instants. Another one is for tests. */
  readonly clock?: Clock | undefined;
  /** How long the lease holds without a heartbeat, in milliseconds. Fifteen seconds by default. */
  readonly ttlMs?: number | undefined;
}

/**
 * Takes the lease if nobody holds it: one statement, so that of several that try at once one succeeds. The lease of a holder
 * that died is free once it has expired.
 *
 * @param owner says to people who it is; it need not be unique
 * @returns null when somebody else holds it
 */
export async function acquireLease(
  { db }: WriteScope,
  owner: string,
  { clock = systemClock, ttlMs = LEASE_TTL_MS }: LeaseTiming = {},
): Promise<Lease | null> {
  const now = clock.now();
  const terms = { owner, acquired_at: now, heartbeat_at: now, expires_at: now + ttlMs };
  const row = await db
    .insertInto('sync_lease')
    .values({ name: SYNC, token: 1, ...terms })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((eb) => ({ ...terms, token: eb('sync_lease.token', '+', 1) }))
        .where((eb) =>
          eb.or([
            eb('sync_lease.expires_at', '<=', now),
            // A heartbeat in the future: the clock was set back, and without this nobody could sync until it catches up.
            eb('sync_lease.heartbeat_at', '>', now + ttlMs),
          ]),
        ),
    )
    .returning('token')
    .executeTakeFirst();
  return row === undefined ? null : { owner, token: row.token };
}

/**
 * Confirms that the lease is still held, and makes it hold for its full time again. It is the heartbeat, and the fence: as
 * the first statement of a transaction it makes sure that one who lost the lease writes nothing.
 *
 * A lease that expired but was taken by nobody is held on.
 *
 * @throws TestioError `lease_lost`
 */
export async function renewLease(
  { db }: WriteScope,
  lease: Lease,
  { clock = systemClock, ttlMs = LEASE_TTL_MS }: LeaseTiming = {},
): Promise<void> {
  const now = clock.now();
  const { numUpdatedRows } = await db
    .updateTable('sync_lease')
    .set({ heartbeat_at: now, expires_at: now + ttlMs })
    .where('name', '=', SYNC)
    .where('owner', '=', lease.owner)
    .where('token', '=', lease.token)
    .where('expires_at', '>', RELEASED)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw leaseLost();
}

/** Gives the lease back. Does nothing when somebody else has it by now. */
export async function releaseLease({ db }: WriteScope, lease: Lease): Promise<void> {
  // The row stays, because its token must not begin anew.
  await db
    .updateTable('sync_lease')
    .set({ expires_at: RELEASED })
    .where('name', '=', SYNC)
    .where('owner', '=', lease.owner)
    .where('token', '=', lease.token)
    .execute();
}

/** Who holds the lease; null when it is free, also because its holder let it expire. */
export async function readLeaseHolder(
  { db }: ReadScope,
  { clock = systemClock, ttlMs = LEASE_TTL_MS }: LeaseTiming = {},
): Promise<LeaseHolder | null> {
  const now = clock.now();
  const row = await db
    .selectFrom('sync_lease')
    .selectAll()
    .where('name', '=', SYNC)
    .where('expires_at', '>', now)
    .where('heartbeat_at', '<=', now + ttlMs)
    .executeTakeFirst();
  return row === undefined ? null : holderOf(row);
}

/** A lease that expired without having been given back: its holder was killed, or its machine slept. Null otherwise. */
export async function readLapsedLease(
  { db }: ReadScope,
  { clock = systemClock }: LeaseTiming = {},
): Promise<LeaseHolder | null> {
  const row = await db
    .selectFrom('sync_lease')
    .selectAll()
    .where('name', '=', SYNC)
    .where('expires_at', '>', RELEASED)
    .where('expires_at', '<=', clock.now())
    .executeTakeFirst();
  return row === undefined ? null : holderOf(row);
}

/** Somebody else holds the lease, or took it this very moment (null). */
export function syncInProgress(holder: LeaseHolder | null): TestioError {
  const who = holder === null ? 'Another process' : `Another process, ${holder.owner},`;
  const since = holder === null ? '' : ` since ${toIso(holder.acquiredAt)}`;
  return new TestioError({
    kind: 'busy',
    code: 'sync_in_progress',
    message: `${who} has been syncing this store${since}.`,
    next: 'Wait until it has ended, or try with a time to wait (--wait SECONDS). Questions are answered meanwhile.',
    retryable: true,
  });
}

/** The fence of the latest lease, whether it is held or not; 0 before the first one. It tells whether anybody synced since. */
export async function readLeaseToken({ db }: ReadScope): Promise<number> {
  const row = await db.selectFrom('sync_lease').select('token').where('name', '=', SYNC).executeTakeFirst();
  return row?.token ?? 0;
}

function holderOf(row: Selectable<StoreTables['sync_lease']>): LeaseHolder {
  return {
    owner: row.owner,
    token: row.token,
    acquiredAt: row.acquired_at,
    heartbeatAt: row.heartbeat_at,
    expiresAt: row.expires_at,
  };
}

function leaseLost(): TestioError {
  return new TestioError({
    kind: 'busy',
    code: 'lease_lost',
    message: 'This process was silent for too long, so another one took over the right to sync.',
    next: 'Nothing is broken: what was written before is kept. Sync again if the other sync did not cover it.',
    retryable: true,
  });
}
