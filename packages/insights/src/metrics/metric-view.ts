import { METRIC_NAMES, METRICS, type MetricName } from '@testio-mcp/domain';
import { metricCharts } from '../charts/metric-charts.ts';
import type { ReportCell, ReportColumn, ReportTable } from '../report/report-tables.ts';
import { DIMENSION_NAMES } from './dimensions.ts';
import type { MetricRow } from './table.ts';

type Values = Readonly<Record<string, unknown>>;

/** Groups of metrics to be looked at. The dimensions and metrics are those that the rows have. */
export function metricParts(given: readonly Values[], totals: Values, left: number) {
  const rows = given as readonly MetricRow[];
  const metrics = METRIC_NAMES.filter((name) => Object.hasOwn(totals, name));
  const dimensions = DIMENSION_NAMES.filter((name) => Object.hasOwn(rows[0] ?? {}, name));
  return {
    charts: metricCharts({ rows, dimensions, metrics, left }),
    tables: [tableOf('rows', 'Groups', rows), tableOf('totals', 'In all', [totals])],
  };
}

function tableOf(key: string, title: string, rows: readonly Values[]): ReportTable {
  const columns = Object.keys(rows[0] ?? {}).map(columnOf);
  return {
    key,
    title,
    columns,
    rows: rows.map((row) => columns.map(({ key: name, kind }) => cellOf(row[name], kind))),
  };
}

function columnOf(name: string): ReportColumn {
  const isText = DIMENSION_NAMES.some((each) => name === each || name === `${each}_id`);
  const metric = METRIC_NAMES.find((each): each is MetricName => each === name);
  const isShare = metric !== undefined && METRICS[metric].unit === 'share';
  return { key: name, label: name.replaceAll('_', ' '), kind: isText ? 'text' : isShare ? 'share' : 'number' };
}

function cellOf(value: unknown, kind: ReportColumn['kind']): ReportCell {
  if (value === null || value === undefined) return null;
  return kind !== 'text' && typeof value === 'number' ? value : String(value);
}
