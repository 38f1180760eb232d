import { isRatio, METRICS, type MetricName, type MetricValue } from './metrics.ts';

/** The bounds between which a difference lies with 95 % confidence, if what was counted is a sample. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The quantile of the normal distribution for 95 %. */
const Z = 1.959963984540054;

/** How the intervals are made, for docs and answers. */
export const INTERVAL_METHOD =
  '95 % intervals of the difference: Newcombe (Wilson scores) for shares; normal approximation of Poisson counts for counts of tests and bugs and for bugs per test; none for other metrics';

/**
 * The interval of `one - other` for a metric; null where there is no method for it, or nothing to compare.
 *
 * @see Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10
 */
export function differenceInterval(name: MetricName, one: MetricValue, other: MetricValue): Interval | null {
  if (one.value === null || other.value === null) return null;
  const { unit } = METRICS[name];
  const difference = one.value - other.value;
  if (unit === 'share') {
    const [a, b] = [wilson(one), wilson(other)];
    return {
      low: difference - Math.hypot(one.value - a.low, b.high - other.value),
      high: difference + Math.hypot(a.high - one.value, other.value - b.low),
    };
  }
  if (unit === 'bugs per test') {
    const variance = (rate: MetricValue) => (rate.value ?? 0) / (rate.n ?? 1);
    return around(difference, variance(one) + variance(other));
  }
  const isCount = !isRatio(name) && (unit === 'tests' || unit === 'bugs');
  return isCount ? around(difference, one.value + other.value) : null;
}

/** Whether an interval leaves open which of the two is larger. */
export function maybeChance({ low, high }: Interval): boolean {
  return low <= 0 && high >= 0;
}

/** The score interval of a share, which also holds for shares of 0 and 1 and for small samples. */
function wilson({ numerator, n }: MetricValue): Interval {
  const [count, all] = [numerator ?? 0, n ?? 0];
  const share = count / all;
  const middle = share + Z ** 2 / (2 * all);
  const half = Z * Math.sqrt((share * (1 - share)) / all + Z ** 2 / (4 * all ** 2));
  const scale = 1 + Z ** 2 / all;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

function around(middle: number, variance: number): Interval {
  const half = Z * Math.sqrt(variance);
  return { low: middle - half, high: middle + half };
}
