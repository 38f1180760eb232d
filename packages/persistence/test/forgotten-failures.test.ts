import { expect, test } from 'vitest';
import { closeFailures, type FailureFacts, forgetFailures, recordFailure } from '../src/failures.ts';
import { fillStore } from './full-store.ts';
import { handClock, tempStore } from './temp-store.ts';

const facts = (kind: string, productId: number, testId: number | null): FailureFacts => ({
  kind,
  productId,
  testId,
  position: kind === 'test_position' ? 3 : null,
  beforeTestId: null,
  beforeEndAt: null,
  afterTestId: null,
  afterEndAt: null,
  code: 'api_failed',
  message: 'It failed.',
  upstreamStatus: 500,
});

test('what a forgotten open record is of counts as never read; what a closed one is of does not', async () => {
  const store = await tempStore({ clock: handClock(1_000) });
  await fillStore(store);
  // Whatever the full store holds of failures is not of this test.
  await store.write(({ db }) => db.deleteFrom('sync_failures').execute());
  const stamps = () =>
    store.read(async ({ db }) => ({
      product: await db
        .selectFrom('product_freshness')
        .selectAll()
        .where('product_id', '=', 1)
        .executeTakeFirstOrThrow(),
      test: await db.selectFrom('test_freshness').selectAll().where('test_id', '=', 10).executeTakeFirstOrThrow(),
    }));
  await store.write(async ({ db }) => {
    await db
      .updateTable('product_freshness')
      .set({ tests_discovered_at: 5, tests_reconciled_at: 5, features_at: 5 })
      .execute();
    await db.updateTable('test_freshness').set({ details_at: 5, executions_at: 5, bugs_at: 5 }).execute();
  });
  await store.write(async (scope) => {
    await recordFailure(scope, 'closed', facts('features', 1, null));
    await closeFailures(scope, { productId: 1, kinds: ['features'] });
  });
  expect(await store.write((scope) => forgetFailures(scope, [1]))).toEqual({ open: 0, closed: 1 });
  expect(await stamps()).toMatchObject({ product: { features_at: 5 }, test: { bugs_at: 5 } });

  await store.write(async (scope) => {
    await recordFailure(scope, 'list', facts('test_position', 1, null));
    await recordFailure(scope, 'bugs', facts('bugs', 1, 10));
  });
  expect(await store.write((scope) => forgetFailures(scope, [2]))).toEqual({ open: 0, closed: 0 });
  expect(await store.write((scope) => forgetFailures(scope, null))).toEqual({ open: 2, closed: 0 });
  expect(await stamps()).toMatchObject({
    product: { tests_discovered_at: null, tests_reconciled_at: null, features_at: 5 },
    test: { details_at: 5, executions_at: 5, bugs_at: null },
  });
  await store.write(async (scope) => {
    await recordFailure(scope, 'features', facts('features', 1, null));
    await recordFailure(scope, 'details', facts('test_details', 1, 10));
  });
  await store.write((scope) => forgetFailures(scope, [1]));
  expect(await stamps()).toMatchObject({
    product: { features_at: null },
    test: { details_at: null, executions_at: null },
  });
});
