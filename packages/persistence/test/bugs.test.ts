import type { Bug } from '@testio-mcp/domain';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { saveProducts } from '../src/write/products.ts';
import { saveRejectReasons } from '../src/write/reject-reasons.ts';
import { finishTestList, saveTests } from '../src/write/tests.ts';
import { bug, device, exploratoryTest, product } from './entities.ts';
import { type HandClock, handClock, tempStore } from './temp-store.ts';

let store: Store;
let clock: HandClock;

beforeEach(async () => {
  clock = handClock(1_000);
  store = await tempStore({ clock });
  await store.write(async (scope) => {
    await saveProducts(scope, [product()], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 }), exploratoryTest({ id: 11, features: [] })]);
  });
});

const save = (bugs: readonly Bug[], testIds = [10]) => store.write((scope) => saveBugs(scope, testIds, bugs, REASONS));
const REASONS = [{ key: 'known_bug', name: 'Known', defaultComment: 'We know about this one' }];

async function stored(id = 5000) {
  return store.read(({ db }) => db.selectFrom('bugs').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

async function bugsAt(testId: number) {
  const row = await store.read(({ db }) =>
    db.selectFrom('test_freshness').select('bugs_at').where('test_id', '=', testId).executeTakeFirstOrThrow(),
  );
  return row.bugs_at;
}

test('status, severity and reason are derived as the domain says', async () => {
  await save([
    bug({ id: 1, severity: 'high', status: 'accepted', autoAccepted: true }),
    bug({ id: 2, severity: 'visual', status: 'something new' }),
    bug({
      id: 3,
      status: 'rejected',
      comments: [{ id: 1, body: 'Rejected: we know  about this one.', author: null }],
    }),
    bug({ id: 4, status: 'rejected', comments: [] }),
    bug({ id: 5, status: 'forwarded', comments: [{ id: 1, body: 'We know about this one', author: null }] }),
  ]);
  expect(await stored(1)).toMatchObject({
    status: 'auto_accepted',
    api_status: 'accepted',
    severity_rank: 2,
    bug_type: 'functional',
  });
  expect(await stored(2)).toMatchObject({
    status: 'other',
    severity_rank: 0,
    bug_type: 'visual',
    rejection_reason: null,
  });
  expect(await stored(3)).toMatchObject({ status: 'rejected', rejection_reason: 'known_bug' });
  expect(await stored(4)).toMatchObject({ status: 'rejected', rejection_reason: 'unknown' });
  expect(await stored(5)).toMatchObject({ status: 'open', rejection_reason: null });
});

test('a bug remembers when it was first seen and when its status was seen to change', async () => {
  await save([bug()]);
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: null });
  clock.set(2_000);
  await save([bug({ title: 'Another title' })]);
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: null });
  clock.set(3_000);
  await save([bug({ title: 'Another title', status: 'accepted' })]);
  expect(await stored()).toMatchObject({ first_seen_at: 1_000, status_changed_at: 3_000 });
  clock.set(4_000);
  await save([bug({ title: 'A third title', status: 'accepted' })]);
  expect(await stored()).toMatchObject({ status_changed_at: 3_000 });
});

test('accepted by the system instead of a person is a change of status', async () => {
  await save([bug({ status: 'accepted', autoAccepted: false })]);
  clock.set(2_000);
  await save([bug({ status: 'accepted', autoAccepted: true })]);
  expect(await stored()).toMatchObject({ status: 'auto_accepted', status_changed_at: 2_000 });
});

test('change numbers grow, and only rows that differ get a new one', async () => {
  await save([bug({ id: 1 }), bug({ id: 2 })]);
  const [first, second] = [(await stored(1)).change_number, (await stored(2)).change_number];
  await save([bug({ id: 1 }), bug({ id: 2 })]);
  expect((await stored(1)).change_number).toBe(first);
  await save([bug({ id: 1 }), bug({ id: 2, title: 'Changed' })]);
  expect((await stored(1)).change_number).toBe(first);
  expect((await stored(2)).change_number).toBeGreaterThan(second);
});

test('a bug has a new change number when only its comments or devices differ', async () => {
  await save([bug()]);
  const before = (await stored()).change_number;
  expect(await save([bug({ comments: [{ id: 90, body: 'Fixed now.', author: 'Imke Sander' }] })])).toMatchObject({
    rowsWritten: 1,
  });
  const commented = (await stored()).change_number;
  expect(commented).toBeGreaterThan(before);
  expect(
    await save([bug({ comments: [{ id: 90, body: 'Fixed now.', author: 'Imke Sander' }], devices: [] })]),
  ).toMatchObject({
    rowsWritten: 1,
  });
  expect((await stored()).change_number).toBeGreaterThan(commented);
});

test('fewer devices, comments and attachments leave none behind', async () => {
  await save([bug({ devices: [device(), device({ browsers: [] }), device()] })]);
  expect((await save([bug({ devices: [device()], comments: [], attachments: [] })])).rowsWritten).toBe(4);
  const rows = await store.read(({ db }) => db.selectFrom('bug_devices').select('position').execute());
  expect(rows).toEqual([{ position: 0 }]);
});

test('a bug that is missing is marked, and comes back', async () => {
  await save([bug({ id: 1 }), bug({ id: 2 })]);
  clock.set(2_000);
  expect((await save([bug({ id: 1 })])).rowsWritten).toBe(1);
  const gone = await stored(2);
  expect(gone.deleted_at).toBe(2_000);
  expect(gone.change_number).toBeGreaterThan((await stored(1)).change_number);
  expect((await save([bug({ id: 1 })])).rowsWritten).toBe(0);
  clock.set(3_000);
  expect((await save([bug({ id: 1 }), bug({ id: 2 })])).rowsWritten).toBe(1);
  expect(await stored(2)).toMatchObject({ deleted_at: null, first_seen_at: 1_000, status_changed_at: null });
});

test('bugs of tests that were not asked about are left alone', async () => {
  await save([bug({ id: 1, testId: 10 }), bug({ id: 2, testId: 11 })], [10, 11]);
  await save([], [11]);
  expect((await stored(1)).deleted_at).toBeNull();
  expect((await stored(2)).deleted_at).not.toBeNull();
});

test('every test that was asked about counts as read, also one without bugs', async () => {
  expect(await bugsAt(11)).toBeNull();
  clock.set(2_000);
  await save([bug()], [10, 11]);
  expect([await bugsAt(10), await bugsAt(11)]).toEqual([2_000, 2_000]);
});

test('bugs of unknown tests are handed back, those of other known tests are written without a stamp', async () => {
  const stray = bug({ id: 2, testId: 404 });
  const saved = await save([bug({ id: 1 }), stray, bug({ id: 3, testId: 11 })], [10]);
  expect(saved.withoutTest).toEqual([stray]);
  expect((await stored(3)).test_id).toBe(11);
  expect(await bugsAt(11)).toBeNull();
});

test('a name is one tester and one customer, each once', async () => {
  await save([
    bug({ id: 1, author: 'Imke Sander' }),
    bug({ id: 2, author: 'Imke Sander' }),
    bug({ id: 3, author: null }),
  ]);
  const people = await store.read(({ db }) =>
    db.selectFrom('people').select(['kind', 'name']).orderBy('kind').execute(),
  );
  expect(people).toEqual([
    { kind: 'customer', name: 'Imke Sander' },
    { kind: 'tester', name: 'Imke Sander' },
  ]);
  expect((await stored(3)).author_id).toBeNull();
});

test('the bugs of a test that is gone are gone, count as never read, and come back when they are read again', async () => {
  await save([bug()]);
  clock.set(2_000);
  const finish = (seen: number[]) =>
    store.write((scope) => finishTestList(scope, 1, { seenTestIds: seen, failedPositions: 0 }));
  expect(await finish([11])).toBe(2);
  expect((await stored()).deleted_at).toBe(2_000);
  expect(await bugsAt(10)).toBeNull();
  clock.set(3_000);
  expect(await store.write((scope) => saveTests(scope, 1, [exploratoryTest({ id: 10 })]))).toBe(1);
  expect((await stored()).deleted_at).toBe(2_000);
  expect((await save([bug()])).rowsWritten).toBe(1);
  expect((await stored()).deleted_at).toBeNull();
});

test('three thousand bugs in one call, more than one statement can bind, in a bounded number of statements', async () => {
  const statements: string[] = [];
  const counted = await tempStore({ clock, onStatement: (sql) => statements.push(sql) });
  await counted.write(async (scope) => {
    await saveProducts(scope, [product()], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 })]);
  });
  const bugs = Array.from({ length: 3_000 }, (_, index) => bug({ id: index, author: `tester ${index % 45}` }));
  statements.length = 0;
  const saved = await counted.write((scope) => saveBugs(scope, [10], bugs, REASONS));
  expect(saved.rowsWritten).toBe(3_000 * 4 + 45);
  expect(statements.length).toBeLessThan(3_000 / 10);
  const again = await counted.write((scope) => saveBugs(scope, [10], bugs, REASONS));
  expect(again.rowsWritten).toBe(0);
});

test('bugs are written by the dozen, in statements of few lengths: each length is prepared once and kept', async () => {
  const statements: string[] = [];
  const counted = await tempStore({ clock, onStatement: (sql) => statements.push(sql) });
  await counted.write(async (scope) => {
    await saveProducts(scope, [product()], { complete: true });
    await saveTests(scope, 1, [exploratoryTest({ id: 10 })]);
  });
  const written = async (size: number) => {
    statements.length = 0;
    const bugs = Array.from({ length: size }, (_, id) => bug({ id: size * 1_000 + id }));
    await counted.write((scope) => saveBugs(scope, [10], bugs, REASONS));
    return statements.filter((sql) => sql.startsWith('insert into "bug'));
  };
  const texts = new Set<string>();
  for (let size = 1; size <= 100; size += 7) for (const sql of await written(size)) texts.add(sql);
  // Bugs, devices, comments and attachments, each in four lengths at most.
  expect(texts.size).toBeLessThanOrEqual(4 * 4);
  expect(await written(640)).toHaveLength(4 * (640 / 64));
});

test('reasons that come later, or change, reach the rejected bugs that are stored', async () => {
  const comments = [{ id: 1, body: 'Rejected: we know about this one.', author: null }];
  await store.write((scope) =>
    saveBugs(
      scope,
      [10],
      [
        bug({ id: 1, status: 'rejected', comments }),
        bug({ id: 2, status: 'rejected', comments: [] }),
        bug({ id: 3, status: 'forwarded', comments }),
      ],
      [],
    ),
  );
  const before = await stored(1);
  expect(before.rejection_reason).toBe('unknown');
  expect(await store.write((scope) => saveRejectReasons(scope, REASONS))).toBe(2);
  const after = await stored(1);
  expect(after.rejection_reason).toBe('known_bug');
  expect(after.change_number).toBeGreaterThan(before.change_number);
  expect(await stored(2)).toMatchObject({ rejection_reason: 'unknown' });
  expect(await stored(3)).toMatchObject({ rejection_reason: null });
  expect(await store.write((scope) => saveRejectReasons(scope, REASONS))).toBe(0);
});
