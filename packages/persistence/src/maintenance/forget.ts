import { isBeyondRetention, retentionBegin } from '@testio-mcp/domain';
import { sql } from 'kysely';
import type { WriteScope } from '../store.ts';
import { forgetTests } from '../write/forget-tests.ts';
import { retentionDaysOf } from '../write/retention.ts';

/** Tests forgotten in one transaction. They may have thousands of bugs, and others wait meanwhile. */
const AT_A_TIME = 100;

/**
 * Has a store keep tests by their age.
 *
 * @param days whole days after their end; null: without limit
 * @param mayEase false: a limit that is there may become stricter, but is neither raised nor removed
 */
export async function keepTestsFor(
  scope: Pick<WriteScope, 'db'>,
  days: number | null,
  { mayEase }: { readonly mayEase: boolean },
): Promise<void> {
  const kept = await retentionDaysOf(scope);
  const isEased = kept !== null && (days === null || days > kept);
  if (days === kept || (isEased && !mayEase)) return;
  await scope.db.updateTable('account').set({ retention_days: days }).where('id', '=', 1).execute();
}

/**
 * Forgets some of the tests that are too old for the store.
 *
 * @returns how many; 0 when none is left
 */
export async function forgetOldTests(scope: WriteScope): Promise<number> {
  const { db, now } = scope;
  const days = await retentionDaysOf(scope);
  if (days === null) return 0;
  const rows = await db
    .selectFrom('tests as t')
    .innerJoin('test_freshness as f', 'f.test_id', 't.id')
    .select(['t.id', 't.status', 't.start_at', 't.end_at', 't.first_seen_at', 't.deleted_at'])
    .where('f.forgotten_at', 'is', null)
    .where(sql<number>`coalesce(t.end_at, t.start_at, t.first_seen_at)`, '<', retentionBegin(days, now))
    .execute();
  const old = rows.filter((row) =>
    isBeyondRetention(
      {
        status: row.status,
        startAt: row.start_at,
        endAt: row.end_at,
        firstSeenAt: row.first_seen_at,
        isDeleted: row.deleted_at !== null,
      },
      days,
      now,
    ),
  );
  const some = old.slice(0, AT_A_TIME).map((row) => row.id);
  await forgetTests(scope, some);
  return some.length;
}
