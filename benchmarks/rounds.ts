import { median, quantile } from './figures.ts';

/** Something whose time is taken. */
export interface Subject {
  readonly name: string;
  run(): unknown;
}

export interface RoundOptions {
  readonly rounds: number;
  /** A round of one subject ends after so many milliseconds, or so many calls. */
  readonly ms: number;
  readonly calls: number;
}

/** Times of a subject's calls, in milliseconds, round by round. */
export type Times = readonly (readonly number[])[];

/** At least so many calls in a round, however long they take. */
const LEAST_CALLS = 3;

/**
 * Takes the times of subjects in turns: a round of each, then the next round, so that whatever else the machine does meets all of them
 * alike. One call of each goes before and does not count.
 */
export async function takeTurns(
  subjects: readonly Subject[],
  { rounds, ms, calls }: RoundOptions,
): Promise<ReadonlyMap<string, Times>> {
  const times = new Map<string, number[][]>(subjects.map(({ name }) => [name, []]));
  for (const { run } of subjects) await run();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of subjects) {
      const taken: number[] = [];
      const began = performance.now();
      while (taken.length < LEAST_CALLS || (taken.length < calls && performance.now() - began < ms)) {
        const begin = performance.now();
        await run();
        taken.push(performance.now() - begin);
      }
      times.get(name)?.push(taken);
    }
  }
  return times;
}

/** A value per round, and what became of it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** How a quantile of one subject relates, in each round, to the sum of the same quantile of others. */
export function ratios(of: Times, to: readonly Times[], part: number): Spread {
  const floorOf = (round: number) => to.reduce((sum, times) => sum + quantile(times[round] ?? [], part), 0);
  return spread(of.map((round, index) => quantile(round, part) / floorOf(index)));
}

/** A quantile over all rounds. */
export function overall(times: Times, part: number): number {
  return quantile(times.flat(), part);
}

export function spreadText({ median: middle, min, max }: Spread): string {
  return `${middle.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}
