import { addParts, isRatio, type MetricName, type MetricParts, metricValue } from '@testio-mcp/domain';
import { type DimensionName, dimension } from './dimensions.ts';
import type { LabelOf } from './labels.ts';
import { addsUp, type Key, type MetricQuery } from './query.ts';
import type { MetricGroup } from './read-metrics.ts';

/** One row of an answer: the dimensions, with ids where they have some, then the metrics. */
export type MetricRow = Record<string, string | number | boolean | null>;

export interface SortBy {
  readonly by: DimensionName | MetricName;
  readonly order: 'asc' | 'desc';
}

/** A group with what it is sorted and shown by. */
interface Named {
  readonly group: MetricGroup;
  readonly labels: readonly string[];
  /** The place of each key among all of its dimension: there may be many groups, but of few keys. */
  readonly ranks: readonly number[];
}

/** The groups in order. Groups without a value come last in both orders; equal ones are ordered by their names, then ids. */
export function sortGroups(
  groups: readonly MetricGroup[],
  query: MetricQuery,
  labelOf: readonly LabelOf[],
  { by, order }: SortBy,
): Named[] {
  const rankOf = query.dimensions.map((name, place) =>
    ranks(new Set(groups.map(({ keys }) => keys[place] ?? null)), name, labelOf[place] ?? String),
  );
  const named = groups.map((group) => ({
    group,
    labels: group.keys.map((key, place) => labelOf[place]?.(key) ?? ''),
    ranks: group.keys.map((key, place) => rankOf[place]?.get(key) ?? 0),
  }));
  const place = query.dimensions.indexOf(by as DimensionName);
  const sign = order === 'asc' ? 1 : -1;
  if (place >= 0) {
    return named.sort(
      (one, other) => noneLast(one, other, place) || sign * byRank(one, other, place) || ties(one, other),
    );
  }
  const valued = named.map((each) => ({ each, value: metricValue(by as MetricName, each.group.parts).value }));
  valued.sort((one, other) => {
    const [a, b] = [one.value, other.value];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || ties(one.each, other.each);
    return sign * (a - b) || ties(one.each, other.each);
  });
  return valued.map(({ each }) => each);
}

/** The places of keys in their order, none last. Keys that look the same share one. */
function ranks(keys: ReadonlySet<Key>, name: DimensionName, labelOf: LabelOf): ReadonlyMap<Key, number> {
  const named = [...keys].map((key) => ({ key, label: labelOf(key), folded: labelOf(key).toLowerCase() }));
  const sorted = named.sort((one, other) => compareKeys(one, other, name));
  const places = new Map<Key, number>();
  let rank = 0;
  for (const [place, each] of sorted.entries()) {
    const before = sorted[place - 1];
    if (before !== undefined && compareKeys(before, each, name) !== 0) rank += 1;
    places.set(each.key, rank);
  }
  return places;
}

function noneLast(one: Named, other: Named, at: number): number {
  return Number(one.group.keys[at] === null) - Number(other.group.keys[at] === null);
}

function byRank(one: Named, other: Named, at: number): number {
  return (one.ranks[at] ?? 0) - (other.ranks[at] ?? 0);
}

function ties(one: Named, other: Named): number {
  for (let at = 0; at < one.ranks.length; at += 1) {
    const difference = byRank(one, other, at);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface NamedKey {
  readonly key: Key;
  readonly label: string;
  readonly folded: string;
}

function compareKeys(one: NamedKey, other: NamedKey, name: DimensionName): number {
  const [a, b] = [one.key, other.key];
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const { values } = dimension(name);
  if (values !== undefined) return values.indexOf(String(a)) - values.indexOf(String(b));
  return compareTexts(one.folded, other.folded) || compareTexts(one.label, other.label) || compareIds(a, b);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function compareIds(one: Key, other: Key): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0;
}

/** A group as a row. */
export function rowOf({ group, labels }: Named, query: MetricQuery, metrics: readonly MetricName[]): MetricRow {
  const row: MetricRow = {};
  for (const [place, name] of query.dimensions.entries()) {
    row[name] = labels[place] ?? '';
    if (dimension(name).reference !== undefined) row[`${name}_id`] = group.keys[place] ?? null;
  }
  return { ...row, ...valuesOf(group.parts, metrics) };
}

/** The values of metrics; a ratio has its sample size beside it, as `NAME_n`. */
export function valuesOf(parts: MetricParts, metrics: readonly MetricName[]): MetricRow {
  const row: MetricRow = {};
  for (const name of metrics) {
    const { value, n } = metricValue(name, parts);
    row[name] = value;
    if (isRatio(name)) row[`${name}_n`] = n;
  }
  return row;
}

/** What the groups hold together that are not shown. Null for metrics that do not add up over them. */
export function restOf(rest: readonly Named[], query: MetricQuery, metrics: readonly MetricName[]): MetricRow {
  const [first, ...others] = rest.map(({ group }) => group.parts);
  if (first === undefined) return {};
  const sum = others.reduce(addParts, first);
  const row = valuesOf(sum, metrics);
  for (const name of metrics) if (!restAddsUp(name, query)) row[name] = null;
  for (const name of metrics) if (isRatio(name) && row[name] === null) row[`${name}_n`] = null;
  return row;
}

/** Rates of bugs are computed anew from counts, which add up where bugs do. */
function restAddsUp(name: MetricName, query: MetricQuery): boolean {
  if (name === 'bugs_per_test') return addsUp('bug_count', query) && addsUp('test_count', query);
  return isRatio(name) ? addsUp('bug_count', query) : addsUp(name, query);
}
