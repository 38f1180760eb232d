import { type CalendarUnit, SEVERITIES, TEST_STATUSES, TESTING_TYPES, zoneOffsets } from '@testio-mcp/domain';
import { textList } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { DimensionName } from './dimensions.ts';
import type { Key, MetricQuery } from './query.ts';

/** The instants between which all times of a store lie. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** A dimension of rows `r`: what they are grouped by, and what has to be joined for it. */
export interface KeyOf {
  readonly key: RawBuilder<Key>;
  readonly join?: RawBuilder<unknown>;
}

/** Rows of tests, or rows of bugs with the columns of their tests. */
export type Side = 'tests' | 'bugs';

const column = (name: string): KeyOf => ({ key: sql<Key>`${sql.ref(`r.${name}`)}` });

/** The operating systems that tests ask for, each once. Lines without one say nothing about it. */
export const PLATFORMS = sql`
  select distinct test_id, trim(os_name) as platform from test_requirements where trim(os_name) <> ''`;

/** The features that tests have a living copy of, each once. */
export const INCLUDED_FEATURES = sql`
  select distinct test_id, feature_id from test_features where deleted_at is null and feature_id is not null`;

const OS = sql`nullif(trim(d.os_name), '')`;
const BROWSER = sql`nullif(trim(x.value), '')`;
const BROWSERS = sql`left join json_each(d.browsers) as x`;

/** What the devices of bugs name, each combination once. A device that does not name it counts as none. */
export const DEVICE_SYSTEMS = sql`select distinct d.bug_id, ${OS} as device_os from bug_devices as d`;
export const DEVICE_BROWSERS = sql`select distinct d.bug_id, ${BROWSER} as browser from bug_devices as d ${BROWSERS}`;
const DEVICES = sql`
  select distinct d.bug_id, ${OS} as device_os, ${BROWSER} as browser from bug_devices as d ${BROWSERS}`;

/** The keys of the dimensions, over rows `r` of one side. Every row stands once in each of its groups. */
export function keysOf(names: readonly DimensionName[], side: Side, query: MetricQuery, span: TimeSpan): KeyOf[] {
  const isPair = names.includes('device_os') && names.includes('browser');
  return names.map((name, place) => {
    const isDevice = name === 'device_os' || name === 'browser';
    if (!isDevice) return keyOf(name, side, query, span);
    // Both of one device: a bug on an iPhone's Safari and on an Android's Chrome was not seen on an iPhone's Chrome.
    const source = isPair ? DEVICES : name === 'browser' ? DEVICE_BROWSERS : DEVICE_SYSTEMS;
    const isJoined = isPair && names.findIndex((each) => each === 'device_os' || each === 'browser') < place;
    const key = sql<Key>`${sql.ref(`dv.${name}`)}`;
    return isJoined ? { key } : { key, join: sql`left join (${source}) as dv on dv.bug_id = r.bug_id` };
  });
}

function keyOf(name: DimensionName, side: Side, query: MetricQuery, span: TimeSpan): KeyOf {
  switch (name) {
    case 'required_platform':
      return { key: sql<Key>`rp.platform`, join: sql`left join (${PLATFORMS}) as rp on rp.test_id = r.test_id` };
    case 'feature':
      if (side === 'bugs') return column('feature_id');
      return {
        key: sql<Key>`lf.feature_id`,
        join: sql`left join (${INCLUDED_FEATURES}) as lf on lf.test_id = r.test_id`,
      };
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year': {
      const instant = query.timeAxis === 'bug_reported' ? sql`r.reported_at` : sql`r.end_at`;
      return { key: timeKey(name, localSeconds(instant, query.timeZone, span), query.fiscalYearStartMonth) };
    }
    default:
      return { key: singleKey(name) };
  }
}

/** The key of a dimension of which a test, or a bug, has one value at most. */
export function singleKey(name: DimensionName): RawBuilder<Key> {
  switch (name) {
    case 'product':
      return sql<Key>`r.product_id`;
    case 'section':
      // The hidden default section is none.
      return sql<Key>`case when r.section_id in (select id from sections where is_default = 0) then r.section_id
        when r.section_id in (select id from sections) then null else r.section_id end`;
    case 'test':
      return sql<Key>`r.test_id`;
    case 'feature':
      return sql<Key>`r.feature_id`;
    case 'tester':
      return sql<Key>`r.author_id`;
    case 'customer_user':
      return sql<Key>`r.created_by_id`;
    case 'test_environment':
      return sql<Key>`r.environment_id`;
    case 'severity':
      return bucket(sql`r.severity`, SEVERITIES);
    case 'testing_type':
      return bucket(sql`r.testing_type`, TESTING_TYPES);
    case 'test_status':
      return bucket(sql`r.test_status`, TEST_STATUSES);
    case 'known':
      return sql<Key>`case when r.known = 1 then 'true' else 'false' end`;
    default:
      return sql<Key>`${sql.ref(`r.${name}`)}`;
  }
}

/** True where a key is one of the values. */
export function isAmong(key: RawBuilder<unknown>, values: readonly Key[]): RawBuilder<boolean> {
  const given = values.filter((value) => value !== null);
  const isNone = given.length < values.length;
  const list = typeof given[0] === 'number' ? sql`(${sql.join(given)})` : textList(given.map(String));
  const tests = [...(given.length > 0 ? [sql`${key} in ${list}`] : []), ...(isNone ? [sql`${key} is null`] : [])];
  return tests.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

/** A known word, or `other` for any else and for none, as everywhere. */
function bucket(word: RawBuilder<unknown>, known: readonly string[]): RawBuilder<Key> {
  return sql<Key>`case when ${word} in (${sql.join(known.map((each) => sql.lit(each)))}) then ${word} else 'other' end`;
}

/** An instant as the seconds that a clock in the zone shows, as if it were one in UTC. */
function localSeconds(instant: RawBuilder<unknown>, timeZone: string, { from, to }: TimeSpan): RawBuilder<unknown> {
  const { changes, lastMs } = zoneOffsets(from, to, timeZone);
  const cases = changes.map(
    ({ until, offsetMs }) => sql`when ${instant} < ${sql.lit(until)} then ${sql.lit(offsetMs)}`,
  );
  const offset =
    cases.length === 0 ? sql.lit(lastMs) : sql`case ${sql.join(cases, sql` `)} else ${sql.lit(lastMs)} end`;
  // Rounded down also before 1970.
  return sql`floor((${instant} + ${offset}) / 1000.0)`;
}

/** The name of a unit of time in the grammar of periods: asked for as a period it gives what stands in the group. */
function timeKey(unit: CalendarUnit, local: RawBuilder<unknown>, fiscalStart: number): RawBuilder<Key> {
  // Counted from the month in which fiscal years begin; from the first of a month, because not every month has a 31st.
  const shift = fiscalStart === 1 ? sql`` : sql`, 'start of month', ${sql.lit(`-${fiscalStart - 1} months`)}`;
  const format = (pattern: string, modifiers = sql``) =>
    sql<Key>`strftime(${sql.lit(pattern)}, ${local}, 'unixepoch'${modifiers})`;
  switch (unit) {
    case 'day':
      return format('%Y-%m-%d');
    case 'week':
      return format('%G-W%V');
    case 'month':
      return format('%Y-%m');
    case 'quarter':
      return sql<Key>`${format('%Y', shift)} || '-Q' || ((cast(${format('%m', shift)} as integer) + 2) / 3)`;
    case 'year':
      return fiscalStart === 1 ? format('%Y') : format('FY%Y', shift);
  }
}
