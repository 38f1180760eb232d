import { abortable } from './abort.ts';

/** Lets at most `size` tasks run at a time; the others wait in the order in which they came. */
export class Limiter {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /** Runs the task once there is room. Aborting while it waits rejects with `cancelled` and gives the place up. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.add(turn.resolve);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // Gone from the queue means that the place was handed over in the same moment: pass it on.
      if (!this.#waiting.delete(turn.resolve)) this.#leave();
      throw error;
    }
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
