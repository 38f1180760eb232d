import type { SyncProgress } from './sync.ts';

/** Part of a run: some requests, of which the number may become known only on the way. */
export interface ProgressTask {
  /** Says how many steps it takes in all, as far as is known. Never lowers what was said before. */
  expect(steps: number): void;
  /** One step is done. */
  step(message: string): void;
  /** The task is over: steps that turned out not to be needed count as done. */
  end(message: string): void;
}

/** One scale for a whole run: `done` only grows, and `total` is never below it. */
export class Progress {
  readonly #tell: ((progress: SyncProgress) => void) | undefined;
  #done = 0;
  #total = 0;

  constructor(tell: ((progress: SyncProgress) => void) | undefined) {
    this.#tell = tell;
  }

  task(steps: number): ProgressTask {
    let expected = 0;
    let used = 0;
    const expect = (count: number) => {
      if (count <= expected) return;
      this.#total += count - expected;
      expected = count;
    };
    const advance = (count: number, message: string) => {
      if (count <= 0) return;
      used += count;
      this.#done += count;
      expect(used);
      this.#emit(message);
    };
    expect(steps);
    return {
      expect,
      step: (message) => advance(1, message),
      end: (message) => advance(expected - used, message),
    };
  }

  #emit(message: string): void {
    try {
      this.#tell?.({ done: this.#done, total: this.#total, message });
    } catch {
      // A fault of whoever listens must not end the run.
    }
  }
}
