import { cancelled, MINUTE_MS, SECOND_MS, toTestioError } from '@testio-mcp/domain';
import type { RefreshOptions, RefreshReport, Shown } from '@testio-mcp/sync-engine';
import type { Freshness } from '../input/parameters.ts';
import type { OperationContext } from '../operation.ts';
import { tooSlow, withDeadline } from './deadline.ts';

type Asked = Exclude<Freshness, 'cached'>;

/** How long a question waits for the API before it is answered from the store. */
const DEADLINE_MS: Readonly<Record<Asked, number>> = { auto: 2 * SECOND_MS, now: 30 * SECOND_MS };
/** How many requests a question may send for the parts of a list. */
const MOST_REQUESTS: Readonly<Record<Asked, number>> = { auto: 5, now: 40 };
/** Time to gather what came before the deadline. */
const GRACE_MS = 250;
const DEFAULT_CACHE_TTL_MS = 60 * MINUTE_MS;

/**
 * Asks the API for what an answer shows, no longer than a question may wait. Trouble is no error: the store still has an
 * answer, and the report says what did not come.
 *
 * @throws TestioError `cancelled` when the caller gave up
 */
export async function refreshShown(
  { signal: caller, limits }: OperationContext,
  refresh: (shown: Shown, options: RefreshOptions) => Promise<RefreshReport>,
  shown: Shown,
  freshness: Asked,
): Promise<RefreshReport> {
  const deadlineMs = DEADLINE_MS[freshness];
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadlineMs);
  try {
    const report = await withDeadline(
      (signal) =>
        refresh(shown, {
          extent: freshness === 'now' ? 'everything' : 'stale',
          maxAgeMs: limits.cacheTtlMs ?? DEFAULT_CACHE_TTL_MS,
          maxRequests: MOST_REQUESTS[freshness],
          signal: AbortSignal.any([signal, late.signal]),
        }),
      deadlineMs + GRACE_MS,
      caller,
    );
    if (caller.aborted) throw cancelled(caller.reason);
    // A part that ended with the deadline says no more than that it was cancelled.
    const inWords = report.gaps.map((gap) =>
      gap.error?.kind === 'cancelled' ? { ...gap, error: tooSlow(deadlineMs) } : gap,
    );
    return { ...report, gaps: inWords };
  } catch (thrown) {
    if (caller.aborted) throw cancelled(thrown);
    const error = late.signal.aborted ? tooSlow(deadlineMs) : toTestioError(thrown);
    return { isTried: true, gaps: [{ what: 'tests', count: 0, error }] };
  } finally {
    clearTimeout(timer);
  }
}
