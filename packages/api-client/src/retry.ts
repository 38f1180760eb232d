import { abortable } from './abort.ts';

/** Pauses before the second, third and later attempts grow from here, doubling each time (customer-api 2). */
const BASE_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;

/** Pause after a 429 that does not say how long (customer-api 2). */
export const DEFAULT_RATE_LIMIT_PAUSE_MS = 30_000;

/** A pause asked for by the API is waited for up to this length; a longer one is reported instead. */
export const LONGEST_WAIT_MS = 60_000;

/** What one call adds to the budget, in parts of a retry: five calls earn one. */
const CALLS_PER_RETRY = 5;

/** Pauses for some milliseconds; may end early, by rejecting, when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Pause before the next attempt, with full jitter: anything between 0 and the step, so that clients that failed together do
 * not come back together.
 *
 * @param attempt the attempt that failed, from 1
 * @param random a number from 0 (included) to 1 (excluded)
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(LONGEST_PAUSE_MS, BASE_PAUSE_MS * 2 ** (attempt - 1)));
}

/**
 * Reads `Retry-After`: whole seconds or an HTTP date.
 *
 * @param now epoch milliseconds that a date is compared with; the server's own clock where it sent one
 * @returns milliseconds from now, 0 for a moment that has passed; null when absent or unreadable
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Date.parse alone would take "3.5" for a date too, and a date without zone for local time.
  const at = /^[A-Z][a-z]+, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/**
 * Bounds the retries of many calls together, so that an outage does not multiply the requests: it starts full, every retry
 * takes one out, every five calls put one back, and it never holds more than its size. In any stretch of N calls there are
 * thus at most `size + N / 5` retries.
 */
export class RetryBudget {
  readonly #capacity: number;
  #left: number;

  constructor(size: number) {
    this.#capacity = size * CALLS_PER_RETRY;
    this.#left = this.#capacity;
  }

  /** Counts a call. */
  earn(): void {
    this.#left = Math.min(this.#capacity, this.#left + 1);
  }

  /** Takes one retry, if one is left. */
  take(): boolean {
    if (this.#left < CALLS_PER_RETRY) return false;
    this.#left -= CALLS_PER_RETRY;
    return true;
  }
}

/** Holds all requests of a client back while the API asks for a pause: the limit is the token's, not one call's. */
export class RateGate {
  readonly #sleep: Sleep;
  #open: Promise<unknown> = Promise.resolve();

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  /** Lets nothing pass for so long from now; an earlier, longer hold stays. Ends with the signal. */
  hold(ms: number, signal: AbortSignal): void {
    const pause = this.#sleep(ms, signal).catch(() => undefined);
    this.#open = Promise.all([this.#open, pause]);
  }

  /** Waits until requests may pass. */
  async pass(signal: AbortSignal): Promise<void> {
    for (let seen: Promise<unknown> | null = null; seen !== this.#open; ) {
      seen = this.#open;
      await abortable(seen, signal);
    }
  }
}
