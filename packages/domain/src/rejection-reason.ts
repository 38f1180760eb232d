/** A reason for rejecting a bug, as `GET /bugs/reject_reasons` lists them (customer-api 6.5). */
export interface RejectReason {
  readonly key: string;
  readonly name: string | null;
  readonly defaultComment: string | null;
}

/** The key of the system's own rejection, which may be absent from the list of reasons. */
export const REQUEST_TIMEOUT_REASON = 'request_timeout';

/** Reason of a rejected bug whose comments match none of the reasons. */
export const UNKNOWN_REASON = 'unknown';

/**
 * Finds the reason of a rejected bug. No member of a bug names it: it is known by a reason's default comment inside one of
 * the comments. Compared without regard to case and white space and without a leading "rejected"; of several reasons the
 * longest default comment wins, in the newest comment that has any, because a later rejection overrides an earlier one.
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
    if (text.includes('rejected automatically') && text.includes('24 hours')) return REQUEST_TIMEOUT_REASON;
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
