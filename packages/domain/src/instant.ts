/** Milliseconds since 1970-01-01T00:00:00Z. The only form in which a point in time is computed with or stored. */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const ISO_WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Parses an ISO 8601 instant that names its offset (`Z` or `+01:00`), as the API sends them.
 *
 * @returns null for anything else. A date without an offset is invalid data, not UTC (customer-api 3).
 */
export function parseInstant(text: string): EpochMs | null {
  const match = ISO_WITH_OFFSET.exec(text);
  if (match === null) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  // Date.parse rolls February 30 over into March; a day that does not exist is invalid data too.
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const calendar = new Date(Date.UTC(year, month - 1, day));
  return calendar.getUTCMonth() === month - 1 && calendar.getUTCDate() === day ? ms : null;
}

/** ISO 8601 in UTC with `Z`, whole seconds without a fraction; null stays null. */
export function toIso(instant: EpochMs): string;
export function toIso(instant: EpochMs | null): string | null;
export function toIso(instant: EpochMs | null): string | null {
  if (instant === null) return null;
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
