import type { Execution } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList } from '../sqlite/id-list.ts';
import type { WriteScope } from '../store.ts';
import { namingOf } from './pseudonyms.ts';
import { forgottenAmong } from './retention.ts';
import { replaceChildren, type UpsertRule, upsert } from './upsert.ts';
import { deviceColumns } from './values.ts';

const EXECUTIONS: UpsertRule<'executions'> = { table: 'executions', key: ['id'] };
const DEVICES: UpsertRule<'execution_devices'> = { table: 'execution_devices', key: ['execution_id', 'position'] };

/** A run of a story, with the story's copy that was asked about: the API's answer does not name it. */
export interface StoryRun {
  readonly versionId: number;
  readonly execution: Execution;
}

/**
 * Makes the executions of one test equal to the given ones and stamps them as read. Executions that are gone are deleted:
 * they are results, not records that somebody may ask for later. Of a test of which no more than the head is kept, nothing is written.
 *
 * @param runs every execution of every story of the test
 * @returns the number of rows inserted, changed or deleted
 */
export async function saveExecutions(scope: WriteScope, testId: number, runs: readonly StoryRun[]): Promise<number> {
  const { db, now } = scope;
  if ((await forgottenAmong(scope, [testId])).size > 0) return 0;
  const naming = await namingOf(scope);
  const unique = [...new Map(runs.map((run) => [run.execution.id, run])).values()];
  const written = await upsert(
    db,
    EXECUTIONS,
    unique.map(({ versionId, execution }) => ({
      id: execution.id,
      test_id: testId,
      version_id: versionId,
      status: execution.status,
      comment: execution.comment,
      executed_by: execution.executedBy === null ? null : (naming?.(execution.executedBy) ?? execution.executedBy),
      executed_at: execution.executedAt,
    })),
  );
  const devices = await replaceChildren(
    db,
    DEVICES,
    unique.map(({ execution }) => ({
      parent: execution.id,
      rows: execution.devices.map((device, position) => ({
        execution_id: execution.id,
        position,
        ...deviceColumns(device),
      })),
    })),
  );
  const gone = sql<number>`(select id from executions where test_id = ${testId} and id not in ${idList(unique.map((run) => run.execution.id))})`;
  const lostDevices = await db
    .deleteFrom('execution_devices')
    .where('execution_id', 'in', gone)
    .executeTakeFirstOrThrow();
  const lost = await db.deleteFrom('executions').where('id', 'in', gone).executeTakeFirstOrThrow();
  await db.updateTable('test_freshness').set({ executions_at: now }).where('test_id', '=', testId).execute();
  return written.length + devices.length + Number(lostDevices.numDeletedRows) + Number(lost.numDeletedRows);
}
