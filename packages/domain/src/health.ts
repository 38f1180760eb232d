import type { RateName } from './rates.ts';

/** How a rate stands against its thresholds. `unknown`: there is nothing to compute it from. */
export const HEALTH_STATES = ['healthy', 'warning', 'critical', 'unknown'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** The rates that are judged, and on which side they are bad. */
export const JUDGED_RATES = {
  rejection_rate: 'above',
  auto_acceptance_rate: 'above',
  review_rate: 'below',
} as const satisfies Partial<Record<RateName, 'above' | 'below'>>;
export type JudgedRate = keyof typeof JUDGED_RATES;

export const JUDGED_RATE_NAMES = Object.keys(JUDGED_RATES) as JudgedRate[];

/** Bounds from 0 to 1. Each belongs to the worse band: a rejection rate of exactly `warning` is a warning. */
export interface Threshold {
  readonly warning: number;
  readonly critical: number;
}
export type Thresholds = Readonly<Record<JudgedRate, Threshold>>;

/** What holds unless somebody configures something else (analytics-reports-search 2.5). */
export const DEFAULT_THRESHOLDS: Thresholds = {
  rejection_rate: { warning: 0.2, critical: 0.35 },
  auto_acceptance_rate: { warning: 0.2, critical: 0.4 },
  review_rate: { warning: 0.8, critical: 0.6 },
};

/** Judges a rate; null is unknown. */
export function healthOf(name: JudgedRate, value: number | null, { warning, critical }: Threshold): HealthState {
  if (value === null) return 'unknown';
  const isPast = (bound: number) => (JUDGED_RATES[name] === 'above' ? value >= bound : value <= bound);
  if (isPast(critical)) return 'critical';
  return isPast(warning) ? 'warning' : 'healthy';
}

const WORSE: readonly HealthState[] = ['critical', 'warning', 'healthy', 'unknown'];

/** The worst of several states; `unknown` only if all are. */
export function worstHealth(states: readonly HealthState[]): HealthState {
  return WORSE.find((state) => states.includes(state)) ?? 'unknown';
}
