import type { RejectReason } from '@testio-mcp/domain';
import { textList } from '../sqlite/id-list.ts';
import type { ReadScope, WriteScope } from '../store.ts';
import { findRejectionsAgain } from './rejections.ts';
import { type UpsertRule, upsert } from './upsert.ts';

const REASONS: UpsertRule<'reject_reasons'> = { table: 'reject_reasons', key: ['key'] };

/**
 * Makes the store's list of reasons equal to the API's and stamps it as read. If it changed, the reasons of rejected bugs are
 * found again.
 *
 * @returns the number of rows inserted, changed or deleted, bugs included
 */
export async function saveRejectReasons(scope: WriteScope, reasons: readonly RejectReason[]): Promise<number> {
  const { db, now } = scope;
  const rows = reasons.map(({ key, name, defaultComment }) => ({ key, name, default_comment: defaultComment }));
  const written = await upsert(db, REASONS, rows);
  const keys = reasons.map((reason) => reason.key);
  const { numDeletedRows } = await db
    .deleteFrom('reject_reasons')
    .where('key', 'not in', textList(keys))
    .executeTakeFirstOrThrow();
  await db.updateTable('account').set({ reject_reasons_at: now }).where('id', '=', 1).execute();
  const changed = written.length + Number(numDeletedRows);
  return changed === 0 ? 0 : changed + (await findRejectionsAgain(scope, reasons));
}

/** The reasons for rejection as the API last listed them. Empty before the first sync. */
export async function readRejectReasons({ db }: ReadScope): Promise<RejectReason[]> {
  const rows = await db.selectFrom('reject_reasons').selectAll().orderBy('key').execute();
  return rows.map((row) => ({ key: row.key, name: row.name, defaultComment: row.default_comment }));
}
