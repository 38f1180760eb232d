export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A forwarded bug without review is accepted by the system after this time (customer-api 6.4, 10.8). */
export const AUTO_ACCEPTANCE = 10 * DAY;

/** 01:00 UTC on the last Sunday of a month: the instant at which Central Europe changes its clocks. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}

const summers = new Map<number, readonly [from: number, until: number]>();

function summerOf(year: number): readonly [from: number, until: number] {
  const known = summers.get(year);
  if (known !== undefined) return known;
  const summer = [lastSunday(year, 2), lastSunday(year, 9)] as const;
  summers.set(year, summer);
  return summer;
}

function offsetHours(instant: number): 1 | 2 {
  const [from, until] = summerOf(new Date(instant).getUTCFullYear());
  return instant >= from && instant < until ? 2 : 1;
}

/** The spelling of dates on tests and bugs: local offset, no fraction; +01:00 in winter, +02:00 in summer (customer-api 3). */
export function localIso(instant: number): string {
  const hours = offsetHours(instant);
  return `${new Date(instant + hours * HOUR).toISOString().slice(0, 19)}+0${hours}:00`;
}

/** The spelling of dates on executions: UTC with milliseconds (customer-api 3). */
export function utcIso(instant: number): string {
  return new Date(instant).toISOString();
}

/** The instant of a whole hour on the local clock, `hour` of the day on which `instant` falls. */
export function atLocalHour(instant: number, hour: number): number {
  const local = instant + offsetHours(instant) * HOUR;
  const midnight = local - (((local % DAY) + DAY) % DAY);
  const guess = midnight + hour * HOUR - offsetHours(instant) * HOUR;
  return midnight + hour * HOUR - offsetHours(guess) * HOUR;
}

const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Epoch milliseconds of an ISO 8601 date with an offset; null for anything else. */
export function parseIso(text: string): number | null {
  if (!ISO_WITH_OFFSET.test(text)) return null;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return null;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day ? instant : null;
}
