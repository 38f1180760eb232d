import { DAY_MS, type ErrorReport, toIso } from '@testio-mcp/domain';
import type { ReadScope, SyncRunStatus } from '@testio-mcp/persistence';
import { sql } from 'kysely';

type Db = ReadScope['db'];

/** A sync run as diagnostics show it. */
export interface RunFacts {
  id: number;
  status: SyncRunStatus;
  mode: string;
  trigger: string;
  started_at: string;
  finished_at: string | null;
  duration_ms: number | null;
  requests: number;
  rows_written: number;
  error: { code: string; message: string } | null;
}

/**
 * The newest runs, the newest first. One that says it is running although nobody syncs died with its process, and is told as
 * the next sync will write it down.
 *
 * @param isSyncing whether somebody holds the right to sync, which is one run at most
 */
export async function recentRuns(db: Db, most: number, isSyncing: boolean): Promise<RunFacts[]> {
  const rows = await runs(db).limit(most).execute();
  const live = isSyncing ? rows.find((row) => row.status === 'running') : undefined;
  return rows.map((row) => (row.status === 'running' && row !== live ? interrupted(row) : toFacts(row)));
}

/** The newest run that brought data: a partial one did, but for what it lists as failures. */
export async function lastSuccess(db: Db): Promise<RunFacts | null> {
  const row = await runs(db).where('status', 'in', ['completed', 'partial']).limit(1).executeTakeFirst();
  return row === undefined ? null : toFacts(row);
}

/** When the newest run ended that could read everything. */
export async function lastCompletedAt(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('sync_runs')
    .select('finished_at')
    .where('status', '=', 'completed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.finished_at ?? null;
}

/** Runs that began within the last 24 hours, by how they ended. Those that died with their process count as failed. */
export async function runsOfLastDay(db: Db, now: number, isSyncing: boolean) {
  const ended = (status: SyncRunStatus) => sql<number>`count(*) filter (where status = ${status})`;
  const { running, failed, ...others } = await db
    .selectFrom('sync_runs')
    .select([
      ended('completed').as('completed'),
      ended('partial').as('partial'),
      ended('failed').as('failed'),
      ended('cancelled').as('cancelled'),
      ended('running').as('running'),
    ])
    .where('started_at', '>', now - DAY_MS)
    .executeTakeFirstOrThrow();
  const dead = isSyncing ? Math.max(0, running - 1) : running;
  return { ...others, failed: failed + dead };
}

function runs(db: Db) {
  return db
    .selectFrom('sync_runs')
    .select(['id', 'status', 'mode', 'trigger', 'started_at', 'finished_at', 'requests', 'rows_written', 'error'])
    .orderBy('id', 'desc');
}

type RunRow = Awaited<ReturnType<ReturnType<typeof runs>['execute']>>[number];

function interrupted(row: RunRow): RunFacts {
  const error = { code: 'run_interrupted', message: 'The process that ran this sync ended before the sync did.' };
  return { ...toFacts(row), status: 'failed', error };
}

function toFacts({ started_at, finished_at, error, ...run }: RunRow): RunFacts {
  const report = error === null ? null : (JSON.parse(error) as Partial<ErrorReport>);
  return {
    ...run,
    started_at: toIso(started_at),
    finished_at: toIso(finished_at),
    duration_ms: finished_at === null ? null : finished_at - started_at,
    error: report === null ? null : { code: report.code ?? 'unknown', message: report.message ?? 'Not recorded.' },
  };
}
