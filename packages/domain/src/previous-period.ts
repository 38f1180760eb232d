import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.ts';
import { type Period, type PeriodSettings, periodAround } from './period.ts';
import type { CalendarUnit } from './period-days.ts';

const UNITS: readonly CalendarUnit[] = ['year', 'quarter', 'month', 'week'];

/**
 * The period before one: before a whole month, quarter, year (fiscal or calendar) or ISO week that unit before it, whatever its
 * length; else as many days, or as much time where the ends are not those of days.
 *
 * @returns null for a period that is open on a side
 */
export function previousPeriod({ from, to }: Period, settings: Omit<PeriodSettings, 'now'>): Period | null {
  if (from === null || to === null) return null;
  for (const calendar of [settings, { ...settings, fiscalYearStartMonth: 1 }]) {
    for (const unit of UNITS) {
      const around = periodAround(from, unit, calendar);
      if (around.from === from && around.to === to) return periodAround(from - 1, unit, calendar);
    }
  }
  const [first, end] = [zoned(from, settings.timeZone), zoned(to, settings.timeZone)];
  if (!isMidnight(first) || !isMidnight(end)) return { from: from - (to - from), to: from };
  const days = first.toPlainDate().until(end.toPlainDate(), { largestUnit: 'day' }).days;
  const before = first.toPlainDate().subtract({ days });
  return { from: before.toZonedDateTime(settings.timeZone).epochMilliseconds, to: from };
}

function zoned(instant: EpochMs, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
}

/** Whether a day begins here; on days without a midnight this is later than 0:00. */
function isMidnight(time: Temporal.ZonedDateTime): boolean {
  return time.startOfDay().epochMilliseconds === time.epochMilliseconds;
}
