import { type EpochMs, parseInstant } from './instant.ts';

/** Tells the present instant. Injected wherever an answer depends on it. */
export interface Clock {
  now(): EpochMs;
}

/** The machine's clock. Leases and time-outs always use this one. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still, for tests and for `TESTIO_NOW`. */
export function fixedClock(instant: EpochMs | string): Clock {
  const now = typeof instant === 'number' ? instant : parseInstant(instant);
  if (now === null) throw new RangeError(`Not an ISO 8601 instant with an offset: ${JSON.stringify(instant)}`);
  return { now: () => now };
}
