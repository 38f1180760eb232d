import { env } from 'node:process';
import { HOUR_MS, parsePeriod } from '@testio-mcp/domain';
import { inspectStore, listOpenFailures, type Store } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { runSync, type SyncOptions } from '../../src/index.ts';
import { clientOf, emptyStore, sandboxOf } from '../harness.ts';
import { Dice, History, type Manners, randomFault } from '../random-history.ts';
import { type Contents, contentsOf, hashOf } from '../store-contents.ts';
import { withoutOldTests } from '../without-old-tests.ts';

/** How many histories are played, and the seed of the first. */
const HISTORIES = Number(env.HISTORIES ?? 30);
const FIRST_SEED = Number(env.HISTORIES_SEED ?? 20_260_317);
const ROUNDS = 4;

/** How a history ends: with what edits before, and with which last sync. */
const ENDINGS = [
  { name: 'incremental after a day', manners: 'plausible', mode: 'incremental', hours: 24, curesAll: true },
  { name: 'incremental after a month', manners: 'wild', mode: 'incremental', hours: 31 * 24, curesAll: true },
  { name: 'full', manners: 'wild', mode: 'full', hours: 1, curesAll: true },
  { name: 'incremental at once', manners: 'lively', mode: 'incremental', hours: 1, curesAll: true },
  { name: 'incremental with unreadable tests', manners: 'plausible', mode: 'incremental', hours: 24, curesAll: false },
] as const;

const seeds = Array.from({ length: HISTORIES }, (_, index) => FIRST_SEED + index);
process.stderr.write(`histories: ${HISTORIES}, seeds from ${FIRST_SEED}\n`);

/** Limits of age that a history with limits is synced under. Longer than it takes, so that no test is too old by when it was first seen. */
const LIMITS = [40, 90, 200, null, undefined] as const;

test.each(seeds)('history %i ends equal to a fresh copy', { timeout: 120_000 }, (seed) => play(seed, false));

/** Every third of them, which is every ending in turn. */
const limitedSeeds = seeds.filter((_, index) => index % 3 === 0);

test.each(limitedSeeds)(
  'history %i under limits of age ends equal to a fresh copy without what is too old',
  { timeout: 120_000 },
  (seed) => play(seed, true),
);

/** Plays a history; with limits, each sync is asked for another one. */
async function play(seed: number, hasLimits: boolean): Promise<void> {
  const dice = new Dice(seed);
  const ending = ENDINGS[seed % ENDINGS.length] ?? ENDINGS[0];
  const rig = await rigFor(seed);
  const history = new History(rig.sandbox, dice, ending.manners satisfies Manners);
  history.lengthen(rig.sandbox.state().ids.products[0] ?? 0, 40 + dice.below(70));
  const isLively = ending.manners === 'lively';
  // What a limit let go comes back when its list is read whole, which no incremental sync does at once.
  const limitOf = (other: Dice) => (!hasLimits ? undefined : isLively ? 90 : other.pick(LIMITS));
  const limits = new Dice(seed + 1);
  if (isLively) {
    rig.cureAll();
    await rig.trySync({ mode: 'incremental' }, { cancelAfter: null, killAfter: null, limit: limitOf(limits) });
  }
  history.begin();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let edits = dice.below(12); edits > 0; edits -= 1) await history.step();
    if (dice.chance(0.4)) rig.sandbox.addFaults([randomFault(dice), randomFault(dice)]);
    const end = dice.chance(0.3) ? dice.below(60) : null;
    const isKilled = dice.chance(0.5);
    await rig.trySync(randomOptions(dice, rig.now(), rig.sandbox.state().ids.products), {
      cancelAfter: isKilled ? null : end,
      killAfter: isKilled ? end : null,
      limit: limitOf(limits),
    });
    rig.sandbox.clearFaults();
    rig.pass(isLively ? dice.below(5) * HOUR_MS : dice.below(30) * HOUR_MS);
  }
  if (ending.curesAll) rig.cureAll();
  rig.pass(ending.hours * HOUR_MS);
  const last = await runSync({ ...rig.deps, retentionDays: limitOf(limits) }, { trigger: 'test', mode: ending.mode });
  // What one test answers when it is read alone is not what the list says of it, so the answer is kept from the list.
  const contents = (store: Store) => contentsOf(store, { withTestAnswers: !isLively });
  const copy = await contents(rig.deps.store);
  const { retention } = await inspectStore(rig.deps.store.file);
  const fresh = { ...rig.deps, store: await emptyStore(rig.deps.clock) };
  const first = await runSync(fresh, { trigger: 'test', mode: 'full' });
  const wanted = withoutOldTests(await contents(fresh.store), retention.days, rig.now());
  expect(last.status, ending.name).toBe(first.status);
  if (ending.curesAll) {
    expect(last.status).toBe('completed');
    expect(differences(copy, wanted), ending.name).toEqual([]);
    expect(hashOf(copy)).toBe(hashOf(wanted));
    expect(await rig.deps.store.read((scope) => listOpenFailures(scope))).toEqual([]);
    return;
  }
  // What cannot be read is kept as it was, and so is what may hide behind it.
  const keeping = new Set(last.failures.map((failure) => failure.product_id));
  const extra = differences(copy, wanted).filter(({ side }) => side === 'missing');
  expect(extra, ending.name).toEqual([]);
  const kept = idsOf(copy, 'tests').filter(({ id }) => !idsOf(wanted, 'tests').some((one) => one.id === id));
  expect(kept.filter((one) => !keeping.has(one.productId))).toEqual([]);
}

/** After how many steps or commits a sync ends early; null: never. */
interface Ends {
  readonly cancelAfter: number | null;
  readonly killAfter: number | null;
  /** Days for which tests are kept. */
  readonly limit: number | null | undefined;
}

/** A store that after some commits takes nothing more: what is in the file then is all that a killed process leaves. */
function dyingStore(store: Store, commits: number): Store {
  let left = commits;
  return Object.assign(Object.create(store) as Store, {
    file: store.file,
    read: (work: Parameters<Store['read']>[0]) => store.read(work),
    write: async (work: Parameters<Store['write']>[0]) => {
      if (left <= 0) throw new Error('The process was killed.');
      left -= 1;
      return store.write(work);
    },
  });
}

async function rigFor(seed: number) {
  const sandbox = await sandboxOf({ size: 'small', seed });
  let now = Date.parse(sandbox.now);
  const clock = { now: () => now++ };
  const deps = { store: await emptyStore(clock), api: clientOf(sandbox), clock };
  // Whoever comes after a killed run shall not have to wait for its lease, not even for a millisecond of the machine's clock.
  const lease = { ttlMs: 0, heartbeatMs: 60_000 };
  return {
    sandbox,
    deps,
    now: () => now,
    cureAll: () => sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id }))),
    pass: (ms: number) => {
      now += ms;
    },
    /** A sync that may fail or, after some steps or commits, be cancelled or killed. */
    async trySync(options: Partial<SyncOptions>, { cancelAfter, killAfter, limit: retentionDays }: Ends) {
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) => {
        if (cancelAfter !== null && done >= cancelAfter) controller.abort();
      };
      const store = killAfter === null ? deps.store : dyingStore(deps.store, killAfter);
      const mortal = { ...deps, store, lease, retentionDays };
      await runSync(mortal, { trigger: 'test', ...options, signal: controller.signal, onProgress }).catch(() => null);
    },
  };
}

function randomOptions(dice: Dice, now: number, productIds: readonly number[]): Partial<SyncOptions> {
  const roll = dice.next();
  if (roll < 0.65) return { mode: 'incremental' };
  if (roll < 0.75) return { mode: 'full' };
  if (roll < 0.9) return { mode: 'incremental', since: parsePeriod('since 60 days ago', { now, timeZone: 'UTC' }) };
  return { mode: 'incremental', productIds: productIds.filter(() => dice.chance(0.5)).slice(0, 3) };
}

/** Rows of one side only, shortened, a few of each table. */
function differences(copy: Contents, wanted: Contents) {
  return Object.keys(wanted).flatMap((table) => {
    const [have, want] = [copy[table] ?? [], wanted[table] ?? []];
    const [haveSet, wantSet] = [new Set(have), new Set(want)];
    const short = (rows: string[], side: 'extra' | 'missing') =>
      rows.slice(0, 2).map((row) => ({ table, side, count: rows.length, row: row.slice(0, 4_000) }));
    return [
      ...short(
        have.filter((row) => !wantSet.has(row)),
        'extra',
      ),
      ...short(
        want.filter((row) => !haveSet.has(row)),
        'missing',
      ),
    ];
  });
}

function idsOf(contents: Contents, table: string): { id: number; productId: number }[] {
  return (contents[table] ?? []).map((row) => {
    const { id, product_id: productId }: { id: number; product_id: number } = JSON.parse(row);
    return { id, productId };
  });
}
