import type { TopLevelSpec } from 'vega-lite';
import type { ComparedMetric } from '../metrics/compare.ts';
import { BAR, type Chart, SCHEMA } from './chart.ts';

/** Metrics on the two sides of a comparison, each on a scale of its own; null where nothing is known. */
export function comparisonChart(sides: string, compared: readonly ComparedMetric[]): Chart | null {
  const known = compared.filter(({ this: one, against }) => one.value !== null || against.value !== null);
  if (known.length === 0) return null;
  const values = known.flatMap(({ metric, this: one, against }) =>
    [
      { side: 'this', value: one.value },
      { side: 'against', value: against.value },
    ].map(({ side, value }) => ({ metric: metric.replaceAll('_', ' '), side, value })),
  );
  return {
    key: 'comparison',
    title: 'Each metric on a scale of its own',
    description: `${sides}: ${known.length} metrics.`,
    spec: {
      $schema: SCHEMA,
      data: { values },
      facet: {
        row: {
          field: 'metric',
          type: 'nominal',
          sort: known.map(({ metric }) => metric.replaceAll('_', ' ')),
          title: null,
          header: { labelAngle: 0, labelAlign: 'left' },
        },
      },
      resolve: { scale: { x: 'independent' } },
      spec: {
        width: 360,
        height: BAR,
        mark: 'bar',
        encoding: {
          y: { field: 'side', type: 'nominal', sort: null, title: null },
          x: { field: 'value', type: 'quantitative', title: null },
          color: { field: 'side', type: 'nominal', sort: null, legend: null },
        },
      },
    } satisfies TopLevelSpec,
  };
}
