import {
  type Bug,
  classifyBugStatus,
  classifySeverity,
  findRejectionReason,
  type RejectReason,
  severityRank,
} from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList } from '../sqlite/id-list.ts';
import { indexDocuments } from '../sqlite/search-index.ts';
import type { WriteScope } from '../store.ts';
import { nextChangeNumber, recordChangeNumber, touch } from './change-number.ts';
import { personRef, savePeople } from './people.ts';
import { namingOf, renamedBug } from './pseudonyms.ts';
import { forgottenAmong } from './retention.ts';
import { attachmentColumns } from './test-rows.ts';
import { buryBugs } from './tombstones.ts';
import { type Children, lastOfEachId, type Row, replaceChildren, type UpsertRule, upsert } from './upsert.ts';
import { deviceColumns, rawJson, toFlag } from './values.ts';

const DEVICES: UpsertRule<'bug_devices'> = { table: 'bug_devices', key: ['bug_id', 'position'] };
const COMMENTS: UpsertRule<'bug_comments'> = { table: 'bug_comments', key: ['bug_id', 'position'] };
const ATTACHMENTS: UpsertRule<'bug_attachments'> = { table: 'bug_attachments', key: ['bug_id', 'position'] };

export interface SavedBugs {
  /** Rows inserted, changed, marked or deleted. */
  readonly rowsWritten: number;
  /** Bugs of tests that the store does not know. They were not written: save their test first, then its bugs. */
  readonly withoutTest: readonly Bug[];
}

/**
 * Writes all bugs of some tests, with testers, devices, comments and attachments, and stamps the bugs of these tests as
 * read, also where there are none. Bugs of these tests that are missing are marked as deleted.
 *
 * The API may answer with a bug of a test that was not asked for. It is written if the store knows its test, but that
 * test is not stamped: its other bugs may be missing.
 *
 * Of a test of which no more than the head is kept, nothing is written.
 *
 * @param testIds the tests whose bugs were asked for
 * @param bugs every bug of these tests
 * @param reasons the reasons for rejection, by which a rejected bug's reason is found
 */
export async function saveBugs(
  scope: WriteScope,
  testIds: readonly number[],
  bugs: readonly Bug[],
  reasons: readonly RejectReason[],
): Promise<SavedBugs> {
  const { db, now } = scope;
  const forgotten = await forgottenAmong(scope, new Set([...testIds, ...bugs.map((bug) => bug.testId)]));
  const changeNumber = await nextChangeNumber(db);
  const known = await knownTests(scope, bugs);
  const naming = await namingOf(scope);
  const own = lastOfEachId(bugs.filter((bug) => known.has(bug.testId) && !forgotten.has(bug.testId)));
  const home = naming === null ? own : own.map((bug) => renamedBug(bug, naming));
  const rule: UpsertRule<'bugs'> = {
    table: 'bugs',
    key: ['id'],
    keep: ['first_seen_at', 'first_change_number'],
    along: ['change_number', 'changed_at'],
    watch: { column: 'status', at: 'status_changed_at', now, number: 'status_change_number' },
  };
  const people = await savePeople(
    scope,
    'tester',
    home.map((bug) => bug.author),
  );
  const written = await upsert(
    db,
    rule,
    home.map((bug) => bugRow(bug, reasons, now, changeNumber)),
  );
  await indexDocuments(scope, 'bug', written);
  const parts = [
    ...(await replaceChildren(db, DEVICES, home.map(deviceRows))),
    ...(await replaceChildren(db, COMMENTS, home.map(commentRows))),
    ...(await replaceChildren(db, ATTACHMENTS, home.map(attachmentRows))),
  ];
  await touch(scope, 'bugs', parts, changeNumber);
  const listed = idList(home.map((bug) => bug.id));
  const gone = await buryBugs(scope, sql`test_id in ${idList(testIds)} and id not in ${listed}`, changeNumber);
  const read = testIds.filter((id) => !forgotten.has(id));
  await sql`update test_freshness set bugs_at = ${now} where test_id in ${idList(read)}`.execute(db);
  const rowsWritten = people + written.length + parts.length + gone;
  if (rowsWritten > 0) await recordChangeNumber(db, changeNumber);
  return { rowsWritten, withoutTest: bugs.filter((bug) => !known.has(bug.testId)) };
}

async function knownTests({ db }: WriteScope, bugs: readonly Bug[]): Promise<Set<number>> {
  const named = idList(new Set(bugs.map((bug) => bug.testId)));
  const rows = await db.selectFrom('tests').select('id').where('id', 'in', named).execute();
  return new Set(rows.map((row) => row.id));
}

function bugRow(bug: Bug, reasons: readonly RejectReason[], now: number, changeNumber: number): Row<'bugs'> {
  const status = classifyBugStatus(bug.status, bug.autoAccepted);
  const bodies = bug.comments.map((comment) => comment.body);
  return {
    id: bug.id,
    test_id: bug.testId,
    test_feature_id: bug.testFeatureId,
    feature_id: bug.featureId,
    author_id: personRef('tester', bug.author),
    title: bug.title,
    severity: bug.severity,
    severity_rank: severityRank(bug.severity),
    bug_type: classifySeverity(bug.severity).type,
    status,
    api_status: bug.status,
    known: toFlag(bug.known),
    fixed: toFlag(bug.fixed),
    exported_at: bug.exportedAt,
    external_idx: bug.externalIdx,
    language: bug.language,
    rejection_reason: status === 'rejected' ? findRejectionReason(bodies, reasons) : null,
    reported_at: bug.reportedAt,
    first_seen_at: now,
    status_changed_at: null,
    deleted_at: null,
    change_number: changeNumber,
    location: bug.location,
    expected_result: bug.expectedResult,
    actual_result: bug.actualResult,
    steps: bug.steps === null ? null : JSON.stringify(bug.steps),
    report: bug.report === null ? null : JSON.stringify(bug.report),
    raw_json: rawJson(bug.raw),
    changed_at: now,
    first_change_number: changeNumber,
    status_change_number: null,
  };
}

function deviceRows(bug: Bug): Children<'bug_devices'> {
  const rows = bug.devices.map((device, position) => ({ bug_id: bug.id, position, ...deviceColumns(device) }));
  return { parent: bug.id, rows };
}

function commentRows(bug: Bug): Children<'bug_comments'> {
  const rows = bug.comments.map((comment, position) => ({
    bug_id: bug.id,
    position,
    comment_id: comment.id,
    body: comment.body,
    author: comment.author,
  }));
  return { parent: bug.id, rows };
}

function attachmentRows(bug: Bug): Children<'bug_attachments'> {
  const rows = bug.attachments.map((one, position) => ({ bug_id: bug.id, position, ...attachmentColumns(one) }));
  return { parent: bug.id, rows };
}
