import { METRICS, type MetricName } from '@testio-mcp/domain';
import type { TopLevelSpec } from 'vega-lite';
import { type DimensionName, dimension } from '../metrics/dimensions.ts';
import type { MetricRow } from '../metrics/table.ts';
import { BAR, type Chart, SCHEMA, STATUS_COLOR, STATUS_LABELS, WHOLE } from './chart.ts';

/** Beyond these a table says more than a picture. */
const MOST_BARS = 30;
const MOST_POINTS = 130;
const MOST_SERIES = 8;

/** What was asked for, and the rows that answer it. */
export interface ChartedRows {
  readonly rows: readonly MetricRow[];
  readonly dimensions: readonly DimensionName[];
  readonly metrics: readonly MetricName[];
  /** Rows that a limit left out. */
  readonly left: number;
}

/** A value of the picture. Members are short: the picture is read by models too. */
interface Point {
  readonly group: string;
  readonly series?: string;
  readonly value: number | null;
}

/**
 * The pictures of rows: over time lines, bars otherwise; one picture per unit, or per metric where there are two dimensions. None
 * without a dimension, where there would be too much to see, and where the half of a group is left out: it would look small.
 */
export function metricCharts({ rows, dimensions, metrics, left }: ChartedRows): Chart[] {
  // Time lies on the axis, whichever dimension it is.
  const [main, other] = dimensions.toSorted((a, b) => Number(isTime(b)) - Number(isTime(a)));
  if (main === undefined || rows.length === 0 || (other !== undefined && left > 0)) return [];
  const nameOf = namer(rows);
  const groups = new Set(rows.map((row) => nameOf(row, main)));
  if (groups.size > (isTime(main) ? MOST_POINTS : MOST_BARS)) return [];
  const cut = left === 0 ? '' : `, the first ${rows.length} of ${rows.length + left}`;
  const title = (names: readonly MetricName[]) =>
    `${sentence(names.map(words).join(', '))} by ${dimensions.map(words).join(' and ')}${cut}`;
  if (other !== undefined) {
    if (new Set(rows.map((row) => nameOf(row, other))).size > MOST_SERIES) return [];
    return metrics.map((metric) => {
      const points = rows.map((row) => ({
        group: nameOf(row, main),
        series: nameOf(row, other),
        value: numberOf(row[metric]),
      }));
      return draw(metric, title([metric]), main, { name: other, isStacked: isStackable(metric, dimensions) }, points);
    });
  }
  const units = Map.groupBy(metrics, (name) => METRICS[name].unit);
  return [...units.values()].map((names) => {
    const points = rows.flatMap((row) =>
      names.map((name) => ({
        group: nameOf(row, main),
        ...(names.length === 1 ? {} : { series: words(name) }),
        value: numberOf(row[name]),
      })),
    );
    const series = names.length === 1 ? null : { name: null, isStacked: false };
    return draw(names[0] as MetricName, title(names), main, series, points);
  });
}

/** What tells the series apart: a dimension, or the metrics themselves. */
interface Series {
  readonly name: DimensionName | null;
  readonly isStacked: boolean;
}

function draw(
  metric: MetricName,
  title: string,
  main: DimensionName,
  series: Series | null,
  points: readonly Point[],
): Chart {
  const { unit } = METRICS[metric];
  const isShare = unit === 'share';
  const value = {
    field: 'value',
    type: 'quantitative',
    title: isShare ? null : sentence(unit),
    axis: isShare ? { format: '%' } : unit === 'hours' || unit === 'bugs per test' ? {} : WHOLE,
  } as const;
  const group = { field: 'group', type: 'nominal', sort: null, title: null } as const;
  const isOfStatus = series?.name === 'bug_status';
  const color = isOfStatus
    ? { ...STATUS_COLOR, field: 'series' }
    : ({ field: 'series', type: 'nominal', sort: null, title: null, legend: { orient: 'bottom' } } as const);
  const isLine = isTime(main) && series?.isStacked !== true;
  const all = isLine && series !== null ? withGaps(points) : points;
  const values = isOfStatus ? all.map((each) => ({ ...each, series: statusLabel(each.series) })) : [...all];
  const common = { $schema: SCHEMA, data: { values }, width: 560 } as const;
  const isOverTime = isTime(main);
  const spec = (
    isLine
      ? {
          ...common,
          height: 220,
          mark: { type: 'line', point: true },
          encoding: { x: { ...group, axis: { labelAngle: -45 } }, y: value, ...(series === null ? {} : { color }) },
        }
      : isOverTime
        ? {
            ...common,
            height: 220,
            mark: 'bar',
            encoding: { x: { ...group, axis: { labelAngle: -45 } }, y: { ...value, aggregate: 'sum' }, color },
          }
        : {
            ...common,
            height: BAR,
            mark: 'bar',
            encoding: {
              y: { ...group, axis: { labelLimit: 320 } },
              x: series?.isStacked ? { ...value, aggregate: 'sum' } : value,
              ...(series === null ? {} : { color }),
              ...(series === null || series.isStacked ? {} : { yOffset: { field: 'series', sort: null } }),
            },
          }
  ) satisfies TopLevelSpec;
  return { key: metric, title, description: describe(title, points, isShare), spec };
}

/** A line ends where its series has no value, instead of leading to the next one. */
function withGaps(points: readonly Point[]): Point[] {
  const known = new Map(points.map((point) => [`${point.group} ${point.series}`, point]));
  const groups = [...new Set(points.map(({ group }) => group))];
  const names = [...new Set(points.flatMap(({ series }) => series ?? []))];
  return groups.flatMap((group) =>
    names.map((series) => known.get(`${group} ${series}`) ?? { group, series, value: null }),
  );
}

/** The ends of what is seen, for those who do not see it. */
function describe(title: string, points: readonly Point[], isShare: boolean): string {
  const known = points.filter((point) => point.value !== null).sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return `${title}: no values.`;
  const said = ({ group, series, value }: Point) =>
    `${isShare ? `${Math.round((value ?? 0) * 1000) / 10} %` : Math.round((value ?? 0) * 100) / 100} (${group}${series === undefined ? '' : `, ${series}`})`;
  return `${title}, from ${said(least)} to ${said(most)}.`;
}

/** Whether parts that lie on each other show their sum. */
function isStackable(metric: MetricName, dimensions: readonly DimensionName[]): boolean {
  return (
    METRICS[metric].additive &&
    !dimensions.some((name) => dimension(name).isManyOfBugs || dimension(name).isManyOfTests)
  );
}

/** Names of groups; equal names of different things get their ids. */
function namer(rows: readonly MetricRow[]): (row: MetricRow, name: DimensionName) => string {
  const idsOf = new Map<string, Set<unknown>>();
  for (const row of rows) {
    for (const name of Object.keys(row)) {
      const id = row[`${name}_id`];
      const key = `${name} ${row[name]}`;
      if (id !== undefined) idsOf.set(key, (idsOf.get(key) ?? new Set()).add(id));
    }
  }
  return (row, name) => {
    const isShared = (idsOf.get(`${name} ${row[name]}`)?.size ?? 0) > 1;
    return isShared ? `${row[name]} (${row[`${name}_id`]})` : String(row[name]);
  };
}

function isTime(name: DimensionName): boolean {
  return dimension(name).level === 'time';
}

function numberOf(value: MetricRow[string] | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function statusLabel(status: string | undefined): string {
  return STATUS_LABELS[status as keyof typeof STATUS_LABELS] ?? status ?? '';
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
