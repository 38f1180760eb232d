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

/** The newest runs, the newest first. */
export async function recentRuns(db: Db, most: number): Promise<RunFacts[]> {
  const rows = await runs(db).limit(most).execute();
  return rows.map(toFacts);
}

/** The newest run that brought data: a partial one did, but for what it lists as failures. */
export async function lastSuccess(db: Db): Promise<RunFacts | null> {
  const row = await runs(db).where('status', 'in', ['completed', 'partial']).limit(1).executeTakeFirst();
  return row === undefined ? null : toFacts(row);
}

/** The newest run that has not ended. */
export async function runningRun(db: Db): Promise<RunFacts | null> {
  const row = await runs(db).where('status', '=', 'running').limit(1).executeTakeFirst();
  return row === undefined ? null : toFacts(row);
}

/** Runs that began within the last 24 hours, by how they ended. */
export async function runsOfLastDay(db: Db, now: number) {
  const ended = (status: SyncRunStatus) => sql<number>`count(*) filter (where status = ${status})`;
  return db
    .selectFrom('sync_runs')
    .select([
      ended('completed').as('completed'),
      ended('partial').as('partial'),
      ended('failed').as('failed'),
      ended('cancelled').as('cancelled'),
    ])
    .where('started_at', '>', now - DAY_MS)
    .executeTakeFirstOrThrow();
}

function runs(db: Db) {
  return db
    .selectFrom('sync_runs')
    .select(['id', 'status', 'mode', 'trigger', 'started_at', 'finished_at', 'requests', 'rows_written', 'error'])
    .orderBy('id', 'desc');
}

type RunRow = Awaited<ReturnType<ReturnType<typeof runs>['execute']>>[number];

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
