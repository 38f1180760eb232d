import type { TopLevelSpec } from 'vega-lite';
import { BAR, bugBars, type Chart, SCHEMA, STATUS_COLOR, statusValues, WHOLE } from '../charts/chart.ts';
import type { QualityReport } from './report-shape.ts';
import { pointName } from './trend.ts';

/** Products that are drawn: more would be no picture any more. All of them stand in the table. */
const MOST_PRODUCTS = 15;

/** The pictures of a report, as data. Parts without bugs have none. */
export function reportCharts(report: QualityReport): Chart[] {
  return [trendChart(report), severityChart(report), productChart(report)].filter((chart) => chart !== null);
}

function trendChart({ trend, summary, period }: QualityReport): Chart | null {
  if (trend.items.length < 2 || summary.total_bugs === null || summary.total_bugs === 0) return null;
  const values = trend.items.flatMap(({ start, bugs_by_status }) =>
    statusValues(pointName(start, trend.unit, period), bugs_by_status),
  );
  return {
    key: 'trend',
    title: `Bugs by ${trend.unit} and status`,
    description: `Bugs by status for each of ${trend.items.length} ${trend.unit}s in which the tests ended.`,
    spec: {
      $schema: SCHEMA,
      data: { values },
      width: 640,
      height: 220,
      mark: 'bar',
      encoding: {
        x: { field: 'group', type: 'ordinal', sort: null, title: null, axis: { labelAngle: -45 } },
        y: { field: 'bugs', type: 'quantitative', aggregate: 'sum', title: 'Bugs', axis: WHOLE },
        color: STATUS_COLOR,
        order: { field: 'order', type: 'quantitative' },
      },
    } satisfies TopLevelSpec,
  };
}

function severityChart({ summary }: QualityReport): Chart | null {
  return bugBars({ key: 'severity', title: 'Bugs by severity' }, summary.bugs_by_severity);
}

function productChart({ by_product, by_product_rest }: QualityReport): Chart | null {
  const withBugs = by_product.filter(({ total_bugs }) => total_bugs !== null && total_bugs > 0);
  if (withBugs.length < 2) return null;
  const drawn = [...withBugs].sort((a, b) => (b.total_bugs ?? 0) - (a.total_bugs ?? 0)).slice(0, MOST_PRODUCTS);
  const rest = withBugs.length - drawn.length + by_product_rest;
  return {
    key: 'products',
    title: rest === 0 ? 'Bugs by product and status' : `Bugs by product and status, the ${drawn.length} with most bugs`,
    description: `Bugs by status for ${drawn.length} products${rest === 0 ? '' : `; ${rest} more are in the table only`}.`,
    spec: {
      $schema: SCHEMA,
      data: {
        values: drawn.flatMap(({ id, title, bugs_by_status }) =>
          statusValues(`${title ?? 'untitled'} (${id})`, bugs_by_status),
        ),
      },
      width: 480,
      height: BAR,
      mark: 'bar',
      encoding: {
        y: { field: 'group', type: 'nominal', sort: null, title: null, axis: { labelLimit: 320 } },
        x: { field: 'bugs', type: 'quantitative', aggregate: 'sum', title: 'Bugs', axis: WHOLE },
        color: STATUS_COLOR,
        order: { field: 'order', type: 'quantitative' },
      },
    } satisfies TopLevelSpec,
  };
}
