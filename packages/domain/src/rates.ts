import { BUG_STATUSES, type BugStatus } from './bug-status.ts';

/** Number of bugs under each status; the parts add up to the total. */
export type BugsByStatus = Record<BugStatus, number>;

const NO_BUGS = Object.fromEntries(BUG_STATUSES.map((status) => [status, 0])) as BugsByStatus;

/** All statuses at zero. */
export function noBugs(): BugsByStatus {
  return { ...NO_BUGS };
}

/** Number of bugs under all statuses. */
export function bugTotal(by: BugsByStatus): number {
  return BUG_STATUSES.reduce((sum, status) => sum + by[status], 0);
}

/** A share of bugs with the two numbers it was made from. `value` is null when there is nothing to divide by. */
export interface Rate {
  /** 0 to 1, unrounded. */
  readonly value: number | null;
  readonly numerator: number;
  /** The sample size. */
  readonly n: number;
}

/** The definitions of the rates, for the docs and for every surface that shows one. */
export const RATE_DEFINITIONS = {
  active_acceptance_rate: 'accepted by the customer / all bugs',
  overall_acceptance_rate: '(accepted by the customer + auto-accepted) / all bugs',
  auto_acceptance_rate: 'auto-accepted / (accepted by the customer + auto-accepted)',
  rejection_rate: 'rejected / all bugs',
  review_rate: '(accepted by the customer + rejected) / all bugs',
} as const;
export type RateName = keyof typeof RATE_DEFINITIONS;

/** Computes every rate from the counts by status. */
export function bugRates(by: BugsByStatus): Record<RateName, Rate> {
  const total = bugTotal(by);
  const accepted = by.accepted + by.auto_accepted;
  return {
    active_acceptance_rate: rate(by.accepted, total),
    overall_acceptance_rate: rate(accepted, total),
    auto_acceptance_rate: rate(by.auto_accepted, accepted),
    rejection_rate: rate(by.rejected, total),
    review_rate: rate(by.accepted + by.rejected, total),
  };
}

function rate(numerator: number, n: number): Rate {
  return { value: n === 0 ? null : numerator / n, numerator, n };
}
