import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { BUG_COLUMNS } from '../shapes/bug-row.ts';
import { forgottenNote } from '../trust/forgotten-note.ts';

type Db = ReadScope['db'];

/** The feature of the product that a bug was filed against, over `bugs b` and its snapshot `test_features tf`. */
const FEATURE_OF_BUG = sql<number | null>`coalesce(tf.feature_id, b.feature_id)`;

/**
 * A living bug with what stands in its own row and beside it.
 *
 * @throws TestioError `bug_not_found` when the store has no such bug, or only a deleted one
 */
export async function requireBug(db: Db, id: number) {
  const bug = await db
    .selectFrom('bugs as b')
    .innerJoin('tests as t', 't.id', 'b.test_id')
    .innerJoin('products as p', 'p.id', 't.product_id')
    .leftJoin('test_features as tf', 'tf.id', 'b.test_feature_id')
    .leftJoin('features as f', (join) => join.on('f.id', '=', FEATURE_OF_BUG))
    .leftJoin('people as a', 'a.id', 'b.author_id')
    .select(BUG_COLUMNS)
    .select(['b.rejection_reason', 'b.fixed', 'b.exported_at', 'b.external_idx', 'b.language', 'b.location'])
    .select(['b.expected_result', 'b.actual_result', 'b.steps', 'b.report', 'b.author_id', 'a.name as author'])
    .select(['t.id as test_id', 't.title as test_title', 'p.id as product_id', 'p.title as product_title'])
    .select(['b.test_feature_id as snapshot_id', FEATURE_OF_BUG.as('feature_id')])
    .select(sql<string | null>`coalesce(tf.title, f.title)`.as('feature_title'))
    .where('b.id', '=', id)
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .executeTakeFirst();
  if (bug !== undefined) return bug;
  throw new TestioError({
    kind: 'not_found',
    code: 'bug_not_found',
    message: `The store has no bug ${id}.${await forgottenNote(db)}`,
    next: 'Find the right id with list_bugs, or run a sync if the bug is new: testio-mcp sync.',
    field: 'bug_id',
    received: id,
  });
}

/** The devices that a bug was seen on. */
export async function devicesOfBug(db: Db, bugId: number) {
  return db
    .selectFrom('bug_devices')
    .select(['category_name', 'category_key', 'vendor', 'model', 'os_name', 'os_version', 'browsers'])
    .where('bug_id', '=', bugId)
    .orderBy('position')
    .execute();
}

/** What was said about a bug, oldest first. */
export async function commentsOfBug(db: Db, bugId: number) {
  return db
    .selectFrom('bug_comments')
    .select(['comment_id as id', 'author', 'body'])
    .where('bug_id', '=', bugId)
    .orderBy('position')
    .execute();
}

/** The files of a bug. */
export async function attachmentsOfBug(db: Db, bugId: number) {
  return db
    .selectFrom('bug_attachments')
    .select(['attachment_id as id', 'url', 'content_type', 'filename', 'size'])
    .where('bug_id', '=', bugId)
    .orderBy('position')
    .execute();
}
