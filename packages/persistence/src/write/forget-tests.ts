import { type RawBuilder, sql } from 'kysely';
import { idList } from '../sqlite/id-list.ts';
import { dropDocuments, indexDocuments } from '../sqlite/search-index.ts';
import type { WriteScope } from '../store.ts';
import { nextChangeNumber, recordChangeNumber } from './change-number.ts';

/**
 * Forgets all but the head of tests: their bugs and runs, their texts, their people, what they ran on. What nothing else refers
 * to goes with them. The rows of the tests themselves do not count as changed, because at Test IO they are not; but who watches
 * the store is told.
 */
export async function forgetTests(scope: WriteScope, testIds: readonly number[]): Promise<void> {
  if (testIds.length === 0) return;
  const { db, now } = scope;
  const tests = idList(testIds);
  const run = (statement: RawBuilder<unknown>) => statement.execute(db);
  const bugs = await db.selectFrom('bugs').select(['id', 'author_id']).where('test_id', 'in', tests).execute();
  const named = await db
    .selectFrom('tests')
    .select(['created_by_id', 'submitted_by_id', 'environment_id'])
    .where('id', 'in', tests)
    .execute();
  const bugIds = bugs.map((bug) => bug.id);
  await dropDocuments(scope, 'bug', bugIds);
  for (const part of ['bug_devices', 'bug_comments', 'bug_attachments']) {
    await run(sql`delete from ${sql.table(part)} where bug_id in ${idList(bugIds)}`);
  }
  await run(sql`delete from bugs where id in ${idList(bugIds)}`);
  // The first is that of bugs without devices.
  await run(sql`delete from device_sets where id > 1 and id not in (select device_set_id from counted_bugs)`);
  const runs = sql`(select id from executions where test_id in ${tests})`;
  await run(sql`delete from execution_devices where execution_id in ${runs}`);
  await run(sql`delete from executions where test_id in ${tests}`);
  const snapshots = sql`(select id from test_features where test_id in ${tests})`;
  for (const part of ['test_stories', 'test_feature_metrics']) {
    await run(sql`delete from ${sql.table(part)} where test_feature_id in ${snapshots}`);
  }
  await run(sql`delete from test_features where test_id in ${tests} and deleted_at is not null`);
  await run(sql`
    update test_features set title = null, description = null, how_to_find = null, target_idx = null,
      enable_default = 0, enable_content = 0, enable_visual = 0, user_story_texts = '[]'
    where test_id in ${tests}`);
  for (const part of ['test_requirements', 'test_attachments', 'test_analytics']) {
    await run(sql`delete from ${sql.table(part)} where test_id in ${tests}`);
  }
  await run(sql`
    update tests set title = null, goal = null, instructions = null, out_of_scope = null, created_by_id = null,
      submitted_by_id = null, environment_id = null, enable_low = null, enable_high = null, enable_critical = null,
      allowed_bug_types = '[]', report_language = null, raw_json = '{}'
    where id in ${tests}`);
  await run(sql`
    update test_freshness set details_at = null, executions_at = null, bugs_at = null, forgotten_at = ${now}
    where test_id in ${tests}`);
  // Nothing of it is asked for again.
  await run(sql`update sync_failures set closed_at = ${now} where closed_at is null and test_id in ${tests}`);
  await indexDocuments(scope, 'test', testIds);
  await forgetPeople(scope, [
    ...bugs.map((bug) => bug.author_id),
    ...named.flatMap((test) => [test.created_by_id, test.submitted_by_id]),
  ]);
  await run(sql`
    delete from test_environments where id in ${idList(present(named.map((test) => test.environment_id)))}
      and not exists (select 1 from tests where environment_id = test_environments.id)`);
  await db.updateTable('account').set({ has_traces: 1 }).where('id', '=', 1).execute();
  await recordChangeNumber(db, await nextChangeNumber(db));
}

/** Forgets those of some people whom nothing names any more. */
async function forgetPeople({ db }: WriteScope, people: readonly (number | null)[]): Promise<void> {
  await sql`
    delete from people where id in ${idList(present(people))}
      and not exists (select 1 from bugs where author_id = people.id)
      and not exists (select 1 from tests where created_by_id = people.id)
      and not exists (select 1 from tests where submitted_by_id = people.id)`.execute(db);
}

function present(ids: readonly (number | null)[]): Set<number> {
  return new Set(ids.filter((id) => id !== null));
}
