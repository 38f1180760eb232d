import { TEST_STATUSES, TESTING_TYPES } from '@testio-mcp/domain';
import { textList } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { codeOf, codesOf, wordOf } from './codes.ts';
import { type DimensionName, dimension } from './dimensions.ts';
import type { Key, MetricQuery } from './query.ts';
import { isTimeUnit, type TimeSpan, timeKey, timeName } from './time-keys.ts';

/** A dimension of rows `r`: what they are grouped by, and what has to be joined for it. */
export interface KeyOf {
  readonly name: DimensionName;
  readonly key: RawBuilder<Key>;
  readonly join?: RawBuilder<unknown>;
}

/** Rows of tests, or rows of bugs with the columns of their tests. */
export type Side = 'tests' | 'bugs';

/** The operating systems that tests ask for, each once. Lines without one say nothing about it. */
export const PLATFORMS = sql`
  select distinct test_id, trim(os_name) as platform from test_requirements where trim(os_name) <> ''`;

/** The features that tests have a living copy of, each once. */
export const INCLUDED_FEATURES = sql`
  select distinct test_id, feature_id from test_features where deleted_at is null and feature_id is not null`;

/** What the devices of bugs name, by set, each combination once. A device that does not name it counts as none. */
const DEVICES = sql`
  select s.id as set_id, p.value ->> 0 as device_os, p.value ->> 1 as browser
  from device_sets as s, json_each(s.pairs) as p`;
const DEVICE_SYSTEMS = sql`select distinct set_id, device_os from (${DEVICES})`;
const DEVICE_BROWSERS = sql`select distinct set_id, browser from (${DEVICES})`;

/** Whether a dimension says something of devices. */
export function isOfDevices(name: DimensionName): name is 'device_os' | 'browser' {
  return name === 'device_os' || name === 'browser';
}

/** What sets of devices name: where both are meant, both of one device. */
export function devicesOf(names: readonly DimensionName[]): RawBuilder<unknown> {
  // A bug on an iPhone's Safari and on an Android's Chrome was not seen on an iPhone's Chrome.
  if (names.includes('device_os') && names.includes('browser')) return DEVICES;
  return names.includes('browser') ? DEVICE_BROWSERS : DEVICE_SYSTEMS;
}

/** The keys of the dimensions, over rows `r` of one side. Every row stands once in each of its groups. */
export function keysOf(names: readonly DimensionName[], side: Side, query: MetricQuery, span: TimeSpan): KeyOf[] {
  return names.map((name, place) => {
    if (!isOfDevices(name)) return { name, ...keyOf(name, side, query, span) };
    const key = sql<Key>`${sql.ref(`dv.${name}`)}`;
    const isJoined = names.findIndex(isOfDevices) < place;
    return isJoined
      ? { name, key }
      : { name, key, join: sql`left join (${devicesOf(names)}) as dv on dv.set_id = r.device_set_id` };
  });
}

function keyOf(name: DimensionName, side: Side, query: MetricQuery, span: TimeSpan): Omit<KeyOf, 'name'> {
  if (side === 'bugs' && isOfTheTest(name, query)) return { key: sql<Key>`${sql.ref(`r.${name}_key`)}` };
  switch (name) {
    case 'required_platform':
      return { key: sql<Key>`rp.platform`, join: sql`left join (${PLATFORMS}) as rp on rp.test_id = r.test_id` };
    case 'feature':
      if (side === 'bugs') return { key: sql<Key>`r.feature_id` };
      return {
        key: sql<Key>`lf.feature_id`,
        join: sql`left join (${INCLUDED_FEATURES}) as lf on lf.test_id = r.test_id`,
      };
    default: {
      if (!isTimeUnit(name)) return { key: singleKey(name) };
      return {
        key: timeKey(name, query.timeAxis === 'bug_reported' ? sql`r.reported_at` : sql`r.end_at`, query, span),
      };
    }
  }
}

/** Whether all bugs of a test have the same key of a dimension, at most one. */
function isOfTheTest(name: DimensionName, { timeAxis }: MetricQuery): boolean {
  const { level, isManyOfTests } = dimension(name);
  return (level === 'test' && isManyOfTests !== true) || (level === 'time' && timeAxis === 'test_end');
}

/** The keys of a test that its bugs have from it, as columns of rows `r` of tests: worked out once for each test, not for each bug. */
export function keysOfTests(query: MetricQuery, span: TimeSpan): RawBuilder<unknown>[] {
  return query.dimensions
    .filter((name) => isOfTheTest(name, query))
    .map((name) => sql`${keyOf(name, 'tests', query, span).key} as ${sql.ref(`${name}_key`)}`);
}

/** What a key of a row means. */
export function readKey(name: DimensionName, key: Key, query: MetricQuery): Key {
  return isTimeUnit(name) ? timeName(name, key, query) : wordOf(name, key);
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
    case 'testing_type':
      return bucket(sql`r.testing_type`, TESTING_TYPES);
    case 'test_status':
      return bucket(sql`r.test_status`, TEST_STATUSES);
    default:
      return codeOf(name) ?? sql<Key>`${sql.ref(`r.${name}`)}`;
  }
}

/** True where the key of a dimension is one of the values. */
export function isAmong(name: DimensionName, key: RawBuilder<unknown>, values: readonly Key[]): RawBuilder<boolean> {
  const given = codesOf(name, values).filter((value) => value !== null);
  const isNone = given.length < values.length;
  const list = typeof given[0] === 'number' ? sql`(${sql.join(given)})` : textList(given.map(String));
  const tests = [...(given.length > 0 ? [sql`${key} in ${list}`] : []), ...(isNone ? [sql`${key} is null`] : [])];
  return tests.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

/** A known word, or `other` for any else and for none, as everywhere. */
function bucket(word: RawBuilder<unknown>, known: readonly string[]): RawBuilder<Key> {
  return sql<Key>`case when ${word} in (${sql.join(known.map((each) => sql.lit(each)))}) then ${word} else 'other' end`;
}
