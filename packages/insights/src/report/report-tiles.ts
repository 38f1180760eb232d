import { percent } from '../render/lines.ts';
import type { QualityReport } from './report-shape.ts';

/** A figure that stands out: its name, its value, and how it is judged; empty where it is not. */
export type Tile = readonly [name: string, value: string, health: string];

/** What a reader of a report looks for first. */
export function reportTiles({ summary }: QualityReport): Tile[] {
  const areBugsKnown = summary.total_bugs !== null;
  return [
    ['Tests', count(summary.total_tests), ''],
    ['Bugs', count(summary.total_bugs), ''],
    ['waiting for a decision', count(areBugsKnown ? summary.bugs_by_status.open : null), ''],
    ['accepted', percent(summary.rates.overall_acceptance_rate.value), ''],
    ['rejected', percent(summary.rates.rejection_rate.value), summary.health.rejection_rate],
    [
      'auto-accepted of accepted',
      percent(summary.rates.auto_acceptance_rate.value),
      summary.health.auto_acceptance_rate,
    ],
    ['reviewed by people', percent(summary.rates.review_rate.value), summary.health.review_rate],
  ];
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** A number as people read it. */
export function count(value: number | null): string {
  return value === null ? 'unknown' : format.format(value);
}
