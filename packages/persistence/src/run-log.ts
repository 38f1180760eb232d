import type { EpochMs, ErrorReport } from '@testio-mcp/domain';
import { sql } from 'kysely';
import type { SyncOutcomeStatus, SyncRunStatus } from './schema/words.ts';
import type { WriteScope } from './store.ts';

export interface RunStart {
  /** initial, incremental, full, … */
  readonly mode: string;
  /** Who asked: cli, server, demo, … */
  readonly trigger: string;
  /** The products asked for; null for all. */
  readonly productIds: readonly number[] | null;
  /** The transaction's instant when absent. */
  readonly startedAt?: EpochMs | undefined;
}

/** Writes down that a run has begun. Returns its id. */
export async function startRun({ db, now }: WriteScope, run: RunStart): Promise<number> {
  const { id } = await db
    .insertInto('sync_runs')
    .values({
      status: 'running',
      mode: run.mode,
      trigger: run.trigger,
      scope: JSON.stringify(run.productIds),
      started_at: run.startedAt ?? now,
      finished_at: null,
      requests: 0,
      rows_written: 0,
      error: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface RunOutcome {
  /** Null for a phase of the whole account. */
  readonly productId: number | null;
  readonly phase: string;
  readonly status: SyncOutcomeStatus;
  /** Things read: products, features, tests, bugs. */
  readonly items: number;
  /** Domain rows only. */
  readonly rowsWritten: number;
  readonly error?: ErrorReport | null | undefined;
}

/** Writes down how one phase of one product ended. A second outcome of the same phase in the same run replaces the first. */
export async function recordOutcome({ db, now }: WriteScope, runId: number, outcome: RunOutcome): Promise<void> {
  const values = {
    status: outcome.status,
    items: outcome.items,
    rows_written: outcome.rowsWritten,
    error: errorJson(outcome.error),
    finished_at: now,
  };
  await db
    .insertInto('sync_outcomes')
    .values({ run_id: runId, product_key: outcome.productId ?? 0, phase: outcome.phase, ...values })
    .onConflict((conflict) => conflict.columns(['run_id', 'product_key', 'phase']).doUpdateSet(values))
    .execute();
}

export interface RunEnd {
  readonly status: Exclude<SyncRunStatus, 'running'>;
  /** HTTP requests sent, retries included. */
  readonly requests: number;
  /** Domain rows only. */
  readonly rowsWritten: number;
  readonly error?: ErrorReport | null | undefined;
  /** The transaction's instant when absent. */
  readonly finishedAt?: EpochMs | undefined;
}

/** Writes down how a run ended. */
export async function finishRun({ db, now }: WriteScope, runId: number, end: RunEnd): Promise<void> {
  await db
    .updateTable('sync_runs')
    .set({
      status: end.status,
      finished_at: end.finishedAt ?? now,
      requests: end.requests,
      rows_written: end.rowsWritten,
      error: errorJson(end.error),
    })
    .where('id', '=', runId)
    .execute();
}

/**
 * Ends runs that say they are running although nobody runs them: their process was killed. Only the holder of the right to
 * write may call this, or a live run of another process is declared dead.
 *
 * @param options.except the caller's own run
 * @returns the number of runs repaired
 */
export async function repairOrphanedRuns(
  { db, now }: WriteScope,
  options: { readonly except?: number | undefined } = {},
): Promise<number> {
  const error: ErrorReport = {
    code: 'run_interrupted',
    kind: 'internal',
    message: 'The process that ran this sync ended before the sync did.',
    retryable: true,
    next: 'Nothing: the next sync reads what is missing.',
  };
  const { numUpdatedRows } = await db
    .updateTable('sync_runs')
    .set({ status: 'failed', finished_at: now, error: JSON.stringify(error) })
    .where('status', '=', 'running')
    .where('id', 'is distinct from', sql<number>`${options.except ?? null}`)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

function errorJson(error: ErrorReport | null | undefined): string | null {
  return error === null || error === undefined ? null : JSON.stringify(error);
}
