import { personId } from '@testio-mcp/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  acquireLease,
  LEASE_HEARTBEAT_MS,
  LEASE_TTL_MS,
  type Lease,
  type LeaseTiming,
  readLeaseHolder,
  releaseLease,
  renewLease,
} from '../src/lease.ts';
import type { Store } from '../src/store.ts';
import { count, type HandClock, handClock, tempStore } from './temp-store.ts';

const TTL = 15_000;

/** One process's view of the lease. */
function party(store: Store, timing: LeaseTiming) {
  return {
    acquire: (owner: string) => store.write((scope) => acquireLease(scope, owner, timing)),
    renew: (lease: Lease) => store.write((scope) => renewLease(scope, lease, timing)),
    release: (lease: Lease) => store.write((scope) => releaseLease(scope, lease)),
    holder: () => store.read((scope) => readLeaseHolder(scope, timing)),
    write: (lease: Lease, name: string) =>
      store.write(async (scope) => {
        await renewLease(scope, lease, timing);
        const person = { id: personId('tester', name), kind: 'tester', name, first_seen_at: scope.now } as const;
        await scope.db.insertInto('people').values(person).execute();
      }),
  };
}

async function two(): Promise<{
  clock: HandClock;
  first: ReturnType<typeof party>;
  second: ReturnType<typeof party>;
  store: Store;
}> {
  const clock = handClock(1_000_000);
  const store = await tempStore();
  const other = await tempStore({ file: store.file });
  return { clock, store, first: party(store, { clock }), second: party(other, { clock }) };
}

function taken(lease: Lease | null): Lease {
  if (lease === null) throw new Error('the lease is not free');
  return lease;
}

test('a lease holds fifteen seconds, three times its heartbeat', () => {
  expect(LEASE_TTL_MS).toBe(15_000);
  expect(LEASE_HEARTBEAT_MS).toBe(5_000);
});

test('one takes it, the other finds it taken and sees by whom', async () => {
  const { clock, first, second } = await two();
  expect(await second.holder()).toBeNull();
  const lease = taken(await first.acquire('cli (process 1)'));
  expect(await second.acquire('server (process 2)')).toBeNull();
  expect(await second.holder()).toEqual({
    owner: 'cli (process 1)',
    token: lease.token,
    acquiredAt: 1_000_000,
    heartbeatAt: 1_000_000,
    expiresAt: 1_000_000 + TTL,
  });
  clock.set(1_004_000);
  await first.renew(lease);
  expect(await second.holder()).toMatchObject({ acquiredAt: 1_000_000, heartbeatAt: 1_004_000, expiresAt: 1_019_000 });
});

test('a lease that is given back is free at once, and its old holder can do nothing with it', async () => {
  const { first, second, store } = await two();
  const lease = taken(await first.acquire('a'));
  await first.release(lease);
  expect(await first.holder()).toBeNull();
  await expect(first.renew(lease)).rejects.toMatchObject({ code: 'lease_lost' });
  await expect(first.write(lease, 'late')).rejects.toMatchObject({ code: 'lease_lost' });
  expect(await count(store, 'people')).toBe(0);
  expect(taken(await second.acquire('b')).token).toBeGreaterThan(lease.token);
});

test('it is taken over only after it has expired, and then the loser writes nothing', async () => {
  const { clock, first, second, store } = await two();
  const lease = taken(await first.acquire('a'));
  clock.set(1_000_000 + TTL - 1);
  expect(await second.acquire('b')).toBeNull();
  clock.set(1_000_000 + TTL);
  const next = taken(await second.acquire('b'));
  await expect(first.write(lease, 'from a')).rejects.toMatchObject({ code: 'lease_lost', kind: 'busy' });
  await first.release(lease);
  expect(await second.holder()).toMatchObject({ owner: 'b', token: next.token });
  await second.write(next, 'from b');
  expect(await count(store, 'people')).toBe(1);
});

test('the same owner text does not make one who lost the lease its holder again', async () => {
  const { clock, first, second } = await two();
  const lease = taken(await first.acquire('same'));
  clock.set(1_000_000 + TTL);
  taken(await second.acquire('same'));
  await expect(first.renew(lease)).rejects.toMatchObject({ code: 'lease_lost' });
});

test('an expired lease that nobody took is held on, by its heartbeat or by a write', async () => {
  const { clock, first, second } = await two();
  const lease = taken(await first.acquire('a'));
  clock.set(1_000_000 + 10 * TTL);
  await first.write(lease, 'from a');
  expect(await second.acquire('b')).toBeNull();
  clock.set(1_000_000 + 20 * TTL);
  await first.renew(lease);
  expect(await second.acquire('b')).toBeNull();
});

test('a clock that was set back by hours does not lock everybody out', async () => {
  const { clock, first, second } = await two();
  taken(await first.acquire('killed'));
  clock.set(1_000_000 - 3 * TTL);
  expect(await second.holder()).toBeNull();
  expect(await second.acquire('b')).not.toBeNull();
});

test('a lease is on the clock it is given, whatever the clock of the store says', async () => {
  const store = await tempStore({ clock: { now: () => 5 } });
  const before = Date.now();
  taken(await store.write((scope) => acquireLease(scope, 'a')));
  const holder = await store.read((scope) => readLeaseHolder(scope));
  expect(holder?.acquiredAt).toBeGreaterThanOrEqual(before);
});

const OWNERS = ['a', 'b', 'c', 'd'] as const;
const step = fc.record({
  who: fc.constantFrom(...OWNERS),
  what: fc.constantFrom('acquire', 'renew', 'write', 'release'),
  passes: fc.oneof(fc.constantFrom(0, TTL - 1, TTL), fc.integer({ min: 1, max: 3 * TTL })),
});

test('whatever several owners do, one holds it at a time, and tokens only grow', async () => {
  const store = await tempStore();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await store.write(async ({ db }) => {
        await db.deleteFrom('sync_lease').execute();
        await db.deleteFrom('people').execute();
      });
      const clock = handClock(1_000_000);
      const { acquire, renew, write, release, holder } = party(store, { clock });
      const leases = new Map<string, Lease>();
      const writers: string[] = [];
      let holding: { who: string; until: number } | null = null;
      let lastToken = 0;

      for (const { who, what, passes } of steps) {
        clock.set(clock.now() + passes);
        const now = clock.now();
        const isFree: boolean = holding === null || holding.until <= now;
        const lease = leases.get(who);
        if (what === 'acquire') {
          const got = await acquire(who);
          expect(got !== null).toBe(isFree);
          if (got === null) continue;
          expect(got.token).toBeGreaterThan(lastToken);
          lastToken = got.token;
          leases.set(who, got);
          holding = { who, until: now + TTL };
        } else if (lease !== undefined && what === 'release') {
          await release(lease);
          if (holding?.who === who) holding = null;
        } else if (lease !== undefined) {
          const done = await (what === 'renew' ? renew(lease) : write(lease, `${who} ${writers.length}`)).then(
            () => true,
            () => false,
          );
          expect(done).toBe(holding?.who === who);
          if (done) holding = { who, until: now + TTL };
          if (done && what === 'write') writers.push(who);
        }
        const seen = await holder();
        expect(seen?.owner ?? null).toBe(holding !== null && holding.until > now ? holding.who : null);
      }
      expect(await count(store, 'people')).toBe(writers.length);
    }),
    { numRuns: 40 },
  );
});
