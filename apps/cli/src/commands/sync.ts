import { SECOND_MS, toTestioError } from '@testio-mcp/domain';
import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { progressView } from '../progress.ts';
import { withSession } from '../session.ts';
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
  return withSession(invocation, { token: true, fills: true }, async ({ runtime, interruption }) => {
    const progress = progressView({ silent: output.quiet || output.json });
    let record: SyncRunRecord;
    try {
      record = await runtime.sync({
        ...wanted,
        waitMs: (options.wait ?? 0) * SECOND_MS,
        trigger: 'cli',
        signal: interruption.signal,
        onProgress: progress.update,
      });
    } catch (thrown) {
      // Nothing went wrong, it was only not this process's turn: scripts tell that from a failure.
      if (toTestioError(thrown).kind !== 'busy') throw thrown;
      fail(output, thrown);
      return EXIT.busy;
    } finally {
      progress.close();
    }
    if (output.json) {
      output.printJson(record);
    } else {
      if (!output.quiet) output.print(syncSummary(record));
      for (const line of failureLines(record)) output.complain(line);
    }
    return record.status === 'cancelled' ? (interruption.exitCode() ?? EXIT.failed) : EXIT_OF[record.status];
  });
}

const EXIT_OF: Record<Exclude<SyncRunRecord['status'], 'cancelled'>, number> = {
  completed: EXIT.done,
  partial: EXIT.partial,
  failed: EXIT.failed,
};
