import { toTestioError } from '@testio-mcp/domain';
import type { Shown } from '@testio-mcp/sync-engine';
import type { Freshness } from '../input/parameters.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { isNothingSynced, sayWhatIsNotKnown } from '../trust/nothing-known.ts';
import type { Missing, Trust } from '../trust/shape.ts';
import { notFoundFor } from './not-found.ts';
import { gapNotes, olderParts, WITHOUT_API } from './notes.ts';
import { refreshShown } from './refresh-shown.ts';

type Output = Record<string, unknown> & Trust;

/**
 * Runs an operation on what the store has; asks the API for what its answer shows where that is due, then runs it again. The
 * answer comes from one snapshot in any case. What did not come is told in its completeness.
 *
 * @throws TestioError what the operation throws, `cancelled` when the caller gave up
 */
export async function readThrough(
  context: OperationContext,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return sayWhatIsNotKnown(await answer(context, operation, input));
}

async function answer(
  context: OperationContext,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<Output> {
  const run = async () => (await operation.run(context, input)) as Output;
  const { freshness } = input as { readonly freshness?: Freshness };
  if (operation.shows === undefined || freshness === undefined || freshness === 'cached') return run();
  const stored = await orNotFound(run);
  // Nothing can be refreshed of what was never synced, but for single things that are asked for by id.
  if (stored.output !== null && isNothingSynced(stored.output)) return stored.output;
  const shown = operation.shows(input, stored.output);
  if (isEmpty(shown)) return answerOf(stored);
  if (context.refresh === undefined) {
    // Without an API there is nothing to wait for; only who asked for a refresh has to be told.
    return freshness === 'auto' ? answerOf(stored) : noted(answerOf(stored), [WITHOUT_API]);
  }
  const beganAt = context.clock.now();
  const report = await refreshShown(context, context.refresh, shown, freshness);
  const fresh = report.isTried ? await orNotFound(run) : stored;
  if (fresh.output === null) throw await notFoundFor(context, fresh.error, shown, report);
  const notes = gapNotes(report, freshness);
  return noted(fresh.output, [...notes, ...(freshness === 'now' ? olderParts(fresh.output, beganAt, notes) : [])]);
}

type Found =
  | { readonly output: Output; readonly error: null }
  /** The store does not have what was asked for. */
  | { readonly output: null; readonly error: Error };

async function orNotFound(run: () => Promise<Output>): Promise<Found> {
  try {
    return { output: await run(), error: null };
  } catch (thrown) {
    const error = toTestioError(thrown);
    if (error.kind !== 'not_found') throw thrown;
    return { output: null, error };
  }
}

function answerOf({ output, error }: Found): Output {
  if (output === null) throw error;
  return output;
}

function noted(output: Output, notes: readonly Missing[]): Output {
  if (notes.length === 0) return output;
  const missing = [...output.completeness.missing, ...notes];
  return { ...output, completeness: { complete: false, missing } };
}

function isEmpty(shown: Shown): boolean {
  return Object.values(shown).every((part) => part === undefined || part === false || (part as number[]).length === 0);
}
