import { type Kysely, sql } from 'kysely';
import type { StoreTables } from '../schema/tables.ts';
import { idList } from '../sqlite/id-list.ts';
import type { WriteScope } from '../store.ts';

/** The number that the next rows to change will get. Rows that change in one call share one. */
export async function nextChangeNumber(db: Kysely<StoreTables>): Promise<number> {
  const { change_number } = await db
    .selectFrom('account')
    .select('change_number')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return change_number + 1;
}

/** Remembers that `number` was given to a row. Call it only if it was. */
export async function recordChangeNumber(db: Kysely<StoreTables>, number: number): Promise<void> {
  await db.updateTable('account').set({ change_number: number }).where('id', '=', 1).execute();
}

/**
 * Gives tests or bugs a new change number because something that belongs to them changed: a comment, a device, a feature
 * snapshot. It is bookkeeping, so it does not count as a row written.
 */
export async function touch(
  { db, now }: Pick<WriteScope, 'db' | 'now'>,
  table: 'tests' | 'bugs',
  ids: readonly number[],
  number: number,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update ${sql.table(table)} set change_number = ${number}, changed_at = ${now}
    where id in ${idList(new Set(ids))} and change_number <> ${number}`.execute(db);
}
