import { BUG_STATUSES, SEVERITIES } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { COUNTED_SEVERITIES, COUNTED_STATUSES } from '../src/counted-words.ts';
import type { Store, WriteScope } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { forgetTests } from '../src/write/forget-tests.ts';
import { saveProducts } from '../src/write/products.ts';
import { saveTests } from '../src/write/tests.ts';
import { listedProduct } from './arbitraries.ts';
import { counted, wrong } from './counted-rows.ts';
import { bug, device, exploratoryTest, snapshot } from './entities.ts';
import { tempStore } from './temp-store.ts';

let store: Store;

beforeEach(async () => {
  store = await tempStore();
});

test('the numbers stand for the words of the domain, all of them', () => {
  expect([...COUNTED_STATUSES].sort()).toEqual([...BUG_STATUSES].sort());
  expect([...COUNTED_SEVERITIES].sort()).toEqual([...SEVERITIES, 'other'].sort());
});

test('what devices name together is told once, whatever their order', async () => {
  const on = (os: string | null, ...browsers: string[]) => ({
    ...device(),
    operatingSystem: os === null ? null : { id: 1, key: 'os', name: os },
    browsers: browsers.map((name) => ({ id: 1, key: 'b', name })),
  });
  await store.write(async (scope) => {
    await saveProducts(scope, [listedProduct], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 })]);
    const devices = [
      [on('iOS', 'Safari', ' Safari '), on('Android')],
      [on('Android'), on(' iOS', 'Safari'), on('Android')],
      [],
      [on(null)],
    ];
    const bugs = devices.map((each, place) => bug({ id: place + 1, testId: 10, devices: each }));
    await saveBugs(scope, [10], bugs, []);
    const [one, two, none, unnamed] = (await counted(scope)).map(({ pairs }) => pairs);
    expect(one).toBe('[["Android",null],["iOS","Safari"]]');
    expect(two).toBe(one);
    expect([none, unnamed]).toEqual(['[[null,null]]', '[[null,null]]']);
    await saveBugs(scope, [10], [bug({ id: 1, testId: 10, devices: [on('Android')] })], []);
    expect((await counted(scope)).map(({ bug_id, pairs }) => [bug_id, pairs])).toEqual([[1, '[["Android",null]]']]);
    expect(await wrong(scope)).toBe(0);
  });
});

test('devices that no living bug was seen on go with what is forgotten, and come back with their bug', async () => {
  const seen = bug({ id: 1, testId: 10, devices: [device()] });
  const sets = async ({ db }: Pick<WriteScope, 'db'>) =>
    (await db.selectFrom('device_sets').selectAll().execute()).length;
  await store.write(async (scope) => {
    await saveProducts(scope, [listedProduct], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 }), exploratoryTest({ id: 11, features: [] })]);
    await saveBugs(scope, [10], [seen], []);
    await saveBugs(scope, [10], [], []);
    expect(await sets(scope)).toBe(2);
    await forgetTests(scope, [11]);
    expect(await sets(scope)).toBe(1);
    await saveBugs(scope, [10], [seen], []);
    expect([await sets(scope), await wrong(scope)]).toEqual([2, 0]);
    await forgetTests(scope, [10]);
    expect([await sets(scope), await wrong(scope)]).toEqual([1, 0]);
  });
});

test('a bug is counted under the feature of its snapshot, also when that comes, changes or goes later', async () => {
  await store.write(async (scope) => {
    const feature = async () => (await counted(scope))[0]?.feature_id;
    await saveProducts(scope, [listedProduct], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10, features: [] })]);
    await saveBugs(scope, [10], [bug({ id: 1, testId: 10, testFeatureId: 77, featureId: 5 })], []);
    expect(await feature()).toBe(5);
    await saveTests(scope, 1, [exploratoryTest({ id: 10, features: [snapshot({ id: 77, featureId: 6 })] })]);
    expect(await feature()).toBe(6);
    await saveTests(scope, 1, [exploratoryTest({ id: 10, features: [snapshot({ id: 77, featureId: 8 })] })]);
    expect(await feature()).toBe(8);
    await sql`delete from test_features`.execute(scope.db);
    expect(await feature()).toBe(5);
    expect(await wrong(scope)).toBe(0);
  });
});

test('a bug that moves to another test, goes and comes back, or is removed is counted once or not at all', async () => {
  await store.write(async (scope) => {
    const tests = async () => (await counted(scope)).map(({ test_id }) => test_id);
    await saveProducts(scope, [listedProduct], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 }), exploratoryTest({ id: 11, features: [] })]);
    await saveBugs(scope, [10], [bug({ id: 1, testId: 10 })], []);
    expect(await tests()).toEqual([10]);
    await saveBugs(scope, [11], [bug({ id: 1, testId: 11 })], []);
    expect(await tests()).toEqual([11]);
    await saveBugs(scope, [11], [], []);
    expect(await tests()).toEqual([]);
    await saveBugs(scope, [11], [bug({ id: 1, testId: 11, devices: [device()] })], []);
    expect(await wrong(scope)).toBe(0);
    expect(await tests()).toEqual([11]);
    for (const part of ['bug_devices', 'bug_comments', 'bug_attachments', 'bugs']) {
      await sql`delete from ${sql.table(part)}`.execute(scope.db);
    }
    expect(await tests()).toEqual([]);
  });
});
