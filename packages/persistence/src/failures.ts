import type { EpochMs } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList, textList } from './sqlite/id-list.ts';
import type { ReadScope, WriteScope } from './store.ts';
import type { Row } from './write/upsert.ts';

/** Something that could not be read, and where. Members that make no sense for its kind are null. */
export interface FailureFacts {
  /** test_position, test_details, executions, bugs, features, products. */
  readonly kind: string;
  readonly productId: number | null;
  readonly testId: number | null;
  /** Position in the product's test list, from 0. */
  readonly position: number | null;
  /** The nearest tests that could be read on either side: the unreadable one ended between them. */
  readonly beforeTestId: number | null;
  readonly beforeEndAt: EpochMs | null;
  readonly afterTestId: number | null;
  readonly afterEndAt: EpochMs | null;
  readonly code: string;
  readonly message: string;
  readonly upstreamStatus: number | null;
}

/** A failure as the store remembers it. */
export interface OpenFailure extends FailureFacts {
  readonly key: string;
  /** How often it was met. */
  readonly occurrences: number;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
}

/**
 * The key under which a failure is remembered: the same in every run that meets it. A position is known by its neighbours,
 * because its number changes with every new test.
 *
 * @param nth which one it is, from 0, of several unreadable positions between the same neighbours
 */
export function failureKey(
  facts: Pick<FailureFacts, 'kind' | 'productId' | 'testId' | 'beforeTestId' | 'afterTestId'>,
  nth = 0,
): string {
  const { kind, productId, testId, beforeTestId, afterTestId } = facts;
  return [kind, productId, testId, beforeTestId, afterTestId, nth].map((part) => part ?? '-').join(':');
}

/** Writes down that something could not be read. Meeting it again counts it, and opens it again if it was closed. */
export async function recordFailure({ db, now }: WriteScope, key: string, facts: FailureFacts): Promise<void> {
  const values = {
    kind: facts.kind,
    product_id: facts.productId,
    test_id: facts.testId,
    position: facts.position,
    before_test_id: facts.beforeTestId,
    before_end_at: facts.beforeEndAt,
    after_test_id: facts.afterTestId,
    after_end_at: facts.afterEndAt,
    code: facts.code,
    message: facts.message,
    upstream_status: facts.upstreamStatus,
    last_seen_at: now,
    closed_at: null,
  };
  await db
    .insertInto('sync_failures')
    .values({ key, ...values, occurrences: 1, first_seen_at: now })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ ...values, occurrences: sql<number>`sync_failures.occurrences + 1` }),
    )
    .execute();
}

export interface FailureScope {
  /** Null means failures of no product in particular. */
  readonly productId: number | null;
  readonly kinds: readonly string[];
  /** Only failures about these tests. */
  readonly testIds?: readonly number[] | undefined;
}

/**
 * Closes the failures of a place that could be read after all: every open one of the product and the kinds, except those
 * that were met again.
 *
 * @returns the number of failures closed
 */
export async function closeFailures(
  { db, now }: WriteScope,
  scope: FailureScope,
  stillOpen: readonly string[] = [],
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('sync_failures')
    .set({ closed_at: now })
    .where('closed_at', 'is', null)
    .where('product_id', 'is', scope.productId)
    .where('kind', 'in', scope.kinds)
    .$if(scope.testIds !== undefined, (query) => query.where('test_id', 'in', idList(scope.testIds ?? [])))
    .where('key', 'not in', textList(stillOpen))
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** How many records were forgotten, by whether what they are of can be read by now. */
export interface Forgotten {
  readonly open: number;
  readonly closed: number;
}

/**
 * Forgets the records of what could not be read, of these products or, when null, of all. What an open one is of then counts as
 * never read: answers go on saying that it is missing, and the next sync reads it anew.
 */
export async function forgetFailures({ db }: WriteScope, productIds: readonly number[] | null): Promise<Forgotten> {
  const inScope = productIds === null ? sql<boolean>`true` : sql<boolean>`product_id in ${idList(productIds)}`;
  const open = (column: 'product_id' | 'test_id', kinds: readonly string[]) =>
    db
      .selectFrom('sync_failures')
      .select(column)
      .where('closed_at', 'is', null)
      .where(inScope)
      .where(column, 'is not', null)
      .where('kind', 'in', kinds);
  await db
    .updateTable('product_freshness')
    .set({ tests_discovered_at: null, tests_reconciled_at: null })
    .where('product_id', 'in', open('product_id', ['test_position']))
    .execute();
  await db
    .updateTable('product_freshness')
    .set({ features_at: null })
    .where('product_id', 'in', open('product_id', ['features']))
    .execute();
  await db
    .updateTable('test_freshness')
    .set({ details_at: null, executions_at: null })
    .where('test_id', 'in', open('test_id', ['test_details', 'executions']))
    .execute();
  await db
    .updateTable('test_freshness')
    .set({ bugs_at: null })
    .where('test_id', 'in', open('test_id', ['bugs']))
    .execute();
  const forget = (condition: 'is' | 'is not') =>
    db.deleteFrom('sync_failures').where(inScope).where('closed_at', condition, null).executeTakeFirstOrThrow();
  const [stillOpen, closed] = [await forget('is'), await forget('is not')];
  return { open: Number(stillOpen.numDeletedRows), closed: Number(closed.numDeletedRows) };
}

/** What cannot be read at present, the latest first. */
export async function listOpenFailures(
  { db }: ReadScope,
  filter: { readonly productIds?: readonly number[] | undefined } = {},
): Promise<OpenFailure[]> {
  const rows = await db
    .selectFrom('sync_failures')
    .selectAll()
    .where('closed_at', 'is', null)
    .$if(filter.productIds !== undefined, (query) => query.where('product_id', 'in', idList(filter.productIds ?? [])))
    .orderBy('last_seen_at', 'desc')
    .orderBy('key')
    .execute();
  return rows.map(toFailure);
}

function toFailure(row: Row<'sync_failures'>): OpenFailure {
  return {
    key: row.key,
    kind: row.kind,
    productId: row.product_id,
    testId: row.test_id,
    position: row.position,
    beforeTestId: row.before_test_id,
    beforeEndAt: row.before_end_at,
    afterTestId: row.after_test_id,
    afterEndAt: row.after_end_at,
    code: row.code,
    message: row.message,
    upstreamStatus: row.upstream_status,
    occurrences: row.occurrences,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  };
}
