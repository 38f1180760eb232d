import type { RejectReason } from '@testio-mcp/domain';
import { textList } from '../sqlite/id-list.ts';
import type { ReadScope, WriteScope } from '../store.ts';
import { type UpsertRule, upsert } from './upsert.ts';

const REASONS: UpsertRule<'reject_reasons'> = { table: 'reject_reasons', key: ['key'] };

/**
 * Makes the store's list of reasons equal to the API's and stamps it as read.
 *
 * @returns the number of rows inserted, changed or deleted
 */
export async function saveRejectReasons({ db, now }: WriteScope, reasons: readonly RejectReason[]): Promise<number> {
  const rows = reasons.map(({ key, name, defaultComment }) => ({ key, name, default_comment: defaultComment }));
  const written = await upsert(db, REASONS, rows);
  const keys = reasons.map((reason) => reason.key);
  const { numDeletedRows } = await db
    .deleteFrom('reject_reasons')
    .where('key', 'not in', textList(keys))
    .executeTakeFirstOrThrow();
  await db.updateTable('account').set({ reject_reasons_at: now }).where('id', '=', 1).execute();
  return written.length + Number(numDeletedRows);
}

/** The reasons for rejection as the API last listed them. Empty before the first sync. */
export async function readRejectReasons({ db }: ReadScope): Promise<RejectReason[]> {
  const rows = await db.selectFrom('reject_reasons').selectAll().orderBy('key').execute();
  return rows.map((row) => ({ key: row.key, name: row.name, defaultComment: row.default_comment }));
}
