import { HOUR_MS, MINUTE_MS, TestioError } from '@testio-mcp/domain';
import { acquireLease, finishRun, type Store, saveProducts, startRun } from '@testio-mcp/persistence';
import { expect, onTestFinished, test } from 'vitest';
import {
  type BackgroundEvent,
  type BackgroundOptions,
  runSync,
  type SyncRunRecord,
  startBackground,
} from '../src/index.ts';
import { clientOf, emptyStore, sandboxOf } from './harness.ts';

const START = Date.UTC(2026, 2, 17);

type Ending = 'completed' | 'partial' | 'failed' | 'outage' | TestioError;

/** A background whose time is moved by hand, over a real store. Syncs only write their run, ended as told. */
async function rigOf(options: Partial<BackgroundOptions> & { store?: Store; endings?: Ending[] } = {}) {
  let now = START;
  const clock = { now: () => now };
  const store = options.store ?? (await emptyStore(clock));
  const endings = options.endings ?? [];
  const syncs: { at: number; productIds: readonly number[] | null }[] = [];
  const events: BackgroundEvent[] = [];
  const pauses: number[] = [];
  let wake: (() => void) | undefined;
  let asleep = Promise.withResolvers<void>();

  /** Writes a run as any process might. */
  async function run(
    productIds: readonly number[] | null,
    ending: Exclude<Ending, TestioError>,
    endedAt = now,
  ): Promise<SyncRunRecord> {
    const error = ending === 'outage' ? outage.report() : null;
    const status = ending === 'outage' ? 'partial' : ending;
    const end = { status, requests: 0, rowsWritten: 0, error } as const;
    const at = new Date(now).toISOString();
    const id = await store.write(async (scope) => {
      const run = await startRun(scope, { mode: 'full', trigger: 'test', productIds });
      await finishRun(scope, run, end);
      // The store may have a clock of its own.
      await scope.db.updateTable('sync_runs').set({ finished_at: endedAt }).where('id', '=', run).execute();
      return run;
    });
    const figures = { requests: 0, rows_written: 0, duration_ms: 0, outcomes: [], failures: [] };
    return { id, status, mode: 'full', started_at: at, finished_at: at, ...figures, error };
  }

  const background = startBackground({
    store,
    clock,
    productIds: null,
    intervalMs: HOUR_MS,
    random: () => 0.5,
    async sync(productIds) {
      syncs.push({ at: now - START, productIds });
      const ending = endings.shift() ?? 'completed';
      if (ending instanceof TestioError) throw ending;
      return run(productIds, ending);
    },
    onEvent: (event) => events.push(event),
    pause: (ms, signal) =>
      new Promise((resolve, reject) => {
        pauses.push(ms);
        wake = () => {
          now += ms;
          resolve(undefined);
        };
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        asleep.resolve();
      }),
    ...options,
  });
  onTestFinished(() => background.stop());

  return {
    store,
    background,
    syncs,
    events,
    pauses,
    run,
    /** Resolves when the loop pauses. */
    paused: () => asleep.promise,
    /** Lets the pause pass and the cycle after it run, so many times. */
    async pass(times = 1) {
      for (let n = 0; n < times; n += 1) {
        await asleep.promise;
        asleep = Promise.withResolvers();
        wake?.();
        await asleep.promise;
      }
    },
  };
}

const outage = new TestioError({ kind: 'network', code: 'api_outage', message: 'The host is down.' });
const inProgress = new TestioError({ kind: 'busy', code: 'sync_in_progress', message: 'Somebody else is syncing.' });

/** A store with two products: a test of the first is locked, one of the second is in `status`. */
async function storeWith(status: string, startAt = START - HOUR_MS): Promise<Store> {
  const store = await emptyStore({ now: () => START });
  const products = [1, 2].map((id) => ({ ...PRODUCT, id, sections: [], sectionsWithDefault: [] }));
  await store.write(async (scope) => {
    await saveProducts(scope, products, { complete: true });
    for (const { id } of products) {
      await scope.db
        .insertInto('tests')
        .columns([
          'id',
          'product_id',
          'status',
          'start_at',
          'end_at',
          'first_seen_at',
          'change_number',
          ...JSON_COLUMNS,
        ])
        .expression((eb) =>
          eb
            .selectFrom('products')
            .where('id', '=', id)
            .select([
              'id as test',
              'id',
              eb.val(id === ACTIVE ? status : 'locked').as('status'),
              eb.val(startAt).as('start'),
              eb.val(startAt + 3 * HOUR_MS).as('end'),
              eb.val(START).as('seen'),
              eb.val(1).as('change'),
              eb.val('[]').as('types'),
              eb.val('{}').as('raw'),
            ]),
        )
        .execute();
    }
  });
  return store;
}

const ACTIVE = 2;
const JSON_COLUMNS = ['allowed_bug_types', 'raw_json'] as const;
const PRODUCT = { title: null, description: null, type: null, defaultSectionId: null, connection: null };

test('a store that was never synced is synced at start, and once an interval when nothing runs', async () => {
  const { syncs, events, pauses, pass, paused } = await rigOf();
  await paused();
  await pass(2);
  expect(syncs).toEqual([0, HOUR_MS, 2 * HOUR_MS].map((at) => ({ at, productIds: null })));
  expect(pauses).toEqual([HOUR_MS, HOUR_MS, HOUR_MS]);
  expect(events[0]).toMatchObject({ kind: 'begun', plan: { why: 'never_synced' } });
  expect(events[2]).toMatchObject({ kind: 'begun', plan: { why: 'stale' } });
});

test('a store that another process keeps fresh is left alone', async () => {
  const store = await emptyStore({ now: () => START });
  const { syncs, run, pass, paused, pauses } = await rigOf({ store, headStartMs: 1_000 });
  await paused();
  await run(null, 'partial');
  await pass();
  expect(syncs).toEqual([]);
  await run(null, 'completed', START + HOUR_MS / 2);
  await pass();
  expect(syncs).toEqual([]);
  expect(pauses).toEqual([1_000, HOUR_MS - 1_000, HOUR_MS / 2]);
});

test('forced, it syncs a fresh store too, and only once unless it repeats', async () => {
  const store = await emptyStore({ now: () => START });
  const { syncs, run, pass, paused, background, events } = await rigOf({
    store,
    headStartMs: 1,
    force: true,
    repeat: false,
    intervalMs: 0,
  });
  await paused();
  await run(null, 'completed');
  const ended = new Promise<void>((resolve) => {
    const seen = () => (events.at(-1)?.kind === 'synced' ? resolve() : void setImmediate(seen));
    seen();
  });
  void pass();
  await ended;
  await background.stop();
  expect(syncs).toEqual([{ at: 1, productIds: null }]);
  expect(events[0]).toMatchObject({ kind: 'begun', plan: { why: 'forced' } });
});

test('products with running tests are synced four times as often, the others once an interval', async () => {
  const store = await storeWith('running');
  const { syncs, pass, paused } = await rigOf({ store });
  await paused();
  await pass(4);
  const quarters = (n: number) => (n * HOUR_MS) / 4;
  expect(syncs).toEqual([
    { at: 0, productIds: null },
    { at: quarters(1), productIds: [ACTIVE] },
    { at: quarters(2), productIds: [ACTIVE] },
    { at: quarters(3), productIds: [ACTIVE] },
    { at: quarters(4), productIds: null },
  ]);
});

test.each([
  ['waiting', START - HOUR_MS, true],
  ['waiting', START + 2 * HOUR_MS, false],
  ['waiting', START - 9 * HOUR_MS, false],
  ['locked', START - HOUR_MS, false],
])('a test last seen as %s that starts at %d counts as running: %s', async (status, startAt, counts) => {
  const { pauses, paused } = await rigOf({ store: await storeWith(status, startAt) });
  await paused();
  expect(pauses).toEqual([counts ? HOUR_MS / 4 : HOUR_MS]);
});

test('it does not sync running tests more often than every five minutes, nor less than the interval asks', async () => {
  const store = await storeWith('running');
  const short = await rigOf({ store, intervalMs: 10 * MINUTE_MS });
  await short.paused();
  await short.pass();
  await short.background.stop();
  expect(short.pauses).toEqual([5 * MINUTE_MS, 5 * MINUTE_MS]);
  expect(short.syncs[1]).toEqual({ at: 5 * MINUTE_MS, productIds: [ACTIVE] });

  const shorter = await rigOf({ intervalMs: MINUTE_MS });
  await shorter.paused();
  await shorter.pass();
  expect(shorter.pauses).toEqual([MINUTE_MS, MINUTE_MS]);
});

test.each([
  [0, 0.9],
  [1, 1.1],
])('a pause varies by a tenth (random %d) and what it is waited for is done then', async (random, factor) => {
  const store = await storeWith('running');
  const { pauses, syncs, pass, paused } = await rigOf({ store, random: () => random });
  await paused();
  await pass();
  expect(pauses[0]).toBe(Math.round((HOUR_MS / 4) * factor));
  expect(syncs).toHaveLength(2);
});

test('a pause is never longer than the interval', async () => {
  const { pauses, paused } = await rigOf({ random: () => 1 });
  await paused();
  expect(pauses).toEqual([HOUR_MS]);
});

test('after three failures in a row pauses double up to the interval, which is said; a success closes the circuit', async () => {
  const endings: Ending[] = ['failed', 'outage', outage, 'failed', 'failed', 'failed', 'failed', 'completed'];
  const { pauses, events, pass, paused, background } = await rigOf({ endings });
  await paused();
  await pass();
  expect(background).toMatchObject({ failures: 2, isOpen: false });
  await pass();
  expect(background).toMatchObject({ failures: 3, isOpen: true });
  await pass(5);
  expect(pauses.map((ms) => ms / MINUTE_MS)).toEqual([5, 5, 10, 20, 40, 60, 60, 60]);
  const failed = events.filter((event) => event.kind === 'failed');
  expect(failed.map(({ failures, isOpen }) => [failures, isOpen])).toEqual([
    [1, false],
    [2, false],
    [3, true],
    [4, true],
    [5, true],
    [6, true],
    [7, true],
  ]);
  expect(failed[2]).toMatchObject({ error: { code: 'api_outage' }, pauseMs: 10 * MINUTE_MS });
  expect(background).toMatchObject({ failures: 0, isOpen: false });
});

test('a process that does not get the lease skips the cycle, which is no failure', async () => {
  const { events, pass, paused, pauses, background } = await rigOf({ endings: [inProgress, inProgress, inProgress] });
  await paused();
  await pass(2);
  expect(events.filter((event) => event.kind === 'busy')).toHaveLength(3);
  expect(background.failures).toBe(0);
  expect(pauses).toEqual(Array(3).fill(5 * MINUTE_MS));
});

test('a product with running tests that is gone from the account makes it sync everything', async () => {
  const store = await storeWith('running');
  const gone = new TestioError({ kind: 'validation', code: 'unknown_product', message: 'No such product.' });
  const { syncs, pass, paused } = await rigOf({ store, endings: ['completed', gone, 'completed'] });
  await paused();
  await pass();
  expect(syncs.map(({ productIds }) => productIds)).toEqual([null, [ACTIVE], null]);
});

test('configured products are fresh once a run covered them all', async () => {
  const store = await emptyStore({ now: () => START });
  const { run, syncs, pass, paused } = await rigOf({ store, productIds: [1, 2], headStartMs: 1 });
  await paused();
  await run([1], 'completed');
  await pass();
  expect(syncs).toHaveLength(1);
  const other = await rigOf({ store, productIds: [1, 2], headStartMs: 1 });
  await other.paused();
  await other.run([1, 2, 3], 'completed');
  await other.pass();
  expect(other.syncs).toEqual([]);
});

test('stopping ends a pause at once', async () => {
  const { background, paused, syncs } = await rigOf();
  await paused();
  await background.stop();
  expect(syncs).toHaveLength(1);
});

test('stopping cancels a real sync in the middle, which is recorded, and frees the lease', async () => {
  const sandbox = await sandboxOf();
  const store = await emptyStore();
  const api = clientOf(sandbox);
  const clock = { now: () => Date.now() };
  sandbox.addFaults([{ match: { path: '/bugs' }, fault: 'slow:60000' }]);
  const underWay = Promise.withResolvers<void>();
  const background = startBackground({
    store,
    clock,
    productIds: null,
    intervalMs: HOUR_MS,
    sync: (_, signal) =>
      runSync(
        { store, clock, api },
        { trigger: 'server', signal, onProgress: ({ done }) => done >= 5 && underWay.resolve() },
      ),
  });
  await underWay.promise;
  await background.stop();
  const runs = await store.read(({ db }) => db.selectFrom('sync_runs').select('status').execute());
  expect(runs).toEqual([{ status: 'cancelled' }]);
  expect(await store.write((scope) => acquireLease(scope, 'next'))).not.toBeNull();
});

test('tells when the next cycle begins', async () => {
  const { background, pass, paused } = await rigOf();
  await paused();
  expect(background.nextAt).toBe(START + HOUR_MS);
  await pass();
  expect(background.nextAt).toBe(START + 2 * HOUR_MS);
  await background.stop();
  expect(background.nextAt).toBeNull();
});
