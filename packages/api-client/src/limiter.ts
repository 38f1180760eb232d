import { abortable } from './abort.ts';

/** Lets at most `size` tasks run at a time; the others wait in the order in which they came, patient ones behind the rest. */
export class Limiter {
  #free: number;
  readonly #waiting = new Set<() => void>();
  readonly #patient = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /** Runs the task once there is room. Aborting while it waits rejects with `cancelled` and gives the place up. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal, isPatient = false): Promise<T> {
    await this.#enter(signal, isPatient ? this.#patient : this.#waiting);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal, queue: Set<() => void>): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    queue.add(turn.resolve);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // Gone from the queue means that the place was handed over in the same moment: pass it on.
      if (!queue.delete(turn.resolve)) this.#leave();
      throw error;
    }
  }

  #leave(): void {
    for (const queue of [this.#waiting, this.#patient]) {
      const [next] = queue;
      if (next === undefined) continue;
      queue.delete(next);
      next();
      return;
    }
    this.#free += 1;
  }
}
