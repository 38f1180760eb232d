import { createHash } from 'node:crypto';
import type { ReadScope, Store } from '@testio-mcp/persistence';

/** Columns that say when this store saw something, not what it is. */
const OWN_HISTORY: ReadonlySet<string> = new Set([
  'first_seen_at',
  'status_changed_at',
  'deleted_at',
  'change_number',
  'changed_at',
  'first_change_number',
  'status_change_number',
]);

type Row = Record<string, unknown>;
/** The rows of each table as texts, sorted. */
export type Contents = Record<string, string[]>;

/**
 * Every living row of the domain. Equal copies of an account have equal contents, however they came to be. Details are taken
 * of running tests only, because a fresh copy has no others.
 *
 * @param options.withTestAnswers whether the stored answers about tests count, beside the columns made of them
 */
export async function contentsOf(
  store: Store,
  { withTestAnswers = true }: { readonly withTestAnswers?: boolean } = {},
): Promise<Contents> {
  const found = await store.read(livingRows);
  return Object.fromEntries(
    Object.entries(found).map(([table, rows]) => [
      table,
      rows
        .map((row) => (table === 'tests' && !withTestAnswers ? { ...row, raw_json: '{}' } : row))
        .map((row) => JSON.stringify(canonical(table, row)))
        .sort(),
    ]),
  );
}

export function hashOf(contents: Contents): string {
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex');
}

async function livingRows(scope: ReadScope): Promise<Record<string, Row[]>> {
  const { db } = scope;
  const all = (table: Parameters<typeof db.selectFrom>[0]) =>
    db.selectFrom(table).selectAll().execute() as Promise<Row[]>;
  const living = async (table: Parameters<typeof all>[0]) =>
    (await all(table)).filter((row) => row.deleted_at === null);
  const of = async (table: Parameters<typeof all>[0], column: string, owners: ReadonlySet<unknown>) =>
    (await all(table)).filter((row) => owners.has(row[column]));
  const ids = (rows: readonly Row[], column = 'id') => new Set(rows.map((row) => row[column]));
  const tests = await living('tests');
  const bugs = await living('bugs');
  const running = ids(tests.filter((row) => row.status === 'running'));
  const snapshots = (await living('test_features')).filter((row) => ids(tests).has(row.test_id));
  const ofRunning = ids(snapshots.filter((row) => running.has(row.test_id)));
  const executions = await of('executions', 'test_id', running);
  const people = new Set([...ids(tests, 'created_by_id'), ...ids(tests, 'submitted_by_id'), ...ids(bugs, 'author_id')]);
  return {
    products: await living('products'),
    sections: await living('sections'),
    features: await living('features'),
    product_features: await living('product_features'),
    user_stories: await living('user_stories'),
    reject_reasons: await all('reject_reasons'),
    people: await of('people', 'id', people),
    test_environments: await of('test_environments', 'id', ids(tests, 'environment_id')),
    tests,
    test_features: snapshots,
    test_requirements: await of('test_requirements', 'test_id', ids(tests)),
    test_attachments: await of('test_attachments', 'test_id', ids(tests)),
    test_analytics: await of('test_analytics', 'test_id', running),
    test_feature_metrics: await of('test_feature_metrics', 'test_feature_id', ofRunning),
    test_stories: await of('test_stories', 'test_feature_id', ofRunning),
    executions,
    execution_devices: await of('execution_devices', 'execution_id', ids(executions)),
    bugs,
    bug_devices: await of('bug_devices', 'bug_id', ids(bugs)),
    bug_comments: await of('bug_comments', 'bug_id', ids(bugs)),
    bug_attachments: await of('bug_attachments', 'bug_id', ids(bugs)),
  };
}

function canonical(table: string, row: Row): unknown {
  const kept = Object.entries(row).filter(([column]) => !OWN_HISTORY.has(column));
  return sorted(
    Object.fromEntries(kept.map(([name, value]) => [name, name === 'raw_json' ? answerIn(table, value) : value])),
  );
}

/** A bug repeats its test's title, which a copy learns from the test. */
function answerIn(table: string, text: unknown): unknown {
  const answer: Row = JSON.parse(String(text));
  return table === 'bugs' ? { ...answer, test: null } : answer;
}

/** With the members of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}
