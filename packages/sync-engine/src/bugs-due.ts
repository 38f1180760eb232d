import { AUTO_ACCEPTANCE_MS, DAY_MS, type EpochMs, isFinalTestStatus, type TestStatus } from '@testio-mcp/domain';

/** What decides whether the bugs of a test have to be read again. */
export interface BugsDueFacts {
  /** Of the test, as it was last read. */
  readonly status: string | null;
  readonly startAt: EpochMs | null;
  readonly endAt: EpochMs | null;
  /** When a sync saw the status change; null while it has kept its first one. */
  readonly statusChangedAt: EpochMs | null;
  /** When all bugs of the test were last read; null: never. */
  readonly bugsAt: EpochMs | null;
  /** Whether a stored bug is still to be decided: open, or in a status that is not known. */
  readonly hasUndecidedBug: boolean;
  /** Whether the last attempt to read its bugs failed. */
  readonly hasFailed: boolean;
}

/** Why the bugs of a test are read. */
export type BugsDueReason =
  | 'never_loaded'
  | 'failed_before'
  | 'status_changed'
  | 'status_can_change'
  | 'undecided_bug'
  | 'acceptance_window'
  | 'last_look'
  | 'long_ago';

/** Loaded bugs of final tests are believed for so long (customer-api 6.1: a long time rather than for ever). */
const BELIEVED_MS: EpochMs = 30 * DAY_MS;

/** Before its start nobody works on a test, so it has no bugs that could change. */
const BEFORE_START: ReadonlySet<string | null> = new Set<TestStatus>(['initialized', 'waiting']);

interface Rule {
  readonly reason: BugsDueReason;
  /** In words, for a dry run. */
  readonly why: string;
  readonly holds: (facts: BugsDueFacts & { readonly bugsAt: EpochMs }, now: EpochMs) => boolean;
}

/**
 * When the bugs of a test are due, besides never having been loaded; the first rule that holds is the reason. What no rule
 * names is settled: the bugs were loaded after the status became final and the window of automatic acceptance had closed, and
 * none of them is undecided.
 *
 * Instants that are equal count as due: of two things that happened in the same millisecond, or under a clock that stands
 * still, nobody knows which came first.
 */
export const BUGS_DUE_RULES: readonly Rule[] = [
  { reason: 'failed_before', why: 'their last reading failed', holds: (test) => test.hasFailed },
  {
    reason: 'status_changed',
    why: 'the status of the test changed after they were loaded',
    holds: (test) => test.statusChangedAt !== null && test.statusChangedAt >= test.bugsAt,
  },
  {
    reason: 'status_can_change',
    why: 'the status of the test can still change',
    holds: (test, now) => !isFinalTestStatus(test.status) && hasStarted(test, now),
  },
  { reason: 'undecided_bug', why: 'a bug is still undecided', holds: (test) => test.hasUndecidedBug },
  {
    // A bug reported at the very end is accepted by the system so long after it.
    reason: 'acceptance_window',
    why: 'they were loaded before the ten days after the end of the test were over',
    holds: (test) =>
      isFinalTestStatus(test.status) && test.endAt !== null && test.bugsAt < test.endAt + AUTO_ACCEPTANCE_MS,
  },
  {
    // Once more, because what was on its way while the status changed may have been missed.
    reason: 'last_look',
    why: 'the status of the test became final ten days ago',
    holds: (test, now) => {
      const settled = (test.statusChangedAt ?? Number.NEGATIVE_INFINITY) + AUTO_ACCEPTANCE_MS;
      return isFinalTestStatus(test.status) && test.bugsAt < settled && settled <= now;
    },
  },
  {
    reason: 'long_ago',
    why: 'they were loaded more than thirty days ago',
    holds: (test, now) => test.bugsAt <= now - BELIEVED_MS,
  },
];

/** Why the bugs of a test are to be read now; null when what is stored is to be believed. */
export function bugsDue(facts: BugsDueFacts, now: EpochMs): BugsDueReason | null {
  const { bugsAt } = facts;
  if (bugsAt === null) return 'never_loaded';
  return BUGS_DUE_RULES.find((rule) => rule.holds({ ...facts, bugsAt }, now))?.reason ?? null;
}

/** A reason in words. */
export function bugsDueWords(reason: BugsDueReason): string {
  return BUGS_DUE_RULES.find((rule) => rule.reason === reason)?.why ?? 'they were never loaded';
}

function hasStarted({ status, startAt }: BugsDueFacts, now: EpochMs): boolean {
  return !BEFORE_START.has(status) || (startAt !== null && startAt <= now);
}
