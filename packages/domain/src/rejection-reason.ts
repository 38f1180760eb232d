/** A reason for rejecting a bug, as `GET /bugs/reject_reasons` lists them (customer-api 6.5). */
export interface RejectReason {
  readonly key: string;
  readonly name: string | null;
  readonly defaultComment: string | null;
}

/**
 * Words by which the platform's canned comments are known even where the API's list lacks the reason or words it otherwise
 * (analytics-reports-search 3.4). All fragments of an entry must be there.
 */
const CANNED_FRAGMENTS: readonly { readonly key: string; readonly fragments: readonly string[] }[] = [
  { key: 'device_not_relevant', fragments: ['device is not relevant'] },
  { key: 'ignored_instructions', fragments: ['instructions were not followed'] },
  { key: 'intended_behavior', fragments: ['described here is intentional'] },
  { key: 'irrelevant', fragments: ['bug is not relevant'] },
  { key: 'known_bug', fragments: ['legit bug but already known'] },
  { key: 'not_reproducible', fragments: ['not possible to reproduce'] },
  { key: 'request_timeout', fragments: ['rejected automatically', '24 hours'] },
];

/** Reasons that the platform is known to use, whether the API's list has them or not. */
export const PLATFORM_REASONS: readonly string[] = CANNED_FRAGMENTS.map(({ key }) => key);

/** Reason of a rejected bug whose comments match none of the reasons. */
export const UNKNOWN_REASON = 'unknown';

/**
 * Finds the reason of a rejected bug. No member of a bug names it: it is known by a reason's default comment inside one of
 * the comments. Compared without regard to case and white space and without a leading "rejected"; of several reasons the
 * longest default comment wins, in the newest comment that has any, because a later rejection overrides an earlier one. The
 * platform's canned wordings are known beside the list.
 *
 * @param comments bodies of the bug's comments, oldest first
 * @returns a reason's key, or `unknown`
 */
export function findRejectionReason(comments: readonly (string | null)[], reasons: readonly RejectReason[]): string {
  const needles = reasons
    .map((reason) => ({ key: reason.key, text: normalise(reason.defaultComment ?? '') }))
    .filter((needle) => needle.text !== '')
    .sort((a, b) => b.text.length - a.text.length || (a.key < b.key ? -1 : 1));
  for (const body of comments.toReversed()) {
    const text = normalise(body ?? '');
    const hit = needles.find((needle) => text.includes(needle.text));
    if (hit !== undefined) return hit.key;
    const canned = CANNED_FRAGMENTS.find(({ fragments }) => fragments.every((fragment) => text.includes(fragment)));
    if (canned !== undefined) return canned.key;
  }
  return UNKNOWN_REASON;
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^rejected\s*[:.,–-]\s*/, '');
}
