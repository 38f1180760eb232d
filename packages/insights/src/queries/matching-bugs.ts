import { type Period, SEVERITIES } from '@testio-mcp/domain';
import { idList, kindWord, type ReadScope, type StoreTables, textList } from '@testio-mcp/persistence';
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { isOneOf } from '../sqlite/open-set.ts';
import { type SearchTerm, searchExpressions } from '../sqlite/search-query.ts';
import { containsText, equalsText } from '../sqlite/text-match.ts';

/** Which bugs a list has. All filters hold together; absent ones let everything through. */
export interface BugFilters {
  readonly product_id: number | undefined;
  readonly test_ids: readonly number[] | undefined;
  /** The section of the bug's test. */
  readonly section_id: number | undefined;
  readonly feature_id: number | undefined;
  readonly statuses: readonly string[] | undefined;
  readonly severities: readonly string[] | undefined;
  readonly bug_types: readonly string[] | undefined;
  readonly rejection_reason: readonly string[] | undefined;
  readonly known: boolean | undefined;
  readonly exported: boolean | undefined;
  readonly reported_by_user_id: number | undefined;
  readonly period: Period | undefined;
  readonly device: string | undefined;
  readonly external_idx: string | undefined;
  /** Part of the title. */
  readonly search: string | undefined;
  /** Words in the title or the texts. */
  readonly terms: readonly SearchTerm[] | undefined;
}

type Db = ReadScope['db'];

/** A query over bugs `b` and their tests `t` that has selected nothing yet. */
type MatchingBugs = SelectQueryBuilder<
  StoreTables & { t: StoreTables['tests']; b: StoreTables['bugs'] },
  't' | 'b',
  Record<never, never>
>;

/**
 * Living bugs that meet all filters. Going through the tests answers counts and sorting by severity or status from an index alone;
 * going through the bugs by date finds the newest at once. SQLite cannot tell which is better and guesses wrong by a factor
 * of a hundred, so the way is said: it never reorders a cross join.
 */
export function matchingBugs(db: Db, filters: BugFilters, way: 'by test' | 'by date'): MatchingBugs {
  const joined =
    way === 'by test'
      ? db.selectFrom('tests as t').crossJoin('bugs as b')
      : db.selectFrom('bugs as b').crossJoin('tests as t');
  return joined
    .whereRef('t.id', '=', 'b.test_id')
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .where(allOf(conditions(filters)));
}

/** Whether going through the tests is the better way to the rows of a page. */
export function isNarrow({ product_id, test_ids, section_id }: BugFilters, sortedBy: string): boolean {
  const isOfSomeTests = product_id !== undefined || test_ids !== undefined || section_id !== undefined;
  return isOfSomeTests || sortedBy === 'severity' || sortedBy === 'status';
}

function conditions(filters: BugFilters): RawBuilder<boolean>[] {
  const { product_id, test_ids, section_id, statuses, severities, rejection_reason, known, exported } = filters;
  const { reported_by_user_id: reporter, search, external_idx } = filters;
  return [
    ...given(product_id, (id) => sql<boolean>`t.product_id = ${id}`),
    ...given(test_ids, (ids) => sql<boolean>`t.id in ${idList(ids)}`),
    ...given(section_id, (id) => sql<boolean>`t.section_id = ${id}`),
    ...given(statuses, (words) => sql<boolean>`b.status in (${sql.join(words)})`),
    ...given(severities, (words) => isOneOf(sql.ref('b.severity'), words, SEVERITIES)),
    ...given(filters.bug_types, (types) => sql<boolean>`b.bug_type in (${sql.join(types)})`),
    ...given(rejection_reason, (keys) => sql<boolean>`b.rejection_reason in ${textList(keys)}`),
    ...given(known, (is) => sql<boolean>`b.known = ${is ? 1 : 0}`),
    ...given(exported, (is) => sql<boolean>`b.exported_at is ${is ? sql`not null` : sql`null`}`),
    ...given(reporter, (id) => sql<boolean>`b.author_id = ${id}`),
    ...given(external_idx, (key) => equalsText(sql.ref('b.external_idx'), key)),
    ...given(search, (text) => containsText([sql.ref('b.title')], text)),
    ...given(filters.period, reportedIn),
    ...given(filters.feature_id, ofFeature),
    ...given(filters.device, seenOn),
    ...given(filters.terms, withWords),
  ];
}

function given<Value>(value: Value | undefined, condition: (value: Value) => RawBuilder<boolean>) {
  return value === undefined ? [] : [condition(value)];
}

function allOf(tests: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return tests.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(tests, sql` and `)})`;
}

/** A bug that was reported nobody knows when lies in no period but the one without ends. */
function reportedIn({ from, to }: Period): RawBuilder<boolean> {
  return allOf([
    ...(from === null ? [] : [sql<boolean>`b.reported_at >= ${from}`]),
    ...(to === null ? [] : [sql<boolean>`b.reported_at < ${to}`]),
  ]);
}

function ofFeature(id: number): RawBuilder<boolean> {
  return sql<boolean>`coalesce(
    (select tf.feature_id from test_features as tf where tf.id = b.test_feature_id), b.feature_id) = ${id}`;
}

function seenOn(text: string): RawBuilder<boolean> {
  const parts = ['category_name', 'vendor', 'model', 'os_name', 'browsers'].map((column) => sql.ref(`d.${column}`));
  const system = sql`d.os_name || ' ' || d.os_version`;
  const device = sql`d.vendor || ' ' || d.model`;
  return sql<boolean>`exists (
    select 1 from bug_devices as d where d.bug_id = b.id and ${containsText([...parts, system, device], text)})`;
}

function withWords(terms: readonly SearchTerm[]): RawBuilder<boolean> {
  const { all } = searchExpressions(terms, [[kindWord('bug')]]);
  // A cross join: the index leads, whatever the planner thinks of its size.
  return sql<boolean>`b.id in (
    select d.entity_id from search_fts cross join search_documents as d on d.id = search_fts.rowid
    where search_fts match ${all})`;
}
