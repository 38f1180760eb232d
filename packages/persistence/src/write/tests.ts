import type { Test } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList } from '../sqlite/id-list.ts';
import { indexTestsWithBugs } from '../sqlite/search-index.ts';
import type { WriteScope } from '../store.ts';
import { nextChangeNumber, recordChangeNumber, touch } from './change-number.ts';
import { forgetTests } from './forget-tests.ts';
import { savePeople } from './people.ts';
import { type Ageing, ageingOf, headOf } from './retention.ts';
import {
  analyticsRow,
  environmentRow,
  metricsRow,
  requirementRows,
  snapshotRow,
  storyRows,
  testAttachmentRows,
  testRow,
} from './test-rows.ts';
import { buryTests } from './tombstones.ts';
import { lastOfEachId, type Row, replaceChildren, type UpsertRule, upsert } from './upsert.ts';

const ENVIRONMENTS: UpsertRule<'test_environments'> = {
  table: 'test_environments',
  key: ['id'],
  keep: ['first_seen_at'],
};
const SNAPSHOTS: UpsertRule<'test_features'> = { table: 'test_features', key: ['id'] };
const REQUIREMENTS: UpsertRule<'test_requirements'> = { table: 'test_requirements', key: ['test_id', 'position'] };
const ATTACHMENTS: UpsertRule<'test_attachments'> = { table: 'test_attachments', key: ['test_id', 'position'] };
const ANALYTICS: UpsertRule<'test_analytics'> = { table: 'test_analytics', key: ['test_id'] };
const METRICS: UpsertRule<'test_feature_metrics'> = { table: 'test_feature_metrics', key: ['test_feature_id'] };
const STORIES: UpsertRule<'test_stories'> = { table: 'test_stories', key: ['test_feature_id', 'position'] };

/**
 * Writes tests as a list page holds them, with the people, environments, feature snapshots, device scopes and attachments
 * they name, and stamps them as listed. Execution metrics and stories are not touched: no list has them. A test that was
 * marked as deleted is alive again. Of a test that is too old for the store, only the head is written.
 *
 * @returns the number of rows inserted, changed or marked
 */
export async function saveTests(scope: WriteScope, productId: number, tests: readonly Test[]): Promise<number> {
  return inOneChange(scope, async (changeNumber) => (await writeTests(scope, productId, tests, changeNumber, [])).rows);
}

/**
 * Writes what a list has of tests that were read one by one, and stamps them as listed. The stored answer of a known test
 * stays the one of the list, because the two differ by more than what changed.
 *
 * @returns the number of rows inserted, changed or marked
 */
export async function confirmTests(scope: WriteScope, productId: number, tests: readonly Test[]): Promise<number> {
  return inOneChange(
    scope,
    async (changeNumber) => (await writeTests(scope, productId, tests, changeNumber, ['raw_json'])).rows,
  );
}

/**
 * Writes one test as a single read holds it: what saveTests writes, its analytics, the metrics of its features and its
 * stories, and stamps its details. The stored answer of a known test stays the one of the list, because the two differ by
 * more than what changed.
 *
 * @returns the number of rows inserted, changed, marked or deleted
 */
export async function saveTestDetails(scope: WriteScope, productId: number, test: Test): Promise<number> {
  return inOneChange(scope, async (changeNumber) => {
    const { db, now } = scope;
    const { rows, beyond } = await writeTests(scope, productId, [test], changeNumber, ['raw_json']);
    if (beyond.has(test.id)) return rows;
    const analytics = analyticsRow(test);
    const stories = test.features.map(storyRows).filter((children) => children !== null);
    const written = [
      analytics === null ? await deleteAnalytics(scope, test.id) : (await upsert(db, ANALYTICS, [analytics])).length,
      (await upsert(db, METRICS, test.features.map(metricsRow))).length,
      (await replaceChildren(db, STORIES, stories)).length,
    ];
    const details = written.reduce((sum, count) => sum + count, 0);
    if (details > 0) await touch(scope, 'tests', [test.id], changeNumber);
    await db.updateTable('test_freshness').set({ details_at: now }).where('test_id', '=', test.id).execute();
    return rows + details;
  });
}

export interface FinishTestListOptions {
  /** Every test that the list named, over all of its pages. */
  readonly seenTestIds: ReadonlySet<number> | readonly number[];
  /** Positions of the list that could not be read. While there are any, a test that was not seen may hide behind one. */
  readonly failedPositions: number;
}

/**
 * Ends the reading of a product's test list: stamps it as discovered and reconciled, and, when every position could be
 * read, marks the tests that it no longer names as deleted, with their bugs.
 *
 * @returns the number of rows marked
 */
export async function finishTestList(
  scope: WriteScope,
  productId: number,
  options: FinishTestListOptions,
): Promise<number> {
  const { db, now } = scope;
  await sql`
    insert into product_freshness (product_id, tests_discovered_at, tests_reconciled_at)
    values (${productId}, ${now}, ${now}) on conflict (product_id) do update set
      tests_discovered_at = excluded.tests_discovered_at, tests_reconciled_at = excluded.tests_reconciled_at`.execute(
    db,
  );
  if (options.failedPositions > 0) return 0;
  const unseen = sql`product_id = ${productId} and id not in ${idList(options.seenTestIds)}`;
  return inOneChange(scope, (changeNumber) => buryTests(scope, unseen, changeNumber));
}

/**
 * Stamps a product's tests as discovered: every new test and every change that its list could tell without being read to its
 * end is stored by now.
 */
export async function stampDiscovery({ db, now }: WriteScope, productId: number): Promise<void> {
  await sql`
    insert into product_freshness (product_id, tests_discovered_at) values (${productId}, ${now})
    on conflict (product_id) do update set tests_discovered_at = excluded.tests_discovered_at`.execute(db);
}

async function writeTests(
  scope: WriteScope,
  productId: number,
  given: readonly Test[],
  changeNumber: number,
  keep: readonly 'raw_json'[],
): Promise<{ readonly rows: number; readonly beyond: ReadonlySet<number> }> {
  const { db, now } = scope;
  const whole = lastOfEachId(given);
  const ids = whole.map((test) => test.id);
  const ageing = await ageingOf(scope, whole);
  await forgetTests(scope, ageing.toForget);
  const tests = whole.map((test) => (ageing.beyond.has(test.id) ? headOf(test) : test));
  const environments = tests.map((test) => test.environment).filter((environment) => environment !== null);
  const people = await savePeople(
    scope,
    'customer',
    tests.flatMap((test) => [test.createdBy, test.submittedBy]),
  );
  const stages = await upsert(
    db,
    ENVIRONMENTS,
    environments.map((environment) => environmentRow(environment, now)),
  );
  const isReturning = (row: Row<'tests'>) => ageing.returning.has(row.id);
  const rows = tests.map((test) => testRow(test, productId, now, changeNumber));
  const written = [
    ...(await upsert(
      db,
      testRule(now, keep),
      rows.filter((row) => !isReturning(row)),
    )),
    // The head that is stored has no answer to keep.
    ...(await upsert(db, testRule(now, []), rows.filter(isReturning))),
  ];
  await indexTestsWithBugs(scope, written);
  const parts = [
    ...(await writeSnapshots(scope, tests)),
    ...(await replaceChildren(db, REQUIREMENTS, tests.map(requirementRows))),
    ...(await replaceChildren(db, ATTACHMENTS, tests.map(testAttachmentRows))),
  ];
  await touch(scope, 'tests', parts, changeNumber);
  await sql`
    insert into test_freshness (test_id, listed_at) select value, ${now} from ${idList(ids)} where true
    on conflict (test_id) do update set listed_at = excluded.listed_at`.execute(db);
  await markForgotten(scope, ageing);
  return { rows: people + stages.length + written.length + parts.length, beyond: ageing.beyond };
}

function testRule(now: number, keep: readonly 'raw_json'[]): UpsertRule<'tests'> {
  return {
    table: 'tests',
    key: ['id'],
    keep: ['first_seen_at', 'first_change_number', ...keep],
    along: ['change_number', 'changed_at'],
    watch: { column: 'status', at: 'status_changed_at', now, number: 'status_change_number' },
  };
}

/** Says of which tests no more than the head is kept, as far as that is news. */
async function markForgotten({ db, now }: WriteScope, { beyond, returning }: Ageing): Promise<void> {
  if (beyond.size > 0) {
    await sql`update test_freshness set forgotten_at = ${now}
      where forgotten_at is null and test_id in ${idList(beyond)}`.execute(db);
  }
  if (returning.size > 0) {
    await sql`update test_freshness set forgotten_at = null where test_id in ${idList(returning)}`.execute(db);
  }
}

/** Answers with the test of every snapshot that was inserted, changed or marked as deleted. */
async function writeSnapshots({ db, now }: WriteScope, tests: readonly Test[]): Promise<number[]> {
  const rows = tests.flatMap((test) =>
    test.features.map((snapshot, position) => snapshotRow(snapshot, test.id, position)),
  );
  const owners = new Map(rows.map((row) => [row.id, row.test_id]));
  const written = (await upsert(db, SNAPSHOTS, rows)).map((id) => owners.get(id) ?? 0);
  const { rows: gone } = await sql<{ test_id: number }>`
    update test_features set deleted_at = ${now}
    where deleted_at is null and test_id in ${idList(tests.map((test) => test.id))} and id not in ${idList(owners.keys())}
    returning test_id`.execute(db);
  return [...written, ...gone.map((row) => row.test_id)];
}

async function deleteAnalytics({ db }: WriteScope, testId: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('test_analytics')
    .where('test_id', '=', testId)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Gives what changes inside one number, and remembers the number if anything did. */
async function inOneChange({ db }: WriteScope, write: (changeNumber: number) => Promise<number>): Promise<number> {
  const changeNumber = await nextChangeNumber(db);
  const rows = await write(changeNumber);
  if (rows > 0) await recordChangeNumber(db, changeNumber);
  return rows;
}
