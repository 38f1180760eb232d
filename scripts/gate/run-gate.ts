import { availableParallelism } from 'node:os';
import { type Criterion, type Ended, holds, type Result } from './criterion.ts';
import { runCriterion } from './run-criterion.ts';

export interface GateOptions {
  readonly commit: string;
  /** Criteria that have not begun by then count as missed, and those that run are ended. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Is told each result as soon as it is there. */
  readonly onResult: (result: Result, ended: Ended) => void;
  /** How many criteria that measure nothing run at a time. */
  readonly atATime?: number;
}

/**
 * Runs criteria: first, one after the other, those that measure, then the others side by side, begun by the time they may take. All
 * of them run, whatever fails on the way.
 * @returns the results in the order of the criteria
 */
export async function runGate(criteria: readonly Criterion[], options: GateOptions): Promise<Result[]> {
  const end = performance.now() + options.limitMs;
  const results = new Map<string, Result>();
  const runOne = async (criterion: Criterion) => {
    const at = new Date().toISOString();
    const left = end - performance.now();
    const { rows, ended } =
      left > 0 && !options.signal.aborted
        ? await runCriterion(criterion, { signal: options.signal, mostMs: left })
        : notBegun(options.signal.aborted);
    const { name, what } = criterion;
    const result = { name, what, rows, seconds: Math.round(ended.ms / 100) / 10, at, commit: options.commit };
    results.set(name, result);
    options.onResult(result, ended);
  };
  for (const criterion of criteria.filter(({ alone }) => alone)) await runOne(criterion);
  const others = criteria.filter(({ alone }) => !alone).sort((one, other) => other.minutes - one.minutes);
  const lane = async () => {
    for (let next = others.shift(); next !== undefined; next = others.shift()) await runOne(next);
  };
  // One more than there are processors: much of their time is waiting for programs that they started.
  await Promise.all(Array.from({ length: options.atATime ?? availableParallelism() + 1 }, lane));
  return criteria.flatMap(({ name }) => results.get(name) ?? []);
}

function notBegun(isInterrupted: boolean) {
  const figure = isInterrupted ? 'not begun: interrupted' : 'not begun: no time was left';
  return {
    rows: [{ figure, limit: 'a figure', holds: false }],
    ended: { code: null, stdout: '', stderr: '', report: '', ms: 0 } satisfies Ended,
  };
}

/** How many criteria hold, as a test run says it. */
export function tally(results: readonly Result[]) {
  const passed = results.filter(holds).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}
