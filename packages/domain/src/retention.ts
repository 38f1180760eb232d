import { DAY_MS, type EpochMs } from './instant.ts';
import { isOverTestStatus } from './test-status.ts';

/** What decides whether a test is kept. */
export interface RetentionFacts {
  readonly status: string | null;
  readonly startAt: EpochMs | null;
  readonly endAt: EpochMs | null;
  /** When the store first saw it. */
  readonly firstSeenAt: EpochMs;
  /** Whether Test IO does not have it any more. */
  readonly isDeleted: boolean;
}

/**
 * Whether a test is over and ended more than so many days ago. Days are whole ones (UTC), so that what is kept changes once a
 * day. Without an end the last date counts that is known of it.
 *
 * @param days null: nothing is too old
 */
export function isBeyondRetention(test: RetentionFacts, days: number | null, now: EpochMs): boolean {
  if (days === null || !(test.isDeleted || isOverTestStatus(test.status))) return false;
  return (test.endAt ?? test.startAt ?? test.firstSeenAt) < retentionBegin(days, now);
}

/** The instant from which on tests that ended are kept. */
export function retentionBegin(days: number, now: EpochMs): EpochMs {
  return Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
}
