import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.ts';

/** Whole days, both included. */
export interface Days {
  readonly first: Temporal.PlainDate;
  readonly last: Temporal.PlainDate;
}

/** A calendar unit, for grouping by time. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const SINGLE_DAYS: ReadonlyMap<string, number> = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
]);
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const FIRST_YEAR = 1970;
const LAST_YEAR = 2200;
const MOST_UNITS = 10_000;

/** The day on which an instant falls in a zone. */
export function dayOf(instant: EpochMs, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate();
}

/**
 * Reads the forms that name whole days.
 *
 * @param text lower case, single blanks
 * @param fiscalStart month in which fiscal years and their quarters begin, 1–12. Quarters, `FY2026`, `this year`, `last year` and
 * `ytd` are fiscal; `2026` alone is the calendar year.
 * @returns null when the text is none of them, or names a day that does not exist
 */
export function parseDays(text: string, today: Temporal.PlainDate, fiscalStart: number): Days | null {
  const days =
    named(text, today, fiscalStart) ??
    isoDay(text) ??
    month(text) ??
    week(text) ??
    quarterOrYear(text, fiscalStart) ??
    relative(text, today);
  return days !== null && days.first.year >= FIRST_YEAR && days.last.year <= LAST_YEAR ? days : null;
}

/** The calendar unit around a day; quarters and years are fiscal. */
export function calendarUnit(day: Temporal.PlainDate, unit: CalendarUnit, fiscalStart: number): Days {
  switch (unit) {
    case 'day':
      return { first: day, last: day };
    case 'week': {
      const first = day.subtract({ days: day.dayOfWeek - 1 });
      return { first, last: first.add({ days: 6 }) };
    }
    case 'month':
      return months(day.with({ day: 1 }), 1);
    case 'quarter': {
      const into = (((day.month - fiscalStart) % 12) + 12) % 3;
      return months(day.with({ day: 1 }).subtract({ months: into }), 3);
    }
    case 'year': {
      const into = (((day.month - fiscalStart) % 12) + 12) % 12;
      return months(day.with({ day: 1 }).subtract({ months: into }), 12);
    }
  }
}

/** The name of the calendar unit around a day, in the forms of `parseDays`. */
export function nameOfUnit(day: Temporal.PlainDate, unit: CalendarUnit, fiscalStart: number): string {
  const { first } = calendarUnit(day, unit, fiscalStart);
  const fiscal = first.subtract({ months: fiscalStart - 1 });
  switch (unit) {
    case 'day':
      return first.toString();
    case 'week':
      return `${first.yearOfWeek}-W${String(first.weekOfYear).padStart(2, '0')}`;
    case 'month':
      return first.toPlainYearMonth().toString();
    case 'quarter':
      return `${fiscal.year}-Q${Math.ceil(fiscal.month / 3)}`;
    case 'year':
      return fiscalStart === 1 ? `${first.year}` : `FY${fiscal.year}`;
  }
}

function named(text: string, today: Temporal.PlainDate, fiscalStart: number): Days | null {
  const single = SINGLE_DAYS.get(text);
  if (single !== undefined) {
    const day = today.add({ days: single });
    return { first: day, last: day };
  }
  if (text === 'ytd') return { first: calendarUnit(today, 'year', fiscalStart).first, last: today };
  const match = /^(this|last) (week|month|quarter|year)$/.exec(text);
  if (match === null) return null;
  const current = calendarUnit(today, match[2] as CalendarUnit, fiscalStart);
  return match[1] === 'this'
    ? current
    : calendarUnit(current.first.subtract({ days: 1 }), match[2] as CalendarUnit, fiscalStart);
}

function isoDay(text: string): Days | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  return existing(() => {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' });
    return { first: day, last: day };
  });
}

function month(text: string): Days | null {
  const iso = /^(\d{4})-(\d{2})$/.exec(text);
  const words = /^([a-z]+)\.? (\d{4})$/.exec(text);
  const year = Number(iso?.[1] ?? words?.[2]);
  const number = iso !== null ? Number(iso[2]) : monthNumber(words?.[1] ?? '');
  if (Number.isNaN(year) || number < 1 || number > 12) return null;
  return months(new Temporal.PlainDate(year, number, 1), 1);
}

/** A month's name, or at least its first three letters. */
function monthNumber(name: string): number {
  return name.length < 3 ? 0 : MONTHS.findIndex((candidate) => candidate.startsWith(name)) + 1;
}

function week(text: string): Days | null {
  const match = /^(\d{4})-w(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, number] = [Number(match[1]), Number(match[2])];
  // January 4 is always in week 1.
  const first = calendarUnit(new Temporal.PlainDate(year, 1, 4), 'week', 1).first.add({ weeks: number - 1 });
  return number >= 1 && first.yearOfWeek === year ? { first, last: first.add({ days: 6 }) } : null;
}

function quarterOrYear(text: string, fiscalStart: number): Days | null {
  const match = /^(\d{4})-q([1-4])$/.exec(text) ?? /^q([1-4]) (\d{4})$/.exec(text);
  if (match !== null) {
    const [year, quarter] = text.startsWith('q') ? [match[2], match[1]] : [match[1], match[2]];
    const start = new Temporal.PlainDate(Number(year), fiscalStart, 1);
    return months(start.add({ months: 3 * (Number(quarter) - 1) }), 3);
  }
  const year = /^(fy ?)?(\d{4})$/.exec(text);
  if (year === null) return null;
  return months(new Temporal.PlainDate(Number(year[2]), year[1] === undefined ? 1 : fiscalStart, 1), 12);
}

function relative(text: string, today: Temporal.PlainDate): Days | null {
  const last = /^last (\d{1,5}) (day|week|month|year)s?$/.exec(text);
  const ago = /^(\d{1,5}) (day|week|month|year)s? ago$/.exec(text);
  const [amount, unit] = [Number(last?.[1] ?? ago?.[1]), last?.[2] ?? ago?.[2]];
  if (unit === undefined || amount < 1 || amount > MOST_UNITS) return null;
  return existing(() => {
    const start = today.subtract({ [`${unit}s`]: amount });
    return last === null ? { first: start, last: start } : { first: start.add({ days: 1 }), last: today };
  });
}

function months(first: Temporal.PlainDate, count: number): Days {
  return { first, last: first.add({ months: count }).subtract({ days: 1 }) };
}

function existing(build: () => Days): Days | null {
  try {
    return build();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
