import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalendarUnit, parsePeriod, periodAround, toIso, unitName } from '../../src/index.ts';

// A second reading of the grammar, by plain arithmetic with days that are numbered and instants that are searched for. It shares
// nothing with the first one, which relies on Temporal.

type Day = readonly [year: number, month: number, day: number];

const DAY = 86_400_000;
const MINUTE = 60_000;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const;

/** Days around what calendars do oddly: leap days, ends of months and years, changes of clocks, ISO years of 52 and 53 weeks. */
const TODAYS: readonly Day[] = [
  [2024, 2, 28],
  [2024, 2, 29],
  [2024, 3, 1],
  [2025, 2, 28],
  [2025, 3, 31],
  [2024, 12, 29],
  [2024, 12, 30],
  [2025, 1, 1],
  [2026, 12, 31],
  [2027, 1, 3],
  [2027, 1, 4],
  [2026, 3, 7],
  [2026, 3, 8],
  [2026, 3, 9],
  [2026, 3, 28],
  [2026, 3, 29],
  [2026, 3, 30],
  [2026, 4, 5],
  [2026, 10, 4],
  [2026, 10, 25],
  [2026, 10, 26],
  [2026, 11, 1],
];

const numberOf = ([year, month, day]: Day) => Date.UTC(year, month - 1, day) / DAY;
const dayOfNumber = (number: number): Day => {
  const date = new Date(number * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
};
const text = ([year, month, day]: Day) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
const plusDays = (day: Day, days: number) => dayOfNumber(numberOf(day) + days);
const lengthOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** As many months later; a day that the month does not have becomes its last. */
function plusMonths([year, month, day]: Day, months: number): Day {
  const count = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(count / 12), (count % 12) + 1];
  return [y, m, Math.min(day, lengthOf(y, m))];
}

const formats = new Map(
  ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })]),
);

/** The first instant of a day in a zone: that from which on its clocks do not show an earlier day. */
function startOf(day: Day, zone: (typeof ZONES)[number]): number {
  const format = formats.get(zone);
  let [before, after] = [(numberOf(day) - 1) * DAY, (numberOf(day) + 1) * DAY];
  while (after - before > MINUTE) {
    const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE;
    if ((format?.format(middle) ?? '') < text(day)) before = middle;
    else after = middle;
  }
  return after;
}

type Days = readonly [first: Day, last: Day];
const monthsFrom = (year: number, month: number, count: number): Days => {
  const first: Day = [year + Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, 1];
  return [first, plusDays(plusMonths(first, count), -1)];
};
const weekFrom = (day: Day): Days => {
  const monday = plusDays(day, -((new Date(numberOf(day) * DAY).getUTCDay() + 6) % 7));
  return [monday, plusDays(monday, 6)];
};
/** How many months of a unit that begins in a month have passed. */
const into = (month: number, begins: number, length: number) => (month - begins + 12) % length;

/** Each accepted form of whole days, and what it means today. */
const FORMS: Readonly<Record<string, (today: Day, fiscal: number) => Days>> = {
  today: (today) => [today, today],
  yesterday: (today) => [plusDays(today, -1), plusDays(today, -1)],
  tomorrow: (today) => [plusDays(today, 1), plusDays(today, 1)],
  'last 30 days': (today) => [plusDays(today, -29), today],
  'last 1 day': (today) => [today, today],
  'last 6 weeks': (today) => [plusDays(today, -41), today],
  'last 1 month': (today) => [plusDays(plusMonths(today, -1), 1), today],
  'last 18 months': (today) => [plusDays(plusMonths(today, -18), 1), today],
  'last 4 years': (today) => [plusDays(plusMonths(today, -48), 1), today],
  '10 days ago': (today) => [plusDays(today, -10), plusDays(today, -10)],
  '1 week ago': (today) => [plusDays(today, -7), plusDays(today, -7)],
  '3 months ago': (today) => [plusMonths(today, -3), plusMonths(today, -3)],
  '1 year ago': (today) => [plusMonths(today, -12), plusMonths(today, -12)],
  'this week': (today) => weekFrom(today),
  'last week': (today) => weekFrom(plusDays(today, -7)),
  'this month': ([year, month]) => monthsFrom(year, month, 1),
  'last month': (today) => monthsFrom(...yearAndMonth(plusMonths(today, -1)), 1),
  'this quarter': (today, fiscal) => quarterOf(today, fiscal),
  'last quarter': (today, fiscal) => quarterOf(plusMonths(today, -3), fiscal),
  'this year': (today, fiscal) => yearOf(today, fiscal),
  'last year': (today, fiscal) => yearOf(plusMonths(today, -12), fiscal),
  ytd: (today, fiscal) => [yearOf(today, fiscal)[0], today],
  '2024-02-29': () => [
    [2024, 2, 29],
    [2024, 2, 29],
  ],
  '2026-03-29': () => [
    [2026, 3, 29],
    [2026, 3, 29],
  ],
  '2024-02': () => monthsFrom(2024, 2, 1),
  'February 2025': () => monthsFrom(2025, 2, 1),
  'mar 2026': () => monthsFrom(2026, 3, 1),
  '2026-Q1': (_, fiscal) => monthsFrom(2026, fiscal, 3),
  'Q4 2026': (_, fiscal) => monthsFrom(2026, fiscal + 9, 3),
  '2026': () => monthsFrom(2026, 1, 12),
  FY2026: (_, fiscal) => monthsFrom(2026, fiscal, 12),
  '2020-W53': () => [
    [2020, 12, 28],
    [2021, 1, 3],
  ],
  '2025-W01': () => [
    [2024, 12, 30],
    [2025, 1, 5],
  ],
  '2026-W13': () => [
    [2026, 3, 23],
    [2026, 3, 29],
  ],
  '2024-02-28..2024-03-01': () => [
    [2024, 2, 28],
    [2024, 3, 1],
  ],
  '2026-Q1..2026-Q2': (_, fiscal) => monthsFrom(2026, fiscal, 6),
  '2 years ago .. yesterday': (today) => [plusMonths(today, -24), plusDays(today, -1)],
};

function yearAndMonth([year, month]: Day): [number, number] {
  return [year, month];
}
function quarterOf(day: Day, fiscal: number): Days {
  const [year, month] = plusMonths([day[0], day[1], 1], -into(day[1], fiscal, 3));
  return monthsFrom(year, month, 3);
}
function yearOf(day: Day, fiscal: number): Days {
  const [year, month] = plusMonths([day[0], day[1], 1], -into(day[1], fiscal, 12));
  return monthsFrom(year, month, 12);
}

describe.each(ZONES)('in %s', (timeZone) => {
  test.each(Object.keys(FORMS))('%s', (form) => {
    for (const today of TODAYS) {
      for (const fiscal of [1, 4, 10]) {
        const [first, last] = FORMS[form]?.(today, fiscal) ?? [today, today];
        const [from, to] = [startOf(first, timeZone), startOf(plusDays(last, 1), timeZone)];
        const midnight = startOf(today, timeZone);
        // The first and the last minute of the day are of it, whatever UTC says.
        for (const now of [midnight, startOf(plusDays(today, 1), timeZone) - 1]) {
          const settings = { now, timeZone, fiscalYearStartMonth: fiscal };
          const what = `${toIso(now)}, ${fiscal}`;
          expect(parsePeriod(form, settings), what).toEqual({ from, to });
          if (form.includes('..')) continue;
          expect(parsePeriod(`since ${form}`, settings), what).toEqual({ from, to: null });
          expect(parsePeriod(`until ${form}`, settings), what).toEqual({ from: null, to });
          expect(parsePeriod(`${form}..${form.toUpperCase()}`, settings), what).toEqual({ from, to });
        }
      }
    }
  });
});

test('a day that clocks begin at one begins there', () => {
  // In Cairo clocks went from 0:00 to 1:00 on 26 April 2024.
  const { from, to } = parsePeriod('2024-04-26', { now: 0, timeZone: 'Africa/Cairo' });
  expect([toIso(from), toIso(to)]).toEqual(['2024-04-25T22:00:00Z', '2024-04-26T21:00:00Z']);
});

test('the name of a unit, read as a period, is that unit', () => {
  const unit = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year');
  const instant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2198, 0, 1) });
  fc.assert(
    fc.property(instant, unit, fc.constantFrom(...ZONES), fc.integer({ min: 1, max: 12 }), (at, u, timeZone, start) => {
      const settings = { now: 0, timeZone, fiscalYearStartMonth: start };
      const name = unitName(at, u, settings);
      expect(parsePeriod(name, settings), name).toEqual(periodAround(at, u, settings));
    }),
    { numRuns: 300 },
  );
});
