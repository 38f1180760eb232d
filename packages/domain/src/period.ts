import type { Temporal } from 'temporal-polyfill';
import { TestioError } from './errors.ts';
import { type EpochMs, parseInstant } from './instant.ts';
import { type CalendarUnit, calendarUnit, type Days, dayOf, nameOfUnit, parseDays } from './period-days.ts';

/** A half-open range of time: `from` belongs to it, `to` does not. Null: open on that side. */
export interface Period {
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

/** What relative words and days mean. */
export interface PeriodSettings {
  readonly now: EpochMs;
  /** IANA zone in which days begin and end. */
  readonly timeZone: string;
  /** 1–12, 1 when absent. Fiscal years and their quarters begin in this month and are named after the calendar year of it. */
  readonly fiscalYearStartMonth?: number | undefined;
}

/** The accepted forms, as errors and docs list them. */
export const PERIOD_FORMS = [
  '2026-03-17',
  '2026-07 or July 2026',
  '2026-Q3 or Q3 2026',
  '2026-W31',
  '2026 or FY2026',
  'today, yesterday, tomorrow',
  'last 30 days (weeks, months, years)',
  '3 months ago (days, weeks, years)',
  'this week, last month (quarter, year)',
  'ytd',
  'all',
  'A..B, since A, until B with any of these or an instant such as 2026-03-17T15:00:00Z',
] as const;

const MAX_LENGTH = 100;

/**
 * Reads a period. Days count whole, first and last included; an end that is an instant counts exactly.
 *
 * @throws TestioError `invalid_period` for anything outside the grammar, and for a range that ends before it begins
 */
export function parsePeriod(text: string, settings: PeriodSettings, field = 'period'): Period {
  const normal = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const refuse = () => invalidPeriod(text, field);
  if (normal === '' || normal.length > MAX_LENGTH) throw refuse();
  if (normal === 'all') return { from: null, to: null };
  const since = /^since (.+)$/.exec(normal)?.[1];
  if (since !== undefined) return { from: parseEnd(since, settings, refuse).from, to: null };
  const until = /^until (.+)$/.exec(normal)?.[1];
  if (until !== undefined) return { from: null, to: parseEnd(until, settings, refuse).to };
  const range = /^(.+?) ?\.\. ?(.+)$/.exec(normal);
  if (range?.[1] !== undefined && range[2] !== undefined) {
    return ordered(
      { from: parseEnd(range[1], settings, refuse).from, to: parseEnd(range[2], settings, refuse).to },
      text,
      field,
    );
  }
  const days = parseDays(normal, today(settings), settings.fiscalYearStartMonth ?? 1);
  if (days === null) throw refuse();
  return inZone(days, settings.timeZone);
}

/**
 * Reads the two ends of a period as separate parameters. An absent end is open.
 *
 * @throws TestioError `invalid_period` naming the parameter at fault
 */
export function parsePeriodEnds(
  start: string | null,
  end: string | null,
  settings: PeriodSettings,
  fields: { start: string; end: string } = { start: 'start_date', end: 'end_date' },
): Period {
  const side = (text: string | null, field: string) =>
    text === null
      ? null
      : parseEnd(text.trim().toLowerCase().replace(/\s+/g, ' '), settings, () => invalidPeriod(text, field));
  return ordered(
    { from: side(start, fields.start)?.from ?? null, to: side(end, fields.end)?.to ?? null },
    `${start ?? ''}..${end ?? ''}`,
    fields.start,
  );
}

/** Whether an instant lies in a period. An unknown instant lies only in the period without ends. */
export function inPeriod(instant: EpochMs | null, period: Period): boolean {
  if (instant === null) return period.from === null && period.to === null;
  return (period.from === null || instant >= period.from) && (period.to === null || instant < period.to);
}

/** The whole day, ISO week, month, quarter or year around an instant. */
export function periodAround(instant: EpochMs, unit: CalendarUnit, settings: Omit<PeriodSettings, 'now'>): Period {
  const day = dayOf(instant, settings.timeZone);
  return inZone(calendarUnit(day, unit, settings.fiscalYearStartMonth ?? 1), settings.timeZone);
}

/** The name of the unit around an instant. Read as a period it is that unit: `2026-03-17`, `2026-W12`, `2026-Q1`, `FY2026`. */
export function unitName(instant: EpochMs, unit: CalendarUnit, settings: Omit<PeriodSettings, 'now'>): string {
  return nameOfUnit(dayOf(instant, settings.timeZone), unit, settings.fiscalYearStartMonth ?? 1);
}

/** One end of a range: an instant, or everything a period without ends may be. */
function parseEnd(normal: string, settings: PeriodSettings, refuse: () => TestioError): { from: EpochMs; to: EpochMs } {
  const instant = parseInstant(normal.toUpperCase());
  if (instant !== null) return { from: instant, to: instant };
  const days = parseDays(normal, today(settings), settings.fiscalYearStartMonth ?? 1);
  if (days === null) throw refuse();
  return inZone(days, settings.timeZone);
}

function today(settings: PeriodSettings): Temporal.PlainDate {
  return dayOf(settings.now, settings.timeZone);
}

function inZone(days: Days, timeZone: string): { from: EpochMs; to: EpochMs } {
  const start = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).epochMilliseconds;
  return { from: start(days.first), to: start(days.last.add({ days: 1 })) };
}

function ordered(period: Period, received: string, field: string): Period {
  if (period.from === null || period.to === null || period.from < period.to) return period;
  throw new TestioError({
    kind: 'validation',
    code: 'invalid_period',
    message: `The period ${JSON.stringify(received)} ends before it begins.`,
    next: 'Give the earlier end first.',
    field,
    received,
  });
}

function invalidPeriod(received: string, field: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'invalid_period',
    message: `${JSON.stringify(received.slice(0, MAX_LENGTH))} is not a period.`,
    next: 'Use one of the accepted forms.',
    field,
    received: received.slice(0, MAX_LENGTH),
    accepted: PERIOD_FORMS,
  });
}
