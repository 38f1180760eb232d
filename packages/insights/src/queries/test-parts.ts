import { builtOnce, type ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { rankAmong } from '../sqlite/open-set.ts';
import { DEVICE, storyRuns } from './story-runs.ts';

type Db = ReadScope['db'];

/** A living test with what stands in its own row and beside it; no row where the store has none. */
export const findTest = builtOnce((db, id: number) =>
  db
    .selectFrom('tests as t')
    .innerJoin('products as p', 'p.id', 't.product_id')
    .leftJoin('test_environments as e', 'e.id', 't.environment_id')
    .leftJoin('people as creator', 'creator.id', 't.created_by_id')
    .leftJoin('people as submitter', 'submitter.id', 't.submitted_by_id')
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .select(['t.id', 't.title', 't.status', 't.testing_type', 't.review_status', 't.start_at', 't.end_at'])
    .select(['t.goal', 't.instructions', 't.out_of_scope', 't.enable_low', 't.enable_high', 't.enable_critical'])
    .select([
      'p.id as product_id',
      'p.title as product_title',
      'e.id as environment_id',
      'e.title as environment_title',
    ])
    .select(['t.created_by_id', 'creator.name as created_by', 't.submitted_by_id', 'submitter.name as submitted_by'])
    .select(['f.details_at', 'f.executions_at', 'f.bugs_at', 'f.forgotten_at'])
    .where('t.id', '=', id)
    .where('t.deleted_at', 'is', null),
);

/** The features of a test, as they were copied into it, with their results and the bugs filed against them. */
export const testFeatures = builtOnce((db, testId: number) => {
  const bugs = sql<number>`(
    select count(*) from bugs where test_feature_id = tf.id and test_id = tf.test_id and deleted_at is null)`;
  return db
    .selectFrom('test_features as tf')
    .leftJoin('test_feature_metrics as m', 'm.test_feature_id', 'tf.id')
    .select(['tf.id as snapshot_id', 'tf.feature_id as id', 'tf.title', 'm.execution_status', 'm.tester_count'])
    .select(bugs.as('bugs'))
    .where('tf.test_id', '=', testId)
    .where('tf.deleted_at', 'is', null)
    .orderBy('tf.position')
    .orderBy('tf.id');
});

/** The user stories of a test with their results, what went wrong first. */
export const testStories = builtOnce((db, testId: number) =>
  db
    .selectFrom('test_stories as s')
    .innerJoin('test_features as tf', 'tf.id', 's.test_feature_id')
    .select(['s.user_story_id as id', 's.test_feature_id as snapshot_id', 's.version_id', 's.title', 's.path'])
    .select(['s.execution_status', 's.tested_by_count', 's.bugs_found'])
    .where('tf.test_id', '=', testId)
    .where('tf.deleted_at', 'is', null)
    .orderBy(rankAmong(sql.ref('s.execution_status'), ['failed', 'blocked', 'passed', 'not_tested']))
    .orderBy('tf.position')
    .orderBy('s.position'),
);

/** What testers' runs of the stories of a test found, by the story's copy in it. */
export async function testRuns(db: Db, testId: number) {
  const copies = sql`
    select s.version_id as story, s.version_id, tf.test_id from test_features as tf
    join test_stories as s on s.test_feature_id = tf.id where tf.test_id = ${testId} and tf.deleted_at is null`;
  return storyRuns(db, copies, DEVICE);
}

/** The execution metrics of a test; no row where they were not read or do not exist. */
export const testAnalytics = builtOnce((db, testId: number) =>
  db.selectFrom('test_analytics').selectAll().where('test_id', '=', testId),
);

/** The device scope of a test, line by line. */
export const testRequirements = builtOnce((db, testId: number) =>
  db
    .selectFrom('test_requirements')
    .select(['os_name', 'min_version', 'max_version', 'category_name', 'browsers'])
    .where('test_id', '=', testId)
    .orderBy('position'),
);
