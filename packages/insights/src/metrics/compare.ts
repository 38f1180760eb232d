import {
  differenceInterval,
  METRICS,
  type MetricName,
  type MetricParts,
  type MetricValue,
  maybeChance,
  metricValue,
} from '@testio-mcp/domain';
import { z } from 'zod';
import type { ReportTable } from '../report/report-tables.ts';

const side = z.object({ value: z.number().nullable(), n: z.number().nullable() });

/** A metric on two sides. */
export const comparedMetric = z.object({
  metric: z.string(),
  this: side.describe('n: sample size of a ratio.'),
  against: side,
  difference: z.number().nullable().describe('this - against'),
  change: z.number().nullable().describe('difference / against'),
  direction: z.enum(['up', 'down', 'same', 'unknown']),
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  caution: z.string().nullable(),
});
export type ComparedMetric = z.infer<typeof comparedMetric>;

/** Compared metrics as a table. */
export function comparisonTable(metrics: readonly ComparedMetric[]): ReportTable {
  const number = (key: string) => ({ key, label: key, kind: 'number' }) as const;
  const text = (key: string) => ({ key, label: key, kind: 'text' }) as const;
  return {
    key: 'metrics',
    title: 'Metrics',
    columns: [
      text('metric'),
      number('this'),
      number('against'),
      number('difference'),
      text('direction'),
      text('caution'),
    ],
    rows: metrics.map((each) => [
      each.metric.replaceAll('_', ' '),
      each.this.value,
      each.against.value,
      each.difference,
      each.direction,
      each.caution,
    ]),
  };
}

/** Sample sizes below which a share says little whatever its interval. */
const SMALL = 20;

/** Compares a metric of two groups that share no test. */
export function compareMetric(name: MetricName, one: MetricParts, other: MetricParts): ComparedMetric {
  const [a, b] = [metricValue(name, one), metricValue(name, other)];
  const difference = a.value === null || b.value === null ? null : a.value - b.value;
  const interval = differenceInterval(name, a, b);
  return {
    metric: name,
    this: { value: a.value, n: a.n },
    against: { value: b.value, n: b.n },
    difference,
    change: difference === null || b.value === null || b.value === 0 ? null : difference / b.value,
    direction: difference === null ? 'unknown' : difference === 0 ? 'same' : difference > 0 ? 'up' : 'down',
    interval,
    caution: cautionOf(name, a, b, difference, interval !== null && maybeChance(interval)),
  };
}

function cautionOf(
  name: MetricName,
  one: MetricValue,
  other: MetricValue,
  difference: number | null,
  isMaybeChance: boolean,
): string | null {
  if (difference === null) return 'Unknown on a side: nothing can be compared.';
  if (difference !== 0 && isMaybeChance) return 'May be chance: the interval of the difference holds 0.';
  const n = Math.min(one.n ?? SMALL, other.n ?? SMALL);
  const { unit } = METRICS[name];
  return n < SMALL && unit !== 'bugs per test' ? `Small sample: n is ${n} on a side.` : null;
}
