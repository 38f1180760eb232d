import { SECOND_MS, toTestioError } from '@testio-mcp/domain';
import type { RuntimeSyncOptions } from '@testio-mcp/runtime';
import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import type { Output } from '../output.ts';
import { progressView } from '../progress.ts';
import { type Session, withSession } from '../session.ts';
import { syncPlanText } from '../sync-plan-text.ts';
import { failureLines, syncSummary } from '../sync-summary.ts';

export interface SyncCommandOptions {
  readonly product?: readonly number[] | undefined;
  /** Seconds to wait for another process that is syncing the same store; 0 when absent. */
  readonly wait?: number | undefined;
  /** Only tests that ended in this period. */
  readonly since?: string | undefined;
  /** Read every page and every bug again. */
  readonly full?: boolean | undefined;
  /** Say what would be asked for, and ask for nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Brings the local copy up to date. Exit codes: 0 completed, 3 something could not be read, 1 failed; 130 or 143 when a
 * signal came, after the run is recorded as cancelled; 4 when another process is syncing the same store and still was
 * after the time to wait.
 */
export async function sync(invocation: Invocation, options: SyncCommandOptions): Promise<number> {
  const { output } = invocation;
  const wanted = {
    productIds: options.product,
    since: options.since,
    mode: options.full === true ? 'full' : 'incremental',
  } as const;
  if (options.dryRun === true) {
    return withSession(invocation, { token: false, fills: false }, async ({ runtime }) => {
      const plan = await runtime.planSync(wanted);
      if (output.json) output.printJson(plan);
      else output.print(syncPlanText(plan));
      return EXIT.done;
    });
  }
  // The store of a demo is kept for all commands of the day: a part of the account must not be what they find.
  const fills = options.product === undefined && options.since === undefined;
  return withSession(invocation, { token: true, fills }, async (session) => {
    const record = await syncShown(output, session, { ...wanted, wait: options.wait });
    if (record === null) return EXIT.busy;
    if (output.json) output.printJson(record);
    else showRecord(output, record);
    return endOf(record, session);
  });
}

/** Runs a sync and shows how it goes. Null when another process did not give way in time, which has been told then. */
export async function syncShown(
  output: Output,
  { runtime, interruption }: Session,
  {
    wait,
    ...wanted
  }: Pick<RuntimeSyncOptions, 'productIds' | 'since' | 'mode'> & { readonly wait?: number | undefined },
): Promise<SyncRunRecord | null> {
  const progress = progressView({ silent: output.quiet || output.json });
  try {
    return await runtime.sync({
      ...wanted,
      waitMs: (wait ?? 0) * SECOND_MS,
      trigger: 'cli',
      signal: interruption.signal,
      onProgress: progress.update,
    });
  } catch (thrown) {
    // Nothing went wrong, it was only not this process's turn: scripts tell that from a failure.
    if (toTestioError(thrown).kind !== 'busy') throw thrown;
    fail(output, thrown);
    return null;
  } finally {
    progress.close();
  }
}

/** What a run did on stdout, what it could not read on stderr. */
export function showRecord(output: Output, record: SyncRunRecord): void {
  if (!output.quiet) output.print(syncSummary(record));
  for (const line of failureLines(record)) output.complain(line);
}

/** The exit code of a command that ended with this run. */
export function endOf({ status }: SyncRunRecord, { interruption }: Session): number {
  return status === 'cancelled' ? (interruption.exitCode() ?? EXIT.failed) : EXIT_OF[status];
}

const EXIT_OF: Record<Exclude<SyncRunRecord['status'], 'cancelled'>, number> = {
  completed: EXIT.done,
  partial: EXIT.partial,
  failed: EXIT.failed,
};
