import { TestioError, toIso, toTestioError } from '@testio-mcp/domain';
import { idList } from '@testio-mcp/persistence';
import type { RefreshReport, Shown } from '@testio-mcp/sync-engine';
import type { OperationContext } from '../operation.ts';
import { countOf } from '../render/lines.ts';

/**
 * The error for something that neither the store has nor the API delivered: that it does not exist, that the API cannot deliver
 * it, or that the API could not be asked.
 *
 * @param error what the operation said of the store
 */
export async function notFoundFor(
  context: OperationContext,
  thrown: Error,
  shown: Shown,
  { gaps }: RefreshReport,
): Promise<TestioError> {
  const error = toTestioError(thrown);
  const failure = gaps.find((gap) => gap.error !== null)?.error ?? null;
  if (failure === null || failure.kind === 'not_found') return error;
  const { field, received } = error.facts;
  const place = { ...(field === undefined ? {} : { field }), ...(received === undefined ? {} : { received }) };
  if (failure.facts.upstreamStatus === 500 || failure.code === 'api_unreadable_answer') {
    return new TestioError({
      ...place,
      kind: 'upstream',
      code: 'test_unreadable',
      message: `The API cannot deliver this test. ${failure.message} ${await sinceWhen(context, shown.wholeTests ?? shown.bugsOf ?? [])}`,
      next: 'Every sync tries such tests again. If it stays like this, report the id to Test IO.',
      retryable: true,
      ...(failure.facts.upstreamStatus === undefined ? {} : { upstreamStatus: failure.facts.upstreamStatus }),
      cause: failure,
    });
  }
  return new TestioError({
    ...error.facts,
    message: `${error.message} The API could not be asked. ${failure.message}`,
    next: failure.facts.next ?? 'Try again later.',
    retryable: true,
    cause: failure,
  });
}

/** What is known of the time: of this test, else of tests that cannot be read and whose ids are not known. */
async function sinceWhen({ store }: OperationContext, testIds: readonly number[]): Promise<string> {
  return store.read(async ({ db }) => {
    const own = await db
      .selectFrom('sync_failures')
      .select((eb) => eb.fn.min('first_seen_at').as('at'))
      .where('test_id', 'in', idList(testIds))
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (typeof own?.at === 'number') return `It has failed like this since ${toIso(own.at)}.`;
    const other = await db
      .selectFrom('sync_failures')
      .select((eb) => [eb.fn.min('first_seen_at').as('at'), eb.fn.countAll<number>().as('positions')])
      .where('kind', '=', 'test_position')
      .where('position', 'is not', null)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (typeof other?.at !== 'number') return 'The store never had it, so this is the first time it was met.';
    const positions = countOf(other.positions, 'unreadable test');
    return `Syncs have met ${positions} in the lists of tests since ${toIso(other.at)}; it may be one of them.`;
  });
}
