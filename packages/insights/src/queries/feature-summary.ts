import { EXECUTION_STATUSES } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';
import { bugsOfFeatures, testsOfFeatures } from './features.ts';
import { type StoryRuns, SYSTEM, storyRuns } from './story-runs.ts';

type Db = ReadScope['db'];

/** Living bugs of a feature, grouped by status and severity. */
export async function featureBugGroups(db: Db, id: number): Promise<(BugGroup & { readonly known: number })[]> {
  const { rows } = await sql<BugGroup & { known: number }>`
    select b.status, b.severity, count(*) as bugs, sum(b.known) as known
    from (${bugsOfFeatures(sql`(${id})`)}) as x join bugs as b on b.id = x.bug_id
    group by b.status, b.severity`.execute(db);
  return rows;
}

export interface FeatureTests {
  readonly total: number;
  /** Of the total: those whose bugs, results of stories, runs of stories were read at least once. */
  readonly withBugs: number;
  readonly withDetails: number;
  readonly withRuns: number;
}

/** Counts the living tests of a feature. */
export async function featureTestCounts(db: Db, id: number): Promise<FeatureTests> {
  const { rows } = await sql<FeatureTests>`
    select count(*) as total, count(f.bugs_at) as withBugs, count(f.details_at) as withDetails,
      count(f.executions_at) as withRuns
    from (${testsOfFeatures(sql`(${id})`)}) as x left join test_freshness as f on f.test_id = x.test_id`.execute(db);
  return rows[0] ?? { total: 0, withBugs: 0, withDetails: 0, withRuns: 0 };
}

/** The living tests of a feature, latest end first. */
export async function newestTests(db: Db, id: number, most: number) {
  const tests = sql`(select test_id from (${testsOfFeatures(sql`(${id})`)}))`;
  return db
    .selectFrom('tests as t')
    .innerJoin('products as p', 'p.id', 't.product_id')
    .select(['t.id', 't.title', 't.status', 't.end_at', 'p.id as product_id', 'p.title as product_title'])
    .where(sql<boolean>`t.id in ${tests}`)
    .orderBy('t.end_at', (order) => order.desc().nullsLast())
    .orderBy('t.id', 'desc')
    .limit(most)
    .execute();
}

/** The living user stories of a feature, in its order. */
export async function storiesOfFeature(db: Db, id: number) {
  return db
    .selectFrom('user_stories')
    .select(['id', 'title', 'path'])
    .where('feature_id', '=', id)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

const RESULTS = [...EXECUTION_STATUSES, 'other'] as const;
export type ResultCounts = Record<(typeof RESULTS)[number], number>;

export interface StoryResults extends StoryRuns {
  /** Tests by the story's result in them. */
  readonly tests: ResultCounts;
}

/** Copies of the feature's stories in living tests: one row per story, test and result. */
const copies = (id: number) => sql`
  select distinct s.user_story_id as story, s.version_id, tf.test_id, s.execution_status as status
  from test_features as tf join tests as t on t.id = tf.test_id join test_stories as s on s.test_feature_id = tf.id
  where tf.feature_id = ${id} and tf.deleted_at is null and t.deleted_at is null`;

/** What testers found of each story of a feature in all living tests, with three statements. */
export async function storyResults(db: Db, id: number): Promise<(storyId: number) => StoryResults> {
  const { rows: results } = await sql<{ story: number; status: string | null; n: number }>`
    select story, status, count(distinct test_id) as n from (${copies(id)}) group by story, status`.execute(db);
  const runsOf = await storyRuns(db, copies(id), SYSTEM);
  const resultsOf = Map.groupBy(results, (group) => group.story);
  return (storyId) => {
    const tests = Object.fromEntries(RESULTS.map((result) => [result, 0])) as ResultCounts;
    for (const { status, n } of resultsOf.get(storyId) ?? []) {
      tests[RESULTS.find((result) => result === status) ?? 'other'] += n;
    }
    return { tests, ...runsOf(storyId) };
  };
}
