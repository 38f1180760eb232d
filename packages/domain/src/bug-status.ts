import { DAY_MS, type EpochMs } from './instant.ts';

/**
 * The status of a bug at every surface. `open` is the API's `forwarded`; `accepted` was accepted by a person,
 * `auto_accepted` by the system after ten days without review; `other` is any value the API may yet invent.
 */
export const BUG_STATUSES = ['open', 'accepted', 'auto_accepted', 'rejected', 'other'] as const;
export type BugStatus = (typeof BUG_STATUSES)[number];

/** A forwarded bug that nobody triages is accepted by the system after this time (customer-api 10.8). */
export const AUTO_ACCEPTANCE_MS: EpochMs = 10 * DAY_MS;

/**
 * Derives the status of a bug from what the API sends (customer-api 6.4).
 *
 * @param status the API's `status`
 * @param autoAccepted the API's `auto_accepted`; missing counts as false
 */
export function classifyBugStatus(status: string | null, autoAccepted: boolean): BugStatus {
  switch (status) {
    case 'forwarded':
      return 'open';
    case 'accepted':
      return autoAccepted ? 'auto_accepted' : 'accepted';
    case 'rejected':
      return 'rejected';
    default:
      return 'other';
  }
}
