import type { ApiClient } from '@testio-mcp/api-client';
import { type EpochMs, toTestioError } from '@testio-mcp/domain';
import {
  idList,
  readRejectReasons,
  recordFailure,
  type Store,
  saveRejectReasons,
  type WriteScope,
} from '@testio-mcp/persistence';
import { testFailure } from '../failures.ts';
import { askForData, troubleOf } from '../trouble.ts';

/** What the parts of one refresh share. */
export interface RefreshContext {
  /** Writes nothing while somebody syncs. */
  readonly store: Store;
  readonly api: ApiClient;
  /** When the refresh began. What somebody else has stored since stays. */
  readonly beganAt: EpochMs;
  /** How often to try where the host is in trouble; as often as the client does when undefined. */
  readonly attempts: number | undefined;
}

/**
 * Asks the API one thing. A question that the server cannot answer is not repeated: it fails the same each time, and somebody
 * waits.
 */
export function ask<T>(
  { attempts }: RefreshContext,
  question: (attempts: number | undefined) => Promise<T>,
): Promise<T> {
  return attempts === undefined ? askForData(1, question) : question(attempts);
}

/** The reasons for rejection, read only if the store has none. */
export async function rejectReasons(context: RefreshContext, signal: AbortSignal) {
  const stored = await context.store.read(readRejectReasons);
  if (stored.length > 0) return stored;
  const reasons = await ask(context, (attempts) => context.api.listRejectReasons({ signal, attempts }));
  await context.store.write((scope) => saveRejectReasons(scope, reasons));
  return reasons;
}

/**
 * Writes down that the API cannot deliver something of a test, so that syncs try it again and answers can say since when.
 * Other trouble passes by itself. Never throws.
 */
export async function noteUndeliverable(
  { store }: RefreshContext,
  kind: Parameters<typeof testFailure>[0],
  testId: number,
  thrown: unknown,
): Promise<void> {
  const error = toTestioError(thrown);
  if (troubleOf(error) !== 'data') return;
  try {
    await store.write(async (scope) => {
      const test = await scope.db.selectFrom('tests').select('product_id').where('id', '=', testId).executeTakeFirst();
      if (test === undefined) return;
      const failure = testFailure(kind, test.product_id, testId, error);
      await recordFailure(scope, failure.key, failure.facts);
    });
  } catch {
    // The caller is told of the error in any case; a note that could not be written is taken down by the next sync.
  }
}

/** Tests that another refresh has stored since this one began to ask: theirs is at least as new. */
export async function storedSince(
  { db }: WriteScope,
  stamp: 'listed_at' | 'details_at' | 'executions_at' | 'bugs_at',
  testIds: readonly number[],
  since: EpochMs,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('test_freshness')
    .select('test_id')
    .where('test_id', 'in', idList(testIds))
    .where(stamp, '>', since)
    .execute();
  return new Set(rows.map((row) => row.test_id));
}
