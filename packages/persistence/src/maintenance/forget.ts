import { isBeyondRetention, retentionBegin } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { isBusy, retryWhileBusy, sqliteCode } from '../sqlite/busy.ts';
import { Connection } from '../sqlite/connection.ts';
import type { WriteScope } from '../store.ts';
import { forgetTests } from '../write/forget-tests.ts';
import { retentionDaysOf } from '../write/retention.ts';

/** Tests forgotten in one transaction. They may have thousands of bugs, and others wait meanwhile. */
const AT_A_TIME = 100;

/** How long removing traces waits for another process that is writing. */
const DEADLINE_MS = 30_000;

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

/** Whether what was forgotten may still stand in the free space of the file. */
export async function hasTraces({ db }: Pick<WriteScope, 'db'>): Promise<boolean> {
  const account = await db.selectFrom('account').select('has_traces').where('id', '=', 1).executeTakeFirst();
  return account?.has_traces === 1;
}

/**
 * Rewrites the file of a store without what was forgotten. Another process may be in the way, or the disk too full for a second
 * file: then the store remembers it for next time.
 */
export async function removeTraces(file: string): Promise<void> {
  const connection = new Connection(file, { readonly: false });
  try {
    await rewriteFile(connection, DEADLINE_MS);
  } catch (thrown) {
    if (!isBusy(thrown) && sqliteCode(thrown) !== 'SQLITE_FULL') throw thrown;
  } finally {
    connection.close();
  }
}

/**
 * Rewrites the file that is open. What was forgotten leaves its words in the search index until the parts of that are put
 * together, everything in free space until the file is rewritten, and in the log until that is emptied.
 */
export async function rewriteFile(connection: Connection, deadlineMs: number): Promise<void> {
  const execute = (statement: string) => retryWhileBusy(() => connection.execute(statement), deadlineMs);
  await execute("insert into search_fts (search_fts) values ('optimize')");
  await connection.compact(deadlineMs);
  if (connection.checkpoint()) await execute('update account set has_traces = 0 where has_traces = 1');
}
