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

/** The groups in order. Groups without a value come last in both orders; equal ones are ordered by their names, then ids. */
export function sortGroups(
  groups: readonly MetricGroup[],
  query: MetricQuery,
  labelOf: readonly LabelOf[],
  { by, order }: SortBy,
): MetricGroup[] {
  const rankOf = query.dimensions.map((name, place) =>
    ranks(new Set(groups.map(({ keys }) => keys[place] ?? null)), name, labelOf[place] ?? String),
  );
  const rank = ({ keys }: MetricGroup, at: number) => rankOf[at]?.get(keys[at] ?? null) ?? 0;
  const sign = order === 'asc' ? 1 : -1;
  const place = query.dimensions.indexOf(by as DimensionName);
  const valueOfGroup = (group: MetricGroup): number | null => {
    if (place < 0) return metricValue(by as MetricName, group.parts).value;
    return (group.keys[place] ?? null) === null ? null : rank(group, place);
  };
  // There may be very many groups, so that each is looked at once: two numbers say where it belongs.
  const values = Float64Array.from(groups, (group) => {
    const value = valueOfGroup(group);
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  });
  const names = Float64Array.from(groups, (group) =>
    rankOf.reduce((sum, { size }, at) => sum * size + rank(group, at), 0),
  );
  return groups
    .map((_, index) => index)
    .sort((one, other) => compareNumbers(values, one, other) || compareNumbers(names, one, other))
    .flatMap((index) => groups[index] ?? []);
}

function compareNumbers(numbers: Float64Array, one: number, other: number): number {
  const [a, b] = [numbers[one] ?? 0, numbers[other] ?? 0];
  return a < b ? -1 : a > b ? 1 : 0;
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
export function rowOf(
  { keys, parts }: MetricGroup,
  query: MetricQuery,
  labelOf: readonly LabelOf[],
  metrics: readonly MetricName[],
): MetricRow {
  const row: MetricRow = {};
  for (const [place, name] of query.dimensions.entries()) {
    const key = keys[place] ?? null;
    row[name] = labelOf[place]?.(key) ?? '';
    if (dimension(name).reference !== undefined) row[`${name}_id`] = key;
  }
  return { ...row, ...valuesOf(parts, metrics) };
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
export function restOf(rest: readonly MetricGroup[], query: MetricQuery, metrics: readonly MetricName[]): MetricRow {
  const [first, ...others] = rest.map(({ parts }) => parts);
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
