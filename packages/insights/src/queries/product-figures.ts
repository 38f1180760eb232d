import { EXECUTED_TEST_STATUSES, TEST_STATUSES, testStatusBucket } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { addUpBugs, type BugCounts } from '../shapes/bug-counts.ts';
import { BUG_COLUMNS } from '../shapes/bug-row.ts';

type Db = ReadScope['db'];

export const TEST_BUCKETS = [...TEST_STATUSES, 'other'] as const;
export type TestBucket = (typeof TEST_BUCKETS)[number];

export interface TestFigures {
  readonly total: number;
  readonly byStatus: Record<TestBucket, number>;
  /** Tests whose bugs were loaded at least once. */
  readonly withBugs: number;
  /** Latest end of an executed test that has ended. */
  readonly lastEndAt: number | null;
  /** Latest start of a test that has begun. */
  readonly lastStartAt: number | null;
}

/** Counts the living tests of a product. */
export async function testFigures(db: Db, productId: number, now: number): Promise<TestFigures> {
  const executed = sql`t.status in (${sql.join(EXECUTED_TEST_STATUSES)})`;
  const groups = await db
    .selectFrom('tests as t')
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .select([
      't.status',
      sql<number>`count(*)`.as('tests'),
      sql<number>`count(f.bugs_at)`.as('withBugs'),
      sql<number | null>`max(t.end_at) filter (where ${executed} and t.end_at <= ${now})`.as('lastEnd'),
      sql<number | null>`max(t.start_at) filter (where ${executed} and t.start_at <= ${now})`.as('lastStart'),
    ])
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .groupBy('t.status')
    .execute();
  const byStatus = Object.fromEntries(TEST_BUCKETS.map((bucket) => [bucket, 0])) as Record<TestBucket, number>;
  for (const group of groups) byStatus[testStatusBucket(group.status)] += group.tests;
  return {
    total: groups.reduce((sum, group) => sum + group.tests, 0),
    byStatus,
    withBugs: groups.reduce((sum, group) => sum + group.withBugs, 0),
    lastEndAt: latest(groups.map((group) => group.lastEnd)),
    lastStartAt: latest(groups.map((group) => group.lastStart)),
  };
}

export interface BugFigures {
  readonly counts: BugCounts;
  readonly known: number;
  readonly lastReportedAt: number | null;
}

/** Counts the living bugs of a product. */
export async function bugFigures(db: Db, productId: number): Promise<BugFigures> {
  const groups = await db
    .selectFrom('tests as t')
    .innerJoin('bugs as b', 'b.test_id', 't.id')
    .select([
      'b.status',
      'b.severity',
      sql<number>`count(*)`.as('bugs'),
      sql<number>`sum(b.known)`.as('known'),
      sql<number | null>`max(b.reported_at)`.as('lastReported'),
    ])
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .where('b.deleted_at', 'is', null)
    .groupBy(['b.status', 'b.severity'])
    .execute();
  return {
    counts: addUpBugs(groups),
    known: groups.reduce((sum, group) => sum + group.known, 0),
    lastReportedAt: latest(groups.map((group) => group.lastReported)),
  };
}

export interface ContentFigures {
  readonly features: number;
  readonly userStories: number;
  readonly featuresRead: boolean;
  readonly testsRead: boolean;
}

/** Counts a product's living features and user stories, and tells which lists were ever read to the end. */
export async function contentFigures(db: Db, productId: number): Promise<ContentFigures> {
  const members = sql`
    select m.feature_id from product_features as m join features as f on f.id = m.feature_id
    where m.product_id = ${productId} and m.deleted_at is null and f.deleted_at is null`;
  const { rows } = await sql<{ features: number; stories: number; featuresRead: number; testsRead: number }>`
    select
      (select count(distinct feature_id) from (${members})) as features,
      (select count(*) from user_stories
        where deleted_at is null and (feature_id in (${members}) or product_id = ${productId})) as stories,
      exists (select 1 from product_freshness
        where product_id = ${productId} and features_at is not null) as featuresRead,
      exists (select 1 from product_freshness
        where product_id = ${productId} and (tests_discovered_at is not null or tests_reconciled_at is not null)) as testsRead`.execute(
    db,
  );
  const [row] = rows;
  return {
    features: row?.features ?? 0,
    userStories: row?.stories ?? 0,
    featuresRead: row?.featuresRead === 1,
    testsRead: row?.testsRead === 1,
  };
}

/** The real sections of a product. The hidden default section is none. */
export async function realSections(db: Db, productId: number) {
  return db
    .selectFrom('sections')
    .select(['id', 'title'])
    .where('product_id', '=', productId)
    .where('deleted_at', 'is', null)
    .where('is_default', '=', 0)
    .orderBy('id')
    .execute();
}

/** Tests that run now, those that end first first. */
export async function runningTests(db: Db, productId: number, most: number) {
  return db
    .selectFrom('tests')
    .select(['id', 'title', 'start_at', 'end_at'])
    .where('product_id', '=', productId)
    .where('deleted_at', 'is', null)
    .where('status', '=', 'running')
    .orderBy('end_at', (order) => order.asc().nullsLast())
    .orderBy('id')
    .limit(most)
    .execute();
}

/** Open bugs, those that the system accepts first first. */
export async function openBugs(db: Db, productId: number, most: number) {
  // A cross join, which SQLite does not reorder: it would go through the open bugs of all products.
  return db
    .selectFrom('tests as t')
    .crossJoin('bugs as b')
    .whereRef('b.test_id', '=', 't.id')
    .select(BUG_COLUMNS)
    .select(['t.id as test_id', 't.title as test_title'])
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .where('b.deleted_at', 'is', null)
    .where('b.status', '=', 'open')
    .orderBy('b.reported_at', (order) => order.asc().nullsLast())
    .orderBy('b.severity_rank', 'desc')
    .orderBy('b.id')
    .limit(most)
    .execute();
}

function latest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.max(...known);
}
