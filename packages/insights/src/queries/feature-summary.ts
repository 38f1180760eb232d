import { EXECUTION_STATUSES, RUN_STATUSES } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';
import { bugsOfFeatures, testsOfFeatures } from './features.ts';

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
const RUNS = [...RUN_STATUSES, 'other'] as const;
/** How a run may end that tells something about a device. */
const TELLING = ['failed', 'blocked', 'passed'] as const;

export type ResultCounts = Record<(typeof RESULTS)[number], number>;
export type RunCounts = Record<(typeof RUNS)[number], number>;

export interface StoryResults {
  /** Tests by the story's result in them. */
  readonly tests: ResultCounts;
  /** Testers' runs by their status. */
  readonly runs: RunCounts;
  /** Platforms of the runs, the most frequent first. */
  readonly devices: Record<(typeof TELLING)[number], { readonly platform: string | null; readonly runs: number }[]>;
}

/** Copies of the feature's stories in living tests: one row per story, test and result. */
const copies = (id: number) => sql`
  select distinct s.user_story_id as story_id, s.version_id, tf.test_id, s.execution_status as status
  from test_features as tf join tests as t on t.id = tf.test_id join test_stories as s on s.test_feature_id = tf.id
  where tf.feature_id = ${id} and tf.deleted_at is null and t.deleted_at is null`;

interface Group {
  readonly story_id: number;
  readonly status: string | null;
  readonly n: number;
}

/** What testers found of each story of a feature in all living tests, with three statements. */
export async function storyResults(db: Db, id: number): Promise<(storyId: number) => StoryResults> {
  const runs = sql`
    select distinct c.story_id, e.id, e.status from (${copies(id)}) as c
    join executions as e on e.version_id = c.version_id and e.test_id = c.test_id`;
  const { rows: results } = await sql<Group>`
    select story_id, status, count(distinct test_id) as n from (${copies(id)}) group by story_id, status`.execute(db);
  const { rows: ran } = await sql<Group>`
    select story_id, status, count(*) as n from (${runs}) group by story_id, status`.execute(db);
  const { rows: seen } = await sql<Group & { platform: string | null }>`
    select r.story_id, r.status, nullif(trim(coalesce(d.os_name, '') || ' ' || coalesce(d.os_version, '')), '') as platform,
      count(distinct r.id) as n
    from (${runs}) as r join execution_devices as d on d.execution_id = r.id
    where r.status in (${sql.join(TELLING)}) group by r.story_id, r.status, platform
    order by n desc, platform`.execute(db);
  const resultsOf = Map.groupBy(results, (group) => group.story_id);
  const runsOf = Map.groupBy(ran, (group) => group.story_id);
  const seenOf = Map.groupBy(seen, (group) => group.story_id);
  return (storyId) => {
    const platforms = (status: string) =>
      (seenOf.get(storyId) ?? [])
        .filter((group) => group.status === status)
        .map(({ platform, n }) => ({ platform, runs: n }));
    return {
      tests: inBuckets(RESULTS, resultsOf.get(storyId) ?? []),
      runs: inBuckets(RUNS, runsOf.get(storyId) ?? []),
      devices: { failed: platforms('failed'), blocked: platforms('blocked'), passed: platforms('passed') },
    };
  };
}

function inBuckets<const Bucket extends string>(
  buckets: readonly (Bucket | 'other')[],
  groups: readonly Group[],
): Record<Bucket | 'other', number> {
  const counts = Object.fromEntries(buckets.map((bucket) => [bucket, 0])) as Record<Bucket | 'other', number>;
  for (const { status, n } of groups) counts[buckets.find((bucket) => bucket === status) ?? 'other'] += n;
  return counts;
}
