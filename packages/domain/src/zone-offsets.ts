import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.ts';

/** How far local time is ahead of UTC, until an instant that does not belong to it any more. */
export interface ZoneOffset {
  readonly until: EpochMs;
  readonly offsetMs: number;
}

const NANOSECONDS_PER_MS = 1_000_000;

/**
 * The offsets of a zone from one instant to another, in order; the last one holds from there on. With them a database that knows
 * nothing of zones tells local days: instant + offset, read as if it were UTC.
 */
export function zoneOffsets(
  from: EpochMs,
  to: EpochMs,
  timeZone: string,
): { readonly changes: readonly ZoneOffset[]; readonly lastMs: number } {
  const changes: ZoneOffset[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  for (;;) {
    const offsetMs = at.offsetNanoseconds / NANOSECONDS_PER_MS;
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > to) return { changes, lastMs: offsetMs };
    changes.push({ until: next.epochMilliseconds, offsetMs });
    at = next;
  }
}
