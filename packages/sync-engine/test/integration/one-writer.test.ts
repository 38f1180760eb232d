import { setTimeout as pause } from 'node:timers/promises';
import {
  acquireLease,
  type Lease,
  readLeaseHolder,
  releaseLease,
  type Store,
  type StoreTables,
  type WriteScope,
} from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { runSync } from '../../src/index.ts';
import { idsIn, rigOf } from '../harness.ts';

/** Takes the lease as another process would. */
async function heldByAnother(store: Store): Promise<Lease> {
  const lease = await store.write((scope) => acquireLease(scope, 'cli (process 42 on desk)'));
  if (lease === null) throw new Error('the lease is not free');
  return lease;
}

const giveBack = (store: Store, lease: Lease) => store.write((scope) => releaseLease(scope, lease));
const holder = (store: Store) => store.read((scope) => readLeaseHolder(scope));

const TABLES = ['products', 'tests', 'bugs', 'features', 'sync_runs', 'sync_outcomes', 'sync_failures'] as const;

async function contents({ db }: WriteScope | Parameters<Parameters<Store['read']>[0]>[0]): Promise<unknown> {
  const rows: Record<string, unknown> = {};
  for (const table of [...TABLES, 'test_freshness', 'product_freshness'] satisfies (keyof StoreTables)[]) {
    rows[table] = await db.selectFrom(table).selectAll().execute();
  }
  return rows;
}

/** Takes the lease away from its holder, as if it had been silent too long, and tells what the store held at that moment. */
async function rob(store: Store): Promise<unknown> {
  return store.write(async (scope) => {
    await scope.db.updateTable('sync_lease').set({ expires_at: 1 }).execute();
    const lease = await acquireLease(scope, 'thief');
    expect(lease).not.toBeNull();
    return contents(scope);
  });
}

test('while another process syncs, a run is refused at once, with who and since when, and does nothing', async () => {
  const { store, sandbox, sync } = await rigOf();
  await heldByAnother(store);
  const refusal = await sync().catch((thrown: unknown) => thrown);
  const since = new Date((await holder(store))?.acquiredAt ?? 0).toISOString().slice(0, 19);
  expect(refusal).toMatchObject({ code: 'sync_in_progress', kind: 'busy', retryable: true });
  expect(refusal).toMatchObject({ message: expect.stringContaining('cli (process 42 on desk)') });
  expect(refusal).toMatchObject({ message: expect.stringContaining(since) });
  expect(sandbox.requests()).toEqual([]);
  expect(await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute())).toEqual([]);
});

test('a time to wait that runs out is waited for, then refused', async () => {
  const { store, sync } = await rigOf();
  await heldByAnother(store);
  const began = performance.now();
  await expect(sync({ waitMs: 300 })).rejects.toMatchObject({ code: 'sync_in_progress' });
  expect(performance.now() - began).toBeGreaterThanOrEqual(299);
});

test('waiting ends when the caller gives up', async () => {
  const { store, sync } = await rigOf();
  await heldByAnother(store);
  const controller = new AbortController();
  const waiting = sync({ waitMs: 60_000, signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

test('a caller with patience joins one without, and syncs by itself when that one is refused', async () => {
  const { store, sandbox, sync } = await rigOf();
  const lease = await heldByAnother(store);
  const [impatient, patient] = [sync(), sync({ waitMs: 60_000 })];
  await expect(impatient).rejects.toMatchObject({ code: 'sync_in_progress' });
  await giveBack(store, lease);
  expect((await patient).status).toBe('partial');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});

test('during a run its process is the holder; the lease is free again however the run ended', async () => {
  const { store, sync } = await rigOf();
  const owners = new Set<string | undefined>();
  const asks: Promise<unknown>[] = [];
  const watch = () => asks.push(holder(store).then((seen) => owners.add(seen?.owner)));
  let watched = false;
  await sync({
    onProgress: () => {
      if (!watched) watch();
      watched = true;
    },
  });
  await Promise.all(asks);
  expect([...owners]).toEqual([expect.stringContaining(`test (process ${process.pid} on `)]);
  expect(await holder(store)).toBeNull();

  expect(await sync({ signal: AbortSignal.abort() })).toMatchObject({ status: 'cancelled' });
  expect(await holder(store)).toBeNull();
  await expect(sync({ productIds: [1] })).rejects.toMatchObject({ code: 'unknown_product' });
  expect(await holder(store)).toBeNull();
});

test('a run that is silent for longer than a lease holds keeps it by its heartbeat', async () => {
  const { sandbox, ...deps } = await rigOf();
  const lease = { ttlMs: 500, heartbeatMs: 50 };
  sandbox.addFaults([{ match: { path: '/products', nth: 1 }, fault: 'slow:1500' }]);
  const taken: (Lease | null)[] = [];
  const record = await runSync(
    { ...deps, lease },
    {
      trigger: 'test',
      onProgress: ({ done }) => {
        if (done === 1) void deps.store.write((scope) => acquireLease(scope, 'thief')).then((got) => taken.push(got));
      },
    },
  );
  expect(record).toMatchObject({ status: 'partial', error: null });
  expect(record.duration_ms).toBeGreaterThan(2 * lease.ttlMs);
  expect(taken).toEqual([null]);
});

test('a run that lost its lease ends as failed and writes nothing after that', async () => {
  const { store, sandbox, sync } = await rigOf();
  let left: Promise<unknown> | undefined;
  const record = await sync({
    onProgress: ({ done }) => {
      if (done >= 8) left ??= rob(store);
    },
  });
  expect(record).toMatchObject({ status: 'failed', error: { code: 'lease_lost', kind: 'busy' } });
  expect(await store.read(contents)).toEqual(await left);
  expect(await holder(store)).toMatchObject({ owner: 'thief' });
  expect(await idsIn(store)).not.toEqual(sandbox.state().ids);
});

/** Waits until the run has stored the products, which is all that it can write before the API answers again. */
async function productsStored(store: Store): Promise<void> {
  for (;;) {
    const row = await store.read(({ db }) => db.selectFrom('products').select('id').executeTakeFirst());
    if (row !== undefined) return;
    await pause(5);
  }
}

test('a run that waits for the API learns from its heartbeat that it lost its lease, and ends', async () => {
  const { store, sandbox, ...deps } = await rigOf();
  let left: Promise<unknown> | undefined;
  const record = await runSync(
    { ...deps, store, lease: { heartbeatMs: 50 } },
    {
      trigger: 'test',
      onProgress() {
        if (left !== undefined) return;
        sandbox.addFaults([{ match: {}, fault: 'slow:60000' }]);
        left = productsStored(store).then(() => rob(store));
      },
    },
  );
  expect(record).toMatchObject({ status: 'failed', error: { code: 'lease_lost' } });
  expect(await store.read(contents)).toEqual(await left);
});
