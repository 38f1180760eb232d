import type { TestRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import { isObject, type JsonObject } from '../control/shape.ts';
import { snapshotMembers } from '../present/bug.ts';
import type { EditContext } from './edit.ts';
import { existingTest, freeId } from './lookup.ts';
import { checkMembers, FLAG, INSTANT, type MemberType, OBJECT, OBJECTS, orNull, TEXT, TEXTS } from './members.ts';

const MEMBERS: Readonly<Record<string, MemberType>> = {
  title: TEXT,
  severity: orNull(TEXT),
  status: orNull(TEXT),
  auto_accepted: orNull(FLAG),
  known: FLAG,
  fixed: orNull(FLAG),
  exported_at: orNull(INSTANT),
  external_idx: orNull(TEXT),
  language: TEXT,
  location: orNull(TEXT),
  expected_result: orNull(TEXT),
  actual_result: orNull(TEXT),
  steps: orNull(TEXTS),
  author: orNull({
    accepts: (value) => isObject(value) && typeof value.name === 'string' && Object.keys(value).length === 1,
    words: 'an object with a name',
  }),
  devices: orNull(OBJECTS),
  attachments: orNull(OBJECTS),
  comments: OBJECTS,
  test_feature: OBJECT,
  report: orNull(OBJECT),
  reported_at: orNull(INSTANT),
};

/** Adds a bug to the test `parent`: forwarded and reported at `now` unless `set` says otherwise. */
export function addBug(
  context: EditContext,
  wanted: number | undefined,
  parent: number | undefined,
  set: JsonObject,
): number {
  const { account, changes } = context;
  const test = existingTest(context, parent);
  const id = freeId(context, 'bug', wanted, (candidate) => account.bug(candidate) !== undefined);
  changes.put(account.addedBugs, id, test.id);
  changes.put(account.bugEdits, id, membersOf(context, test, set));
  return id;
}

/** Changes a bug. A new status without `auto_accepted` is one that a person gave. */
export function changeBug(context: EditContext, id: number, set: JsonObject): void {
  const { account, changes } = context;
  const test = testOfBug(context, id);
  changes.put(account.bugEdits, id, { ...account.bugEdits.get(id), ...membersOf(context, test, set) });
}

/** Deletes a bug. */
export function deleteBug(context: EditContext, id: number): void {
  const { account, changes } = context;
  testOfBug(context, id);
  if (account.addedBugs.has(id)) changes.drop(account.addedBugs, id);
  else changes.include(account.deletedBugs, id);
  changes.drop(account.bugEdits, id);
}

function testOfBug(context: EditContext, id: number): TestRecord {
  const bug = context.account.bug(id);
  if (bug === undefined) throw new ControlError(`${context.where}: there is no bug ${id}.`);
  return existingTest(context, bug.testId);
}

function membersOf(context: EditContext, test: TestRecord, set: JsonObject): JsonObject {
  checkMembers(set, MEMBERS, context.where);
  const { comments, test_feature: link } = set;
  return {
    ...('status' in set ? { auto_accepted: false } : {}),
    ...set,
    ...(Array.isArray(comments) ? { comments: comments.map((comment) => commentOf(context, comment)) } : {}),
    ...(isObject(link) ? linkTo(context, test, link) : {}),
  };
}

function commentOf({ ids, where }: EditContext, comment: JsonObject): JsonObject {
  if (typeof comment.body !== 'string') throw new ControlError(`${where}.set.comments: every comment needs a body.`);
  return { id: comment.id ?? ids.next('comment'), body: comment.body, author: comment.author ?? null };
}

function linkTo({ where }: EditContext, test: TestRecord, link: JsonObject): JsonObject {
  const snapshot = test.snapshots.find((candidate) => candidate.id === link.id);
  if (snapshot === undefined)
    throw new ControlError(`${where}.set.test_feature must have the id of one of the test's features.`);
  return { ...snapshotMembers(snapshot) };
}
