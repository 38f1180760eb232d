import type { Bug, Test } from '@testio-mcp/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store, WriteScope } from '../../src/store.ts';
import { saveBugs } from '../../src/write/bugs.ts';
import { saveFeatures } from '../../src/write/features.ts';
import { saveProducts } from '../../src/write/products.ts';
import { finishTestList, saveTests } from '../../src/write/tests.ts';
import type { TableName } from '../../src/write/upsert.ts';
import { type Account, account, listedProduct } from '../arbitraries.ts';
import { saveAccount } from '../full-store.ts';
import { handClock, tempStore } from '../temp-store.ts';

/** Tables whose rows count as written, with the columns that are bookkeeping. */
const DOMAIN_TABLES: readonly TableName[] = [
  'products',
  'sections',
  'features',
  'product_features',
  'user_stories',
  'people',
  'test_environments',
  'tests',
  'test_features',
  'test_requirements',
  'test_attachments',
  'bugs',
  'bug_devices',
  'bug_comments',
  'bug_attachments',
];

async function rowsOf({ db }: Pick<WriteScope, 'db'>): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for (const table of DOMAIN_TABLES) {
    for (const row of await db.selectFrom(table).selectAll().execute()) {
      const { change_number, changed_at, status_change_number, ...columns } = row as Record<string, unknown>;
      const key = [table, columns.id ?? '', columns.test_id, columns.bug_id, columns.product_id, columns.feature_id];
      const place = columns.id === undefined ? [...key, columns.position, columns.section_key] : key.slice(0, 2);
      rows.set(place.join('/'), JSON.stringify(columns));
    }
  }
  return rows;
}

async function saveAll(scope: WriteScope, { features, tests, bugs }: Account): Promise<number> {
  const ids = tests.map((one) => one.id);
  return (
    (await saveProducts(scope, [listedProduct], { complete: true })) +
    (await saveFeatures(scope, 1, features, { complete: true })) +
    (await saveTests(scope, 1, tests)) +
    (await finishTestList(scope, 1, { seenTestIds: ids, failedPositions: 0 })) +
    (await saveBugs(scope, ids, bugs, [])).rowsWritten
  );
}

/** Rows that belong to the tests and bugs of an account. */
function partsOf(rows: ReadonlyMap<string, string>, { tests, bugs }: Account): number {
  const owners = { test_id: new Set(tests.map((one) => one.id)), bug_id: new Set(bugs.map((one) => one.id)) };
  return [...rows].filter(([key, json]) => {
    if (!/^(test_requirements|test_attachments|bug_devices|bug_comments|bug_attachments)/.test(key)) return false;
    const { test_id, bug_id } = JSON.parse(json);
    return owners.test_id.has(test_id) || owners.bug_id.has(bug_id);
  }).length;
}

function partsGiven({ tests, bugs }: Account): number {
  return (
    tests.reduce((sum, one) => sum + one.requirements.length + one.attachments.length, 0) +
    bugs.reduce((sum, one) => sum + one.devices.length + one.comments.length + one.attachments.length, 0)
  );
}

/** Rows that two states of the store do not have in common. */
function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}

/** Runs a property in one transaction that is rolled back, so that each example begins with an empty store. */
async function inEmptyStore(store: Store, check: (scope: WriteScope) => Promise<void>): Promise<void> {
  const done = new Error('done');
  await store
    .write(async (scope) => {
      await check(scope);
      throw done;
    })
    .catch((thrown: unknown) => {
      if (thrown !== done) throw thrown;
    });
}

const later = (scope: WriteScope): WriteScope => ({ ...scope, now: scope.now + 1_000 });

test('a whole account is written once and not a second time', async () => {
  const clock = handClock();
  const store = await tempStore({ clock });
  expect(await store.write(saveAccount)).toEqual({
    products: 2,
    features: 4,
    tests: 6,
    details: 3,
    executions: 2,
    reasons: 1,
    bugs: 5,
    finished: 0,
  });
  clock.set(2_000);
  expect(Object.values(await store.write(saveAccount))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('any account is written once: as many rows as there are, then none', async () => {
  const store = await tempStore({ clock: handClock() });
  await fc.assert(
    fc.asyncProperty(account, (given) =>
      inEmptyStore(store, async (scope) => {
        const written = await saveAll(scope, given);
        const rows = await rowsOf(scope);
        expect(written).toBe(rows.size);
        expect(await saveAll(later(scope), given)).toBe(0);
        expect(await rowsOf(scope)).toEqual(rows);
      }),
    ),
    { numRuns: 60 },
  );
});

test('any account after any other: exactly the rows that differ are written', async () => {
  const store = await tempStore({ clock: handClock() });
  await fc.assert(
    fc.asyncProperty(account, account, (first, second) =>
      inEmptyStore(store, async (scope) => {
        await saveAll(scope, first);
        const before = await rowsOf(scope);
        const written = await saveAll(later(scope), second);
        const after = await rowsOf(scope);
        expect(written).toBe(differences(before, after));
        expect(partsOf(after, second)).toBe(partsGiven(second));
        expect(await saveAll(later(scope), second)).toBe(0);
      }),
    ),
    { numRuns: 60 },
  );
});

type Change = readonly [what: string, rows: number, change: (given: Account) => Account];

const changedTest =
  (facts: (one: Test) => Partial<Test>) =>
  (given: Account): Account => ({
    ...given,
    tests: given.tests.map((one, index) => (index === 0 ? { ...one, ...facts(one) } : one)),
  });
const changedBug =
  (facts: (one: Bug) => Partial<Bug>) =>
  (given: Account): Account => ({
    ...given,
    bugs: given.bugs.map((one, index) => (index === 0 ? { ...one, ...facts(one) } : one)),
  });

const CHANGES: readonly Change[] = [
  ['the title of a test', 1, changedTest(() => ({ title: 'changed' }))],
  ['the end of a test', 1, changedTest(({ endAt }) => ({ endAt: (endAt ?? 0) + 1 }))],
  ['a new creator', 2, changedTest(() => ({ createdBy: 'Somebody who is new here' }))],
  [
    'one more attachment',
    1,
    changedTest((one) => ({
      attachments: [...one.attachments, { id: 7, url: null, contentType: null, filename: null, size: null }],
    })),
  ],
  ['the title of a bug', 1, changedBug(() => ({ title: 'changed' }))],
  ['one more comment', 1, changedBug((one) => ({ comments: [...one.comments, { id: 5, body: 'Hm.', author: null }] }))],
  ['one step of a bug', 1, changedBug((one) => ({ steps: [...(one.steps ?? []), 'one more'] }))],
];

test.each(CHANGES)('%s changes %i rows', async (_what, rows, change) => {
  const store = await tempStore({ clock: handClock() });
  const withBug = account.filter((given) => given.bugs.length > 0);
  await fc.assert(
    fc.asyncProperty(withBug, (given) =>
      inEmptyStore(store, async (scope) => {
        await saveAll(scope, given);
        expect(await saveAll(later(scope), change(given))).toBe(rows);
      }),
    ),
    { numRuns: 10 },
  );
});
