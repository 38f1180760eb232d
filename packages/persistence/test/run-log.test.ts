import { beforeEach, expect, test } from 'vitest';
import { closeFailures, type FailureFacts, failureKey, listOpenFailures, recordFailure } from '../src/failures.ts';
import { finishRun, recordOutcome, repairOrphanedRuns, startRun } from '../src/run-log.ts';
import type { Store } from '../src/store.ts';
import { type HandClock, handClock, tempStore } from './temp-store.ts';

let store: Store;
let clock: HandClock;

beforeEach(async () => {
  clock = handClock(1_000);
  store = await tempStore({ clock });
});

const start = (productIds: readonly number[] | null = null) =>
  store.write((scope) => startRun(scope, { mode: 'initial', trigger: 'cli', productIds }));
const runs = () => store.read(({ db }) => db.selectFrom('sync_runs').selectAll().orderBy('id').execute());

test('a run is running until it has ended', async () => {
  const id = await start([1, 2]);
  expect(await runs()).toMatchObject([{ id, status: 'running', scope: '[1,2]', started_at: 1_000, finished_at: null }]);
  clock.set(2_000);
  await store.write((scope) => finishRun(scope, id, { status: 'completed', requests: 12, rowsWritten: 34 }));
  expect(await runs()).toMatchObject([
    { id, status: 'completed', finished_at: 2_000, requests: 12, rows_written: 34, error: null },
  ]);
});

test('the store knows no other states', async () => {
  const id = await start();
  const odd = store.write(({ db }) =>
    db
      .updateTable('sync_runs')
      .set({ status: 'success' as 'completed' })
      .where('id', '=', id)
      .execute(),
  );
  await expect(odd).rejects.toThrow('CHECK');
});

test('each phase of each product has one outcome, the last one', async () => {
  const id = await start();
  const outcome = { phase: 'tests', items: 5, rowsWritten: 7 };
  const error = { code: 'server_error', kind: 'upstream' as const, message: 'The API failed.', retryable: true };
  await store.write(async (scope) => {
    await recordOutcome(scope, id, { ...outcome, productId: null, phase: 'products', status: 'completed' });
    await recordOutcome(scope, id, { ...outcome, productId: 1, status: 'partial', error });
    await recordOutcome(scope, id, { ...outcome, productId: 2, status: 'failed' });
    await recordOutcome(scope, id, { ...outcome, productId: 2, status: 'completed', items: 6 });
  });
  const rows = await store.read(({ db }) =>
    db.selectFrom('sync_outcomes').selectAll().orderBy('product_key').execute(),
  );
  expect(rows).toMatchObject([
    { product_key: 0, phase: 'products', status: 'completed' },
    { product_key: 1, phase: 'tests', status: 'partial', error: JSON.stringify(error) },
    { product_key: 2, phase: 'tests', status: 'completed', items: 6, error: null },
  ]);
});

test('runs whose process was killed are ended, the living one is not', async () => {
  const [dead, done, own] = [await start(), await start(), await start()];
  await store.write((scope) => finishRun(scope, done, { status: 'partial', requests: 1, rowsWritten: 1 }));
  clock.set(2_000);
  expect(await store.write((scope) => repairOrphanedRuns(scope, { except: own }))).toBe(1);
  expect(await runs()).toMatchObject([
    { id: dead, status: 'failed', finished_at: 2_000 },
    { id: done, status: 'partial', finished_at: 1_000 },
    { id: own, status: 'running' },
  ]);
  expect(JSON.parse((await runs())[0]?.error ?? '')).toMatchObject({ code: 'run_interrupted' });
  expect(await store.write((scope) => repairOrphanedRuns(scope))).toBe(1);
  expect(await store.write((scope) => repairOrphanedRuns(scope))).toBe(0);
});

const facts: FailureFacts = {
  kind: 'test_position',
  productId: 1,
  testId: null,
  position: 4,
  beforeTestId: 10,
  beforeEndAt: 900,
  afterTestId: 9,
  afterEndAt: 800,
  code: 'server_error',
  message: 'The API could not deliver this test.',
  upstreamStatus: 500,
};
const record = (given: FailureFacts, key = failureKey(given)) =>
  store.write((scope) => recordFailure(scope, key, given));
const open = (productIds?: readonly number[]) => store.read((scope) => listOpenFailures(scope, { productIds }));

test('a position is known by its neighbours, not by its number', () => {
  expect(failureKey({ ...facts })).toBe(failureKey({ ...facts, ...{ position: 7 } }));
  const keys = [
    failureKey(facts),
    failureKey(facts, 1),
    failureKey({ ...facts, productId: 2 }),
    failureKey({ ...facts, beforeTestId: null }),
    failureKey({ ...facts, kind: 'test_details', testId: 10 }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('a failure that is met again is counted, not repeated', async () => {
  await record(facts);
  clock.set(2_000);
  await record({ ...facts, position: 5, message: 'Still not.' });
  expect(await open()).toEqual([
    {
      ...facts,
      key: failureKey(facts),
      position: 5,
      message: 'Still not.',
      occurrences: 2,
      firstSeenAt: 1_000,
      lastSeenAt: 2_000,
    },
  ]);
});

test('failures are closed by place, except those met again, and open again when they come back', async () => {
  const details = { ...facts, kind: 'test_details', testId: 10 };
  const elsewhere = { ...facts, productId: 2 };
  const whole = { ...facts, kind: 'products', productId: null };
  for (const one of [facts, details, elsewhere, whole]) await record(one);
  await record(facts, failureKey(facts, 1));
  const close = (kinds: readonly string[], productId: number | null, stillOpen: readonly string[] = []) =>
    store.write((scope) => closeFailures(scope, { productId, kinds }, stillOpen));
  expect(await close(['test_position'], 1, [failureKey(facts)])).toBe(1);
  expect((await open([1])).map((one) => one.key).sort()).toEqual([failureKey(facts), failureKey(details)].sort());
  expect(await close(['test_position', 'test_details'], 1)).toBe(2);
  expect(await close(['products'], null)).toBe(1);
  expect((await open()).map((one) => one.productId)).toEqual([2]);
  await record(facts);
  expect(await open([1])).toMatchObject([{ occurrences: 2, firstSeenAt: 1_000 }]);
});

test('failures about single tests are closed one by one', async () => {
  for (const testId of [10, 11]) await record({ ...facts, kind: 'test_details', testId });
  const scope = { productId: 1, kinds: ['test_details'], testIds: [11] };
  expect(await store.write((write) => closeFailures(write, scope))).toBe(1);
  expect((await open()).map((one) => one.testId)).toEqual([10]);
});
