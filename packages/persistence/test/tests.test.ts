import type { Test } from '@testio-mcp/domain';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../src/store.ts';
import { saveExecutions } from '../src/write/executions.ts';
import { saveProducts } from '../src/write/products.ts';
import { finishTestList, saveTestDetails, saveTests } from '../src/write/tests.ts';
import type { TableName } from '../src/write/upsert.ts';
import { device, exploratoryTest, product, snapshot } from './entities.ts';
import { detailedTest } from './full-store.ts';
import { type HandClock, handClock, tempStore } from './temp-store.ts';

let store: Store;
let clock: HandClock;
const statements: string[] = [];

beforeEach(async () => {
  clock = handClock(1_000);
  store = await tempStore({ clock, onStatement: (sql) => statements.push(sql) });
  await store.write((scope) => saveProducts(scope, [product()], { complete: true }));
});

const save = (...tests: Test[]) => store.write((scope) => saveTests(scope, 1, tests));
const saveDetails = (one: Test) => store.write((scope) => saveTestDetails(scope, 1, one));
const finish = (seenTestIds: Iterable<number>, failedPositions = 0) =>
  store.write((scope) => finishTestList(scope, 1, { seenTestIds: new Set(seenTestIds), failedPositions }));

async function rows(table: TableName): Promise<Record<string, unknown>[]> {
  return store.read(({ db }) => db.selectFrom(table).selectAll().execute());
}

async function stored(id = 10): Promise<Record<string, unknown>> {
  const row = (await rows('tests')).find((one) => one.id === id);
  if (row === undefined) throw new Error(`test ${id} is not stored`);
  return row;
}

test('a test remembers when it was first seen and when its status was seen to change', async () => {
  await save(exploratoryTest());
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: null, status: 'running' });
  clock.set(2_000);
  await save(exploratoryTest({ goal: 'Another goal' }));
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: null });
  clock.set(3_000);
  await save(exploratoryTest({ status: 'locked' }));
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: 3_000, status: 'locked' });
  clock.set(4_000);
  await save(exploratoryTest({ status: 'locked' }));
  expect(await stored()).toMatchObject({ status_changed_at: 3_000 });
});

test('being listed is stamped even when nothing changed', async () => {
  await save(exploratoryTest());
  clock.set(2_000);
  expect(await save(exploratoryTest())).toBe(0);
  expect(await rows('test_freshness')).toEqual([
    { test_id: 10, listed_at: 2_000, details_at: null, executions_at: null, bugs_at: null, forgotten_at: null },
  ]);
});

test('a snapshot that its test no longer lists is marked, and comes back', async () => {
  await save(exploratoryTest({ features: [snapshot({ id: 1 }), snapshot({ id: 2 })] }));
  const before = await stored();
  clock.set(2_000);
  expect(await save(exploratoryTest({ features: [snapshot({ id: 1 })] }))).toBe(1);
  expect(await rows('test_features')).toMatchObject([
    { id: 1, deleted_at: null },
    { id: 2, deleted_at: 2_000 },
  ]);
  expect((await stored()).change_number).toBeGreaterThan(Number(before.change_number));
  expect(await save(exploratoryTest({ features: [snapshot({ id: 1 }), snapshot({ id: 2 })] }))).toBe(1);
  expect(await rows('test_features')).toMatchObject([{ deleted_at: null }, { deleted_at: null }]);
});

test('one test more than once in a call is one test', async () => {
  await save(exploratoryTest({ title: 'Old' }), exploratoryTest({ title: 'New', attachments: [] }));
  expect(await stored()).toMatchObject({ title: 'New' });
  expect(await rows('test_attachments')).toEqual([]);
});

test('a list page leaves the metrics of a single read alone, and its stored answer too', async () => {
  await save(exploratoryTest());
  clock.set(2_000);
  expect(await saveDetails(detailedTest())).toBe(3);
  expect(await rows('test_freshness')).toMatchObject([{ listed_at: 2_000, details_at: 2_000 }]);
  const details = ['test_analytics', 'test_feature_metrics', 'test_stories'] as const;
  const before = await Promise.all(details.map(rows));
  expect(before.map((one) => one.length)).toEqual([1, 1, 1]);
  expect(await save(exploratoryTest({ features: detailedTest().features }))).toBe(0);
  expect(await Promise.all(details.map(rows))).toEqual(before);
  expect((await stored()).raw_json).toBe(JSON.stringify({ id: 10 }));
  expect(await saveDetails(detailedTest())).toBe(0);
});

test('a test that no list could deliver is stored from a single read', async () => {
  expect(await saveDetails(detailedTest())).toBe(9);
  expect((await stored()).raw_json).toBe(JSON.stringify({ id: 10, analytics: {} }));
});

test('a single read without analytics takes the old ones away', async () => {
  await saveDetails(detailedTest());
  expect(await saveDetails(detailedTest({ analytics: null }))).toBe(1);
  expect(await rows('test_analytics')).toEqual([]);
});

test('tests that a complete list does not name are marked; a position that could not be read may hide one', async () => {
  await save(exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  clock.set(2_000);
  expect(await finish([10], 1)).toBe(0);
  expect(await rows('product_freshness')).toMatchObject([{ tests_discovered_at: 2_000, tests_reconciled_at: 2_000 }]);
  clock.set(3_000);
  expect(await finish([10])).toBe(1);
  expect(await stored(11)).toMatchObject({ deleted_at: 3_000 });
  expect(Number((await stored(11)).change_number)).toBeGreaterThan(Number((await stored(10)).change_number));
  expect(await finish([10])).toBe(0);
  clock.set(4_000);
  expect(await save(exploratoryTest({ id: 11 }))).toBe(1);
  expect(await stored(11)).toMatchObject({ deleted_at: null, first_seen_at: 1_000, status_changed_at: null });
});

test('tests of other products are no business of a list', async () => {
  await store.write(async (scope) => {
    await saveProducts(scope, [product({ id: 2, sectionsWithDefault: [] })], { complete: false });
    await saveTests(scope, 2, [exploratoryTest({ id: 20 })]);
  });
  expect(await finish([])).toBe(0);
  expect(await stored(20)).toMatchObject({ deleted_at: null, product_id: 2 });
});

test('five thousand seen ids are one list', async () => {
  await save(exploratoryTest({ id: 10 }), exploratoryTest({ id: 60_000 }));
  expect(await finish(Array.from({ length: 5_000 }, (_, index) => index))).toBe(1);
});

test('tests are written by the dozen, not one by one', async () => {
  const numbers: number[] = [];
  for (const size of [10, 400]) {
    const page = Array.from({ length: size }, (_, index) => exploratoryTest({ id: 1_000 + index }));
    statements.length = 0;
    await save(...page);
    numbers.push(statements.length);
  }
  const [few = 0, many = 0] = numbers;
  expect(few).toBeLessThan(40);
  expect(many - few).toBeLessThan((400 - 10) / 10);
});

test('nothing of an environment is stored but its id and title', async () => {
  const secrets = {
    username: 'crowd',
    password: 'hunter2',
    access: 'ask Tom',
    url: 'https://crowd:hunter2@stage.example',
  };
  const environment = { id: 22, title: 'Preview', ...secrets };
  await save(
    exploratoryTest({
      environment,
      raw: { id: 10, test_environment: environment, nested: [{ test_environment: environment }] },
    }),
  );
  await saveDetails(detailedTest({ id: 11, environment, raw: { test_environments: [environment] } }));
  const everything = JSON.stringify([await rows('tests'), await rows('test_environments')]);
  for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret);
  expect(JSON.parse(String((await stored()).raw_json))).toEqual({
    id: 10,
    test_environment: { id: 22, title: 'Preview' },
    nested: [{ test_environment: { id: 22, title: 'Preview' } }],
  });
  const columns = await rows('test_environments');
  expect(columns).toEqual([{ id: 22, title: 'Preview', first_seen_at: 1_000 }]);
});

test('executions of a test are replaced as a whole', async () => {
  await save(exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  const run = (id: number, status: string, devices = [device()]) => ({
    versionId: 3,
    execution: { id, status, comment: null, executedBy: 'quietheron', executedAt: 5, testId: 10, devices },
  });
  const replace = (testId: number, ...runs: ReturnType<typeof run>[]) =>
    store.write((scope) => saveExecutions(scope, testId, runs));
  expect(await replace(10, run(1, 'passed'), run(2, 'failed'))).toBe(4);
  expect(await replace(11, run(3, 'passed', []))).toBe(1);
  clock.set(2_000);
  expect(await replace(10, run(1, 'passed'), run(2, 'failed'))).toBe(0);
  expect(await replace(10, run(2, 'passed'))).toBe(3);
  expect((await rows('executions')).map((row) => [row.id, row.test_id, row.status])).toEqual([
    [2, 10, 'passed'],
    [3, 11, 'passed'],
  ]);
  expect(await replace(10)).toBe(2);
  expect(await rows('execution_devices')).toEqual([]);
  expect(await rows('test_freshness')).toMatchObject([{ executions_at: 2_000 }, { executions_at: 1_000 }]);
});
