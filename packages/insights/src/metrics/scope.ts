import type { Period } from '@testio-mcp/domain';
import { type RawBuilder, sql } from 'kysely';
import { type DimensionName, dimension } from './dimensions.ts';
import { DEVICE_BROWSERS, DEVICE_SYSTEMS, INCLUDED_FEATURES, isAmong, PLATFORMS, singleKey } from './keys.ts';
import type { Key, MetricQuery } from './query.ts';

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
        t.status as test_status, t.testing_type, t.end_at, f.bugs_at is not null as is_read
      from tests as t left join test_freshness as f on f.test_id = t.id
      where t.deleted_at is null
    ) as r where ${all(conditions)}`;
}

/** The living bugs of the tests in scope that meet all filters, one row each, with the columns of their tests. */
export function bugsInScope(query: MetricQuery): RawBuilder<unknown> {
  const conditions = [...query.filters].flatMap(([name, values]) => {
    const { level } = dimension(name);
    return level === 'bug' || level === 'feature' ? [meets(name, values)] : [];
  });
  if (query.timeAxis === 'bug_reported') conditions.push(isWithin(sql`r.reported_at`, query.period));
  const withFeature =
    query.metrics.includes('features_tested') || query.filters.has('feature') || query.dimensions.includes('feature');
  // The feature is the one its snapshot copies, else the one that it names itself (queries/features, bugsOfFeatures).
  const feature = withFeature ? sql`coalesce(tf.feature_id, b.feature_id)` : sql`null`;
  const snapshots = withFeature ? sql`left join test_features as tf on tf.id = b.test_feature_id` : sql``;
  return sql`
    select * from (
      select st.*, b.id as bug_id, b.status as bug_status, b.severity, b.bug_type, b.rejection_reason, b.known,
        b.author_id, b.reported_at, b.status_changed_at, ${feature} as feature_id
      from (${testsInScope(query)}) as st cross join bugs as b ${snapshots}
      where b.test_id = st.test_id and b.deleted_at is null
    ) as r where ${all(conditions)}`;
}

/** Keeps tests `r` that include one of the features that are filtered by. */
export function includesFeatures(values: readonly Key[]): RawBuilder<boolean> {
  return hasSome(INCLUDED_FEATURES, 'test_id', 'feature_id', values);
}

/** Whether a row has one of these values of a dimension, whatever else it has. */
function meets(name: DimensionName, values: readonly Key[]): RawBuilder<boolean> {
  switch (name) {
    case 'required_platform':
      return hasSome(PLATFORMS, 'test_id', 'platform', values);
    case 'device_os':
      return hasSome(DEVICE_SYSTEMS, 'bug_id', 'device_os', values);
    case 'browser':
      return hasSome(DEVICE_BROWSERS, 'bug_id', 'browser', values);
    default:
      return isAmong(singleKey(name), values);
  }
}

/** None is met by rows that the source does not know, and by those of which it knows an empty value. */
function hasSome(
  source: RawBuilder<unknown>,
  id: 'test_id' | 'bug_id',
  column: string,
  values: readonly Key[],
): RawBuilder<boolean> {
  const own = sql.ref(`r.${id}`);
  const fitting = sql`${own} in (select s.${sql.ref(id)} from (${source}) as s
    where ${isAmong(sql.ref(`s.${column}`), values)})`;
  if (!values.includes(null)) return sql<boolean>`${fitting}`;
  return sql<boolean>`(${fitting} or ${own} not in (select s.${sql.ref(id)} from (${source}) as s))`;
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
