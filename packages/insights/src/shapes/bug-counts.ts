import {
  BUG_STATUSES,
  type BugStatus,
  type BugsByStatus,
  bugRates,
  noBugs,
  RATE_DEFINITIONS,
  type RateName,
  SEVERITIES,
  type Severity,
  severityBucket,
} from '@testio-mcp/domain';
import { z } from 'zod';

const count = z.int();

export type SeverityBucket = Severity | 'other';
const SEVERITY_BUCKETS: readonly SeverityBucket[] = [...SEVERITIES, 'other'];

/** An object with a count under each of these keys. */
export function countsOf<const Key extends string>(keys: readonly Key[]) {
  const shape = Object.fromEntries(keys.map((key) => [key, count])) as Record<Key, typeof count>;
  return z.object(shape);
}

/** Bugs in all, and in parts that each add up to the total. */
export const bugCounts = z.object({
  total: count,
  by_status: countsOf(BUG_STATUSES),
  by_severity: countsOf(SEVERITY_BUCKETS),
});
export type BugCounts = z.infer<typeof bugCounts>;

/** How many bugs share a status and a severity. */
export interface BugGroup {
  readonly status: BugStatus;
  readonly severity: string | null;
  readonly bugs: number;
}

const NO_SEVERITIES = Object.fromEntries(SEVERITY_BUCKETS.map((bucket) => [bucket, 0])) as Record<
  SeverityBucket,
  number
>;

/** Adds up groups of bugs. */
export function addUpBugs(groups: readonly BugGroup[]): BugCounts {
  const by_status: BugsByStatus = noBugs();
  const by_severity = { ...NO_SEVERITIES };
  let total = 0;
  for (const { status, severity, bugs } of groups) {
    total += bugs;
    by_status[status] += bugs;
    by_severity[severityBucket(severity)] += bugs;
  }
  return { total, by_status, by_severity };
}

const RATE_NAMES = Object.keys(RATE_DEFINITIONS) as RateName[];

const rate = z.object({ value: z.number().nullable(), numerator: count, n: count });

/** The rates of some bugs, each with the numbers it was made from (domain, RATE_DEFINITIONS). */
export const rates = z
  .object(Object.fromEntries(RATE_NAMES.map((name) => [name, rate])) as Record<RateName, typeof rate>)
  .describe('value = numerator / n, from 0 to 1; null when n is 0.');

/** Computes the rates from counts. */
export function ratesOf(counts: BugCounts): z.infer<typeof rates> {
  return bugRates(counts.by_status);
}
