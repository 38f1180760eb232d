import type { PhaseOutcome, SyncRunRecord } from './run-record.ts';

/** How a run came to its end: by itself, because its signal was aborted, or because nothing more could work. */
export type RunEnding = 'finished' | 'cancelled' | 'failed';

const OF_THE_ACCOUNT: ReadonlySet<PhaseOutcome['phase']> = new Set(['products', 'reject_reasons']);

/**
 * The status of a run, from how its phases ended.
 *
 * @returns `completed` only if every phase is; `failed` if the run was ended by an error of the whole account, or no phase of
 * any product got anywhere; `partial` in between
 */
export function runStatus(outcomes: readonly PhaseOutcome[], ending: RunEnding): SyncRunRecord['status'] {
  if (ending !== 'finished') return ending;
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome.status === 'completed')) return 'completed';
  const ofProducts = outcomes.filter((outcome) => !OF_THE_ACCOUNT.has(outcome.phase));
  const relevant = ofProducts.length > 0 ? ofProducts : outcomes;
  const gotSomewhere = relevant.some((outcome) => outcome.status === 'completed' || outcome.status === 'partial');
  return gotSomewhere ? 'partial' : 'failed';
}
