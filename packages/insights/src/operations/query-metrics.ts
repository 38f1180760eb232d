import { type MetricName, toIso } from '@testio-mcp/domain';
import { z } from 'zod';
import { charts, includeCharts, publishedChart } from '../charts/chart.ts';
import { metricCharts } from '../charts/metric-charts.ts';
import { invalidInput, quoted } from '../input/errors.ts';
import { withForm } from '../input/forms.ts';
import { nearest } from '../input/nearest.ts';
import { dates, freshness } from '../input/parameters.ts';
import { periodOf, periodSettings } from '../input/period-of.ts';
import { filtersParameter, metricNames, metricsParameter, trustOf, withDefaults } from '../metrics/ask.ts';
import { MOST_DIMENSIONS } from '../metrics/capabilities.ts';
import { DIMENSION_NAMES, type DimensionName, dimension } from '../metrics/dimensions.ts';
import { echoedFilters, explanation, notesOn } from '../metrics/explain.ts';
import { type LabelOf, labelsOf } from '../metrics/labels.ts';
import { metricParts } from '../metrics/metric-view.ts';
import { type MetricQuery, TIME_AXES } from '../metrics/query.ts';
import { isEmptyList, lookUpFilters, OLD_DIMENSIONS, parseFilters } from '../metrics/read-filters.ts';
import { readMetrics } from '../metrics/read-metrics.ts';
import { restOf, rowOf, type SortBy, sortGroups, valuesOf } from '../metrics/table.ts';
import { defineOperation } from '../operation.ts';
import { cellText, countOf, table, trustLine } from '../render/lines.ts';
import { missingTable } from '../report/report-tables.ts';
import { trustSentence } from '../report/sentences.ts';
import { trustShape } from '../trust/shape.ts';

const MOST_ROWS = 1000;
const ROWS = 50;

const dimensionName = withForm(z.enum(DIMENSION_NAMES), { words: { ...OLD_DIMENSIONS, status: 'bug_status' } });
/** Dimensions and metrics by name; which ones depends on the question. */
const row = z.record(z.string(), z.unknown());

/** Numbers about tests and bugs, grouped. */
export const queryMetrics = defineOperation({
  name: 'query_metrics',
  title: 'Query metrics',
  description:
    'Counts and rates of tests and bugs, in all or by up to two dimensions.\nChoose it for trends; compare_periods for better or worse. Names: get_analytics_capabilities.',
  input: z.strictObject({
    metrics: metricsParameter,
    dimensions: withForm(z.array(dimensionName).max(MOST_DIMENSIONS), {
      read: (given) => (isEmptyList(given) ? undefined : given),
    }).optional(),
    filters: filtersParameter.optional(),
    ...dates,
    time_axis: z.enum(TIME_AXES).default('test_end'),
    sort_by: z.string().max(100).optional(),
    sort_order: z.enum(['asc', 'desc']).describe('Rows without a value come last.').optional(),
    limit: z.int().min(1).max(MOST_ROWS).default(ROWS),
    include_charts: includeCharts,
    freshness,
  }),
  aliases: { metric: 'metrics', dimension: 'dimensions', by: 'dimensions', group_by: 'dimensions', filter: 'filters' },
  output: z.object({
    rows: z.array(row).describe('(none): without a value. A ratio NAME has its sample size in NAME_n.'),
    totals: row.describe('Counted apart, without grouping.'),
    total_rows: z.int(),
    returned: z.int(),
    rest: row.nullable().describe('What the rows left out hold together; null: none were.'),
    explanation: z.string(),
    notes: z.array(z.string()),
    filters: z.record(z.string(), z.array(z.string())),
    period: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullable(),
    charts,
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/metrics' },
  shows: (_, output) => ({ products: (output?.filters.product ?? []).map(Number).filter(Number.isSafeInteger) }),
  async run(context, input) {
    const { dimensions = [], limit } = input;
    const metrics = metricNames(input.metrics);
    const sort = sortOf(metrics, dimensions, input.sort_by, input.sort_order);
    const written = withDefaults(parseFilters(input.filters ?? []));
    const settings = periodSettings(context);
    const period = periodOf(input, settings) ?? { from: null, to: null };
    return context.store.read(async ({ db }) => {
      const query: MetricQuery = {
        dimensions,
        filters: await lookUpFilters(db, written),
        period,
        timeAxis: input.time_axis,
        ...settings,
        metrics,
      };
      const { groups, totals } = await readMetrics(db, query);
      const labelOf: LabelOf[] = [];
      for (const [place, name] of dimensions.entries()) {
        labelOf.push(
          await labelsOf(
            db,
            name,
            groups.map(({ keys }) => keys[place] ?? null),
          ),
        );
      }
      const sorted = sort === null ? [] : sortGroups(groups, query, labelOf, sort);
      const rest = sorted.slice(limit);
      const filters = echoedFilters(written);
      const rows = sorted.slice(0, limit).map((group) => rowOf(group, query, labelOf, metrics));
      return {
        rows,
        totals: valuesOf(totals, metrics),
        total_rows: sorted.length,
        returned: sorted.length - rest.length,
        rest: rest.length === 0 ? null : { rows: rest.length, ...restOf(rest, query, metrics) },
        explanation: explanation(query, filters, sort),
        notes: notesOn(query),
        filters,
        period: period.from === null && period.to === null ? null : { from: toIso(period.from), to: toIso(period.to) },
        ...(input.include_charts
          ? { charts: metricCharts({ rows, dimensions, metrics, left: rest.length }).map(publishedChart) }
          : {}),
        ...(await trustOf(db, query)),
      };
    });
  },
  view({ rows, totals, total_rows, returned, explanation: what, notes, ...trust }) {
    const left = total_rows - returned;
    const { charts: drawn, tables } = metricParts(rows, totals, left);
    const said = [what, ...(left === 0 ? [] : [`${countOf(left, 'row')} left out.`]), ...notes, trustSentence(trust)];
    return { title: 'Metrics', said, tiles: [], charts: drawn, tables: [...tables, missingTable(trust.completeness)] };
  },
  render({ rows, totals, total_rows, returned, rest, explanation: what, notes, ...trust }) {
    const [first] = rows;
    const head = Object.keys(first ?? {});
    const cells = (each: (typeof rows)[number]) => head.map((name) => cellOf(each[name]));
    const all = Object.entries(totals).map(([name, value]) => `${name} ${cellText(cellOf(value))}`);
    return [
      what,
      ...(rows.length === 0 ? [] : table(head, rows, cells)),
      ...(rest === null ? [] : [`Left out: ${countOf(total_rows - returned, 'row')}; ask for more with limit.`]),
      `In all: ${all.join(', ')}.`,
      ...notes,
      trustLine(trust),
    ].join('\n');
  },
});

function cellOf(value: unknown): string | number | null {
  if (typeof value === 'number') return Math.round(value * 10_000) / 10_000;
  return value === null || value === undefined ? null : String(value);
}

/** By time if the first dimension is one, else the first metric, the highest first. Null: there is nothing to sort. */
function sortOf(
  metrics: readonly MetricName[],
  dimensions: readonly DimensionName[],
  by: string | undefined,
  order: 'asc' | 'desc' | undefined,
): SortBy | null {
  const names: readonly (DimensionName | MetricName)[] = [...dimensions, ...metrics];
  const word = by?.trim().toLowerCase();
  const found = names.find((name) => name === word);
  if (word !== undefined && found === undefined) {
    throw invalidInput({
      field: 'sort_by',
      received: by,
      problem: `is neither a dimension nor a metric of this question: ${quoted(by)}`,
      accepted: nearest(word, names),
    });
  }
  const [first] = dimensions;
  const [metric] = metrics;
  if (first === undefined || metric === undefined) return null;
  if (found !== undefined)
    return { by: found, order: order ?? (dimensions.some((each) => each === found) ? 'asc' : 'desc') };
  return dimension(first).level === 'time'
    ? { by: first, order: order ?? 'asc' }
    : { by: metric, order: order ?? 'desc' };
}
