import type { Contents } from './store-contents.ts';

const DAY = 86_400_000;
const OVER = ['locked', 'customer_finalized', 'archived', 'cancelled'];

type Row = Record<string, unknown>;

/** Of a test that is too old: what stays as it is. */
const TEST_HEAD = ['id', 'product_id', 'section_id', 'status', 'testing_type', 'review_status', 'start_at', 'end_at'];
const SNAPSHOT_HEAD = ['id', 'test_id', 'feature_id', 'position'];
/** What has a value of its own where nothing is known. */
const EMPTY: Row = {
  raw_json: {},
  allowed_bug_types: '[]',
  user_story_texts: '[]',
  enable_default: 0,
  enable_content: 0,
  enable_visual: 0,
};

/** What a whole copy of an account holds once all but the heads of tests that ended so many days ago is taken out. */
export function withoutOldTests(contents: Contents, days: number | null, now: number): Contents {
  if (days === null) return contents;
  const today = Math.floor(now / DAY) * DAY;
  const rows = (table: string): Row[] => (contents[table] ?? []).map((text) => JSON.parse(text));
  const old = new Set(
    rows('tests')
      .filter((test) => OVER.includes(String(test.status)))
      .filter((test) => Number(test.end_at ?? test.start_at ?? now) < today - days * DAY)
      .map((test) => test.id),
  );
  const tests = rows('tests').map((test) => (old.has(test.id) ? headOf(test, [...TEST_HEAD, 'demo']) : test));
  const bugs = rows('bugs').filter((bug) => !old.has(bug.test_id));
  const bugIds = new Set(bugs.map((bug) => bug.id));
  const people = new Set([
    ...tests.flatMap((test) => [test.created_by_id, test.submitted_by_id]),
    ...bugs.map((bug) => bug.author_id),
  ]);
  const stages = new Set(tests.map((test) => test.environment_id));
  const ofKept = (table: string) => rows(table).filter((row) => !old.has(row.test_id));
  const ofBugs = (table: string) => rows(table).filter((row) => bugIds.has(row.bug_id));
  const cut: Record<string, Row[]> = {
    tests,
    bugs,
    test_features: rows('test_features').map((row) => (old.has(row.test_id) ? headOf(row, SNAPSHOT_HEAD) : row)),
    test_requirements: ofKept('test_requirements'),
    test_attachments: ofKept('test_attachments'),
    bug_devices: ofBugs('bug_devices'),
    bug_comments: ofBugs('bug_comments'),
    bug_attachments: ofBugs('bug_attachments'),
    people: rows('people').filter((person) => people.has(person.id)),
    test_environments: rows('test_environments').filter((stage) => stages.has(stage.id)),
  };
  const texts = Object.entries(cut).map(([table, some]) => [table, some.map((row) => JSON.stringify(row)).sort()]);
  return { ...contents, ...Object.fromEntries(texts) };
}

/** The row with nothing but what a head has. */
function headOf(row: Row, kept: readonly string[]): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, kept.includes(column) ? value : (EMPTY[column] ?? null)]),
  );
}
