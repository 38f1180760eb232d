import { findRejectionReason, type RejectReason } from '@testio-mcp/domain';
import { idList } from '../sqlite/id-list.ts';
import type { WriteScope } from '../store.ts';
import { nextChangeNumber, recordChangeNumber } from './change-number.ts';

/** Bugs looked at in one go. Bounds the memory. */
const AT_A_TIME = 2_000;

/**
 * Finds the reason of every stored rejected bug again, by its comments. A bug that was written while the reasons were not
 * known, or were others, would keep what was found then for as long as it does not change.
 *
 * @returns the number of bugs whose reason is another one now
 */
export async function findRejectionsAgain(scope: WriteScope, reasons: readonly RejectReason[]): Promise<number> {
  const { db } = scope;
  const changeNumber = await nextChangeNumber(db);
  let changed = 0;
  for (let after = 0; ; ) {
    const bugs = await db
      .selectFrom('bugs')
      .select(['id', 'rejection_reason'])
      .where('status', '=', 'rejected')
      .where('id', '>', after)
      .orderBy('id')
      .limit(AT_A_TIME)
      .execute();
    const last = bugs.at(-1);
    if (last === undefined) break;
    after = last.id;
    const comments = await db
      .selectFrom('bug_comments')
      .select(['bug_id', 'body'])
      .where('bug_id', 'in', idList(bugs.map((bug) => bug.id)))
      .orderBy('bug_id')
      .orderBy('position')
      .execute();
    const bodies = Map.groupBy(comments, (comment) => comment.bug_id);
    for (const bug of bugs) {
      const reason = findRejectionReason(
        (bodies.get(bug.id) ?? []).map((comment) => comment.body),
        reasons,
      );
      if (reason === bug.rejection_reason) continue;
      changed += 1;
      await db
        .updateTable('bugs')
        .set({ rejection_reason: reason, change_number: changeNumber, changed_at: scope.now })
        .where('id', '=', bug.id)
        .execute();
    }
  }
  if (changed > 0) await recordChangeNumber(db, changeNumber);
  return changed;
}
