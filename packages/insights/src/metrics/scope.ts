import { type Period, partsFor } from '@testio-mcp/domain';
import { type RawBuilder, sql } from 'kysely';
import { type DimensionName, dimension } from './dimensions.ts';
import { devicesOf, INCLUDED_FEATURES, isAmong, isOfDevices, keysOfTests, PLATFORMS, singleKey } from './keys.ts';
import type { Key, MetricQuery } from './query.ts';
import type { TimeSpan } from './time-keys.ts';

/** Whether the bugs of a test were ever loaded. */
const IS_READ = sql`(select bugs_at from test_freshness where test_id = t.id) is not null as is_read`;

/**
 * The living tests that meet all filters on tests, one row each. A filter by feature is not among them: it means tests that
 * include the feature and bugs that were filed against it, and a test of such a bug may not include it.
 */
export function testsInScope(query: MetricQuery): RawBuilder<unknown> {
  const conditions = [...query.filters].flatMap(([name, values]) =>
    dimension(name).level === 'test' ? [meets(name, values)] : [],
  );
  if (query.timeAxis === 'test_end') conditions.push(isWithin(sql`r.end_at`, query.period));
  return sql`
    select * from (
      select t.id as test_id, t.product_id, t.section_id, t.environment_id, t.created_by_id, t.submitted_by_id,
        t.status as test_status, t.testing_type, t.end_at, ${IS_READ}
      from tests as t where t.deleted_at is null
    ) as r where ${all(conditions)}`;
}

/** The living bugs of the tests in scope that meet all filters, one row each, with what they have from their tests. */
export function bugsInScope(query: MetricQuery, span: TimeSpan): RawBuilder<unknown> {
  const conditions = [...query.filters].flatMap(([name, values]) => {
    const { level } = dimension(name);
    return level === 'bug' || level === 'feature' ? [meets(name, values)] : [];
  });
  if (query.timeAxis === 'bug_reported') conditions.push(isWithin(sql`r.reported_at`, query.period));
  const columns = [
    sql`r.test_id, r.created_by_id, r.submitted_by_id`,
    ...(partsFor(query.metrics).has('densityBugs') ? [sql`r.is_read`] : []),
    ...keysOfTests(query, span),
  ];
  // A limit that is none keeps SQLite from working out what tests have once more for each of their bugs.
  return sql`
    select * from (
      select st.*, c.bug_id, c.status, c.severity, c.rejection_reason, c.known, c.author_id, c.reported_at,
        c.status_changed_at, c.feature_id, c.device_set_id
      from (select ${sql.join(columns)} from (${testsInScope(query)}) as r limit -1) as st
      cross join counted_bugs as c where c.test_id = st.test_id
    ) as r where ${all(conditions)}`;
}

/** Keeps tests `r` that include one of the features that are filtered by. */
export function includesFeatures(values: readonly Key[]): RawBuilder<boolean> {
  return hasSome(INCLUDED_FEATURES, 'feature', 'feature_id', values);
}

/** Whether a row has one of these values of a dimension, whatever else it has. */
function meets(name: DimensionName, values: readonly Key[]): RawBuilder<boolean> {
  if (name === 'required_platform') return hasSome(PLATFORMS, name, 'platform', values);
  if (!isOfDevices(name)) return isAmong(name, singleKey(name), values);
  return sql<boolean>`r.device_set_id in (
    select set_id from (${devicesOf([name])}) where ${isAmong(name, sql.ref(name), values)})`;
}

/** None is met by tests that the source does not know. */
function hasSome(
  source: RawBuilder<unknown>,
  name: DimensionName,
  column: string,
  values: readonly Key[],
): RawBuilder<boolean> {
  const fitting = sql`r.test_id in (select s.test_id from (${source}) as s
    where ${isAmong(name, sql.ref(`s.${column}`), values)})`;
  if (!values.includes(null)) return sql<boolean>`${fitting}`;
  return sql<boolean>`(${fitting} or r.test_id not in (select s.test_id from (${source}) as s))`;
}

function isWithin(instant: RawBuilder<unknown>, { from, to }: Period): RawBuilder<boolean> {
  const bounds = [
    ...(from === null ? [] : [sql<boolean>`${instant} >= ${from}`]),
    ...(to === null ? [] : [sql<boolean>`${instant} < ${to}`]),
  ];
  return all(bounds);
}

/** Holds where every condition does. */
export function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
}
