import { cancelled } from '@testio-mcp/domain';

/** A question on its way to the API, with everybody who waits for it. */
export interface Flight {
  readonly work: Promise<void>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Makes sure that nothing is asked for twice at the same time: who wants something that is on its way waits for it. What
 * nobody waits for any more is cancelled.
 */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  /** What brings the entity of this key at present; undefined when nothing does. */
  current(key: string): Flight | undefined {
    return this.#flights.get(key);
  }

  /** Starts what brings the entities of these keys. Wait for it at once: nobody does yet. */
  start(keys: readonly string[], ask: (signal: AbortSignal) => Promise<unknown>): Flight {
    const stop = new AbortController();
    const work = ask(stop.signal).then(
      () => this.#land(flight, keys),
      (thrown: unknown) => {
        this.#land(flight, keys);
        throw thrown;
      },
    );
    // It may fail without anybody waiting for it.
    work.catch(() => undefined);
    const flight: Flight = { work, stop, waiting: 0 };
    for (const key of keys) this.#flights.set(key, flight);
    return flight;
  }

  /**
   * Waits for the end of a flight, or gives up when the signal aborts.
   *
   * @throws TestioError `cancelled` for who gave up; what the flight throws
   */
  async wait(flight: Flight, signal: AbortSignal): Promise<void> {
    flight.waiting += 1;
    const gaveUp = Promise.withResolvers<never>();
    const onAbort = () => gaveUp.reject(cancelled(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await Promise.race([flight.work, gaveUp.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.stop.abort();
    }
  }

  /** Waits for what brings the entity of this key, and starts it if nothing does. */
  async join(key: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const current = this.current(key);
    // One that its last caller just gave up ends as cancelled.
    const flight = current === undefined || current.stop.signal.aborted ? this.start([key], ask) : current;
    return this.wait(flight, signal);
  }

  #land(flight: Flight, keys: readonly string[]): void {
    for (const key of keys) if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
