import { MINUTE_MS, SECOND_MS, type TestioError, toTestioError } from '@testio-mcp/domain';
import type { OperationContext } from '../operation.ts';
import type { Missing } from '../trust/shape.ts';
import { withDeadline } from './deadline.ts';

/** How fresh an answer is to be: refreshed when old, as stored, or refreshed in any case. */
export const FRESHNESS = ['auto', 'cached', 'now'] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** How long a question waits for the API before it is answered from the store. */
const DEADLINE_MS: Readonly<Record<Exclude<Freshness, 'cached'>, number>> = {
  auto: 2 * SECOND_MS,
  now: 30 * SECOND_MS,
};
const DEFAULT_CACHE_TTL_MS = 60 * MINUTE_MS;

/** What is known about the age of what the store has; null where it has nothing. */
export interface StoredAge {
  /** The oldest of the stamps that the answer rests on; null when one of them was never set. */
  readonly confirmedAt: number | null;
}

/** What became of a refresh. `error` and `missing` are there when it was tried, or asked for, in vain. */
export interface RefreshResult {
  readonly missing: readonly Missing[];
  readonly error: TestioError | null;
}

const FINE: RefreshResult = { missing: [], error: null };

/**
 * Refreshes one test if the asked freshness wants it. A refresh that fails or takes too long is no error: the store still has
 * an answer, which then says so.
 *
 * @param stored null when the store does not have the test
 * @throws TestioError `cancelled` when the caller gave up
 */
export async function refreshTest(
  context: OperationContext,
  testId: number,
  freshness: Freshness,
  stored: StoredAge | null,
): Promise<RefreshResult> {
  if (freshness === 'cached' || (freshness === 'auto' && !isOld(context, stored))) return FINE;
  const refresh = context.refreshTest;
  if (refresh === undefined) {
    // Without an API there is nothing to wait for; only who asked for a refresh has to be told.
    return freshness === 'auto' ? FINE : inVain('There is no API to ask: no token is configured.', null);
  }
  try {
    await withDeadline((signal) => refresh(testId, signal), DEADLINE_MS[freshness], context.signal);
    return FINE;
  } catch (thrown) {
    const error = toTestioError(thrown);
    if (context.signal.aborted) throw error;
    return inVain(`Refreshing the test failed, so it is shown as it was stored. ${error.message}`, error);
  }
}

function isOld({ clock, limits }: OperationContext, stored: StoredAge | null): boolean {
  if (stored === null || stored.confirmedAt === null) return true;
  return clock.now() - stored.confirmedAt > (limits.cacheTtlMs ?? DEFAULT_CACHE_TTL_MS);
}

function inVain(why: string, error: TestioError | null): RefreshResult {
  return { missing: [{ what: 'refresh', count: 1, why }], error };
}
