import { BUG_STATUSES, SEVERITIES } from '@testio-mcp/domain';
import type { TopLevelSpec } from 'vega-lite';
import type { QualityReport } from './report-shape.ts';
import { STATUS_LABELS } from './report-tables.ts';
import { pointName } from './trend.ts';

/** A picture of a part of a report: what it shows in a sentence, and how, as Vega-Lite. */
export interface ReportChart {
  readonly key: string;
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly spec: TopLevelSpec;
}

/** Products that are drawn: more would be no picture any more. All of them stand in the table. */
const MOST_PRODUCTS = 15;
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** The pictures of a report, as data. Parts without bugs have none. */
export function reportCharts(report: QualityReport): ReportChart[] {
  return [trendChart(report), severityChart(report), productChart(report)].filter((chart) => chart !== null);
}

interface StatusCount {
  readonly group: string;
  readonly status: string;
  readonly order: number;
  readonly bugs: number;
}

function statusCounts(group: string, counts: QualityReport['summary']['bugs_by_status']): StatusCount[] {
  return BUG_STATUSES.filter((status) => status !== 'other' || counts.other > 0).map((status, order) => ({
    group,
    status: STATUS_LABELS[status],
    order,
    bugs: counts[status],
  }));
}

const STATUS_COLOR = {
  field: 'status',
  type: 'nominal',
  title: null,
  scale: { domain: BUG_STATUSES.map((status) => STATUS_LABELS[status]), range: 'statuses' },
  legend: { orient: 'bottom' },
} as const;

function trendChart({ trend, summary, period }: QualityReport): ReportChart | null {
  if (trend.items.length < 2 || summary.total_bugs === null || summary.total_bugs === 0) return null;
  const values = trend.items.flatMap(({ start, bugs_by_status }) =>
    statusCounts(pointName(start, trend.unit, period), bugs_by_status),
  );
  return {
    key: 'trend',
    title: `Bugs by ${trend.unit} and status`,
    description: `Bugs by status for each of ${trend.items.length} ${trend.unit}s in which the tests ended. The table below has the numbers.`,
    spec: {
      $schema: SCHEMA,
      data: { values },
      width: 640,
      height: 220,
      mark: 'bar',
      encoding: {
        x: { field: 'group', type: 'ordinal', sort: null, title: null, axis: { labelAngle: -45 } },
        y: { field: 'bugs', type: 'quantitative', aggregate: 'sum', title: 'Bugs', axis: { tickMinStep: 1 } },
        color: STATUS_COLOR,
        order: { field: 'order', type: 'quantitative' },
      },
    },
  };
}

function severityChart({ summary }: QualityReport): ReportChart | null {
  if (summary.total_bugs === null || summary.total_bugs === 0) return null;
  const values = [...SEVERITIES, 'other' as const]
    .map((severity) => ({ severity, bugs: summary.bugs_by_severity[severity] }))
    .filter(({ bugs }) => bugs > 0);
  return {
    key: 'severity',
    title: 'Bugs by severity',
    description: `Bugs by severity: ${values.map(({ severity, bugs }) => `${severity} ${bugs}`).join(', ')}.`,
    spec: {
      $schema: SCHEMA,
      data: { values },
      width: 560,
      height: { step: 26 },
      mark: 'bar',
      encoding: {
        y: { field: 'severity', type: 'nominal', sort: null, title: null },
        x: { field: 'bugs', type: 'quantitative', title: 'Bugs', axis: { tickMinStep: 1 } },
      },
    },
  };
}

function productChart({ by_product }: QualityReport): ReportChart | null {
  const withBugs = by_product.filter(({ total_bugs }) => total_bugs !== null && total_bugs > 0);
  if (withBugs.length < 2) return null;
  const drawn = [...withBugs].sort((a, b) => (b.total_bugs ?? 0) - (a.total_bugs ?? 0)).slice(0, MOST_PRODUCTS);
  const rest = withBugs.length - drawn.length;
  return {
    key: 'products',
    title: rest === 0 ? 'Bugs by product and status' : `Bugs by product and status, the ${drawn.length} with most bugs`,
    description: `Bugs by status for ${drawn.length} products${rest === 0 ? '' : `; ${rest} more are in the table only`}.`,
    spec: {
      $schema: SCHEMA,
      data: {
        values: drawn.flatMap(({ id, title, bugs_by_status }) =>
          statusCounts(`${title ?? 'untitled'} (${id})`, bugs_by_status),
        ),
      },
      width: 480,
      height: { step: 26 },
      mark: 'bar',
      encoding: {
        y: { field: 'group', type: 'nominal', sort: null, title: null, axis: { labelLimit: 220 } },
        x: { field: 'bugs', type: 'quantitative', aggregate: 'sum', title: 'Bugs', axis: { tickMinStep: 1 } },
        color: STATUS_COLOR,
        order: { field: 'order', type: 'quantitative' },
      },
    },
  };
}
