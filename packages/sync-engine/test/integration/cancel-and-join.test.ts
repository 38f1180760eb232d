import { expect, test } from 'vitest';
import type { SyncProgress } from '../../src/index.ts';
import { altered, idsIn, rigOf, rigOn } from '../harness.ts';

/** Aborts once so many answers have come. */
async function abortAfter(answers: number) {
  const rig = await rigOf();
  const controller = new AbortController();
  let seen = 0;
  const count = <T>(answer: T): T => {
    seen += 1;
    if (seen === answers) controller.abort();
    return answer;
  };
  const api = altered(rig.api, (real) => ({
    listProducts: async (options) => count(await real.listProducts(options)),
    listFeatures: async (id, options) => count(await real.listFeatures(id, options)),
    listTests: async (id, options) => count(await real.listTests(id, options)),
    getTest: async (id, options) => count(await real.getTest(id, options)),
    listBugs: async (filter) => count(await real.listBugs(filter)),
    listExecutions: async (filter) => count(await real.listExecutions(filter)),
  }));
  const record = await rigOn(rig.sandbox, rig.store, api).sync({ signal: controller.signal });
  return { ...rig, record };
}

test.each([1, 9, 27])('cancelled after %i answers, the run says so and the next one completes', async (answers) => {
  const { record, sandbox, store, sync } = await abortAfter(answers);
  expect(record).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
  expect(record.outcomes.some((outcome) => outcome.status !== 'completed')).toBe(true);
  const [run] = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute());
  expect(run).toMatchObject({ id: record.id, status: 'cancelled', rows_written: record.rows_written });
  const violations = await store.read(({ db }) =>
    db
      .selectFrom('bugs')
      .leftJoin('tests', 'tests.id', 'bugs.test_id')
      .select('bugs.id')
      .where('tests.id', 'is', null)
      .execute(),
  );
  expect(violations).toEqual([]);
  const next = await sync();
  expect(next.status).toBe('partial');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});

test('a run cancelled before it begins asks nothing and says so', async () => {
  const { sandbox, sync } = await rigOf();
  const record = await sync({ signal: AbortSignal.abort() });
  expect(record).toMatchObject({ status: 'cancelled', requests: 0, rows_written: 0 });
  expect(sandbox.requests()).toEqual([]);
});

test('a caller that wants the same joins the running run and sees its progress', async () => {
  const { sandbox, sync } = await rigOf();
  const told: SyncProgress[] = [];
  const [first, second] = await Promise.all([sync(), sync({ onProgress: (progress) => told.push({ ...progress }) })]);
  expect(second).toBe(first);
  expect(sandbox.requests()).toHaveLength(first.requests);
  expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
});

test('a caller that wants something else waits for the running run', async () => {
  const { sandbox, sync } = await rigOf();
  const [, plain = 0] = sandbox.state().ids.products;
  const [whole, part] = await Promise.all([sync(), sync({ productIds: [plain] })]);
  expect(part.id).toBe(whole.id + 1);
  expect(part.rows_written).toBe(0);
});

test('a caller that joined a run which its owner cancels gets a run of its own', async () => {
  const { sandbox, store, sync } = await rigOf();
  const controller = new AbortController();
  const owner = sync({ signal: controller.signal, onProgress: () => controller.abort() });
  const joined = sync();
  expect((await owner).status).toBe('cancelled');
  expect((await joined).status).toBe('partial');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});

test('a client that is closed under a run cancels it', async () => {
  const { api, sync } = await rigOf();
  const record = await sync({ onProgress: ({ done }) => (done === 5 ? void api.close() : undefined) });
  expect(record.status).toBe('cancelled');
});

test('a caller that gives up waiting does not end the run of the other', async () => {
  const { sync } = await rigOf();
  const controller = new AbortController();
  const owner = sync({ onProgress: () => controller.abort() });
  await expect(sync({ signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect((await owner).status).toBe('partial');
});

test('a run that throws lets the next one begin', async () => {
  const { sync } = await rigOf();
  await expect(sync({ productIds: [1] })).rejects.toMatchObject({ code: 'unknown_product' });
  expect((await sync()).status).toBe('partial');
});

test('progress only grows, never exceeds its total and ends at it', async () => {
  const { sync } = await rigOf();
  for (let round = 0; round < 2; round += 1) {
    const told: SyncProgress[] = [];
    await sync({ onProgress: (progress) => told.push({ ...progress }) });
    expect(told.length).toBeGreaterThan(10);
    for (const [index, { done, total, message }] of told.entries()) {
      expect(done).toBeGreaterThan(told[index - 1]?.done ?? 0);
      expect(total).toBeGreaterThanOrEqual(Math.max(done, told[index - 1]?.total ?? 0));
      expect(message).not.toBe('');
    }
    expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
  }
});

test('a listener that throws does not harm the run', async () => {
  const { sync } = await rigOf();
  const record = await sync({
    onProgress: () => {
      throw new Error('no');
    },
  });
  expect(record.status).toBe('partial');
});
