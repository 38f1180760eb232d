import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inPeriod,
  PERIOD_FORMS,
  type Period,
  parseInstant,
  parsePeriod,
  parsePeriodEnds,
  periodAround,
  TestioError,
  toIso,
} from '../src/index.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York'] as const;
const at = (iso: string) => parseInstant(iso) as number;
const settings = (now: string, timeZone = 'UTC', fiscalYearStartMonth = 1) => ({
  now: at(now),
  timeZone,
  fiscalYearStartMonth,
});
const iso = (period: Period) => [toIso(period.from), toIso(period.to)];
const NOW = '2026-11-23T10:00:00Z';

describe('accepted forms', () => {
  it.each([
    ['2026-03-17', '2026-03-17', '2026-03-18'],
    ['2024-02-29', '2024-02-29', '2024-03-01'],
    ['2026-07', '2026-07-01', '2026-08-01'],
    ['July 2026', '2026-07-01', '2026-08-01'],
    ['jul. 2026', '2026-07-01', '2026-08-01'],
    ['  SEPT   2026 ', '2026-09-01', '2026-10-01'],
    ['2026-Q3', '2026-07-01', '2026-10-01'],
    ['q1 2026', '2026-01-01', '2026-04-01'],
    ['2026-W31', '2026-07-27', '2026-08-03'],
    ['2026-W01', '2025-12-29', '2026-01-05'],
    ['2026-W53', '2026-12-28', '2027-01-04'],
    ['2026', '2026-01-01', '2027-01-01'],
    ['FY2026', '2026-01-01', '2027-01-01'],
    ['fy 2026', '2026-01-01', '2027-01-01'],
    ['today', '2026-11-23', '2026-11-24'],
    ['yesterday', '2026-11-22', '2026-11-23'],
    ['tomorrow', '2026-11-24', '2026-11-25'],
    ['last 30 days', '2026-10-25', '2026-11-24'],
    ['last 1 day', '2026-11-23', '2026-11-24'],
    ['last 2 weeks', '2026-11-10', '2026-11-24'],
    ['last 3 months', '2026-08-24', '2026-11-24'],
    ['last 1 year', '2025-11-24', '2026-11-24'],
    ['3 months ago', '2026-08-23', '2026-08-24'],
    ['10 days ago', '2026-11-13', '2026-11-14'],
    ['this week', '2026-11-23', '2026-11-30'],
    ['last week', '2026-11-16', '2026-11-23'],
    ['this month', '2026-11-01', '2026-12-01'],
    ['last month', '2026-10-01', '2026-11-01'],
    ['this quarter', '2026-10-01', '2027-01-01'],
    ['last quarter', '2026-07-01', '2026-10-01'],
    ['this year', '2026-01-01', '2027-01-01'],
    ['last year', '2025-01-01', '2026-01-01'],
    ['ytd', '2026-01-01', '2026-11-24'],
    ['2026-03-17..2026-03-20', '2026-03-17', '2026-03-21'],
    ['2026-Q1 .. 2026-Q2', '2026-01-01', '2026-07-01'],
    ['3 months ago..yesterday', '2026-08-23', '2026-11-23'],
  ])('%s', (text, from, to) => {
    expect(iso(parsePeriod(text, settings(NOW)))).toEqual([`${from}T00:00:00Z`, `${to}T00:00:00Z`]);
  });

  it.each([
    ['all', null, null],
    ['since 2026-03-17', '2026-03-17T00:00:00Z', null],
    ['since last quarter', '2026-07-01T00:00:00Z', null],
    ['until 2026-03-17', null, '2026-03-18T00:00:00Z'],
    ['since 2026-03-17T15:00:00+01:00', '2026-03-17T14:00:00Z', null],
    ['2026-03-17T15:00:00Z..2026-03-17T15:30:00Z', '2026-03-17T15:00:00Z', '2026-03-17T15:30:00Z'],
  ])('%s', (text, from, to) => {
    expect(iso(parsePeriod(text, settings(NOW)))).toEqual([from, to]);
  });
});

describe('refused forms', () => {
  it.each([
    '',
    '  ',
    'soonish',
    '2026-02-29',
    '2026-13',
    '2026-Q5',
    '2025-W53',
    '2026-W00',
    '03/04/2026',
    'last',
    'last 0 days',
    'last 99999 years',
    '0 days ago',
    'ju 2026',
    'since',
    'since all',
    '..',
    'a..b',
    '2026-03-17T15:00:00',
    '2026-03-17T15:00:00Z',
    '1850',
    'last fortnight',
    'x'.repeat(500),
  ])('%j gives the list of accepted ones', (text) => {
    const thrown = catchError(() => parsePeriod(text, settings(NOW)));
    expect(thrown.code).toBe('invalid_period');
    expect(thrown.facts.accepted).toEqual(PERIOD_FORMS);
  });

  it.each(['2026-03-18..2026-03-17', '2026-Q2..2026-Q1', '2026-03-17T15:00:00Z..2026-03-17T15:00:00Z'])(
    '%s ends before it begins',
    (text) => {
      expect(catchError(() => parsePeriod(text, settings(NOW))).message).toContain('ends before it begins');
    },
  );
});

describe('two ends', () => {
  it('counts the first and the last day whole', () => {
    const period = parsePeriodEnds('2026-03-17', '2026-03-17', settings(NOW));
    expect(inPeriod(at('2026-03-17T00:00:00Z'), period)).toBe(true);
    expect(inPeriod(at('2026-03-17T23:59:59.999Z'), period)).toBe(true);
    expect(inPeriod(at('2026-03-18T00:00:00Z'), period)).toBe(false);
    expect(inPeriod(null, period)).toBe(false);
  });

  it('leaves an absent end open', () => {
    expect(iso(parsePeriodEnds(null, 'last month', settings(NOW)))).toEqual([null, '2026-11-01T00:00:00Z']);
    expect(parsePeriodEnds(null, null, settings(NOW))).toEqual({ from: null, to: null });
  });

  it('names the parameter at fault', () => {
    expect(catchError(() => parsePeriodEnds('2026', 'whenever', settings(NOW))).facts.field).toBe('end_date');
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['UTC', '2026-03-29', 24],
  ])('a day in %s on %s has %i hours', (zone, day, hours) => {
    const period = parsePeriod(day, settings(NOW, zone));
    expect(((period.to as number) - (period.from as number)) / 3_600_000).toBe(hours);
  });

  it('today follows the zone', () => {
    const late = '2026-11-23T23:30:00Z';
    expect(iso(parsePeriod('today', settings(late, 'Europe/Berlin')))).toEqual([
      '2026-11-23T23:00:00Z',
      '2026-11-24T23:00:00Z',
    ]);
    expect(iso(parsePeriod('today', settings(late, 'America/New_York')))).toEqual([
      '2026-11-23T05:00:00Z',
      '2026-11-24T05:00:00Z',
    ]);
  });
});

describe('fiscal years', () => {
  it('begin in the month given and are named after the year they begin in', () => {
    const april = settings(NOW, 'UTC', 4);
    expect(iso(parsePeriod('2026-Q4', april))).toEqual(['2027-01-01T00:00:00Z', '2027-04-01T00:00:00Z']);
    expect(iso(parsePeriod('this year', april))).toEqual(['2026-04-01T00:00:00Z', '2027-04-01T00:00:00Z']);
    expect(iso(parsePeriod('this quarter', april))).toEqual(['2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z']);
    expect(iso(parsePeriod('ytd', april))).toEqual(['2026-04-01T00:00:00Z', '2026-11-24T00:00:00Z']);
    expect(iso(parsePeriod('FY2026', april))).toEqual(['2026-04-01T00:00:00Z', '2027-04-01T00:00:00Z']);
    expect(iso(parsePeriod('last year', april))).toEqual(['2025-04-01T00:00:00Z', '2026-04-01T00:00:00Z']);
    expect(iso(parsePeriod('last quarter', april))).toEqual(['2026-07-01T00:00:00Z', '2026-10-01T00:00:00Z']);
  });

  it('leave years, months and weeks that are named by number alone', () => {
    const april = settings(NOW, 'UTC', 4);
    for (const text of ['2026', '2026-07', '2026-W31', 'this month', 'last week', 'last 2 years']) {
      expect(parsePeriod(text, april), text).toEqual(parsePeriod(text, settings(NOW)));
    }
  });
});

describe('properties', () => {
  const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2099-12-31T00:00:00Z') });
  const zone = fc.constantFrom(...ZONES);
  const fiscal = fc.integer({ min: 1, max: 12 });

  it('the quarters of a year follow each other without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1971, max: 2190 }), zone, fiscal, (year, timeZone, fiscalYearStartMonth) => {
        const s = { now: at(NOW), timeZone, fiscalYearStartMonth };
        const whole = parsePeriod(`FY${year}`, s);
        const parts = [1, 2, 3, 4].map((q) => parsePeriod(`${year}-Q${q}`, s));
        expect(parts[0]?.from).toBe(whole.from);
        expect(parts[3]?.to).toBe(whole.to);
        for (let i = 1; i < 4; i++) expect(parts[i]?.from).toBe(parts[i - 1]?.to);
      }),
      { numRuns: 50 },
    );
  });

  it('the unit around an instant holds it, and units tile', () => {
    const unit = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');
    fc.assert(
      fc.property(instant, unit, zone, fiscal, (moment, u, timeZone, fiscalYearStartMonth) => {
        const period = periodAround(moment, u, { timeZone, fiscalYearStartMonth });
        expect(inPeriod(moment, period)).toBe(true);
        expect(periodAround(period.to as number, u, { timeZone, fiscalYearStartMonth }).from).toBe(period.to);
      }),
      { numRuns: 100 },
    );
  });

  it('any text is read or refused, never anything else', () => {
    const word = fc.constantFrom(
      'last',
      'this',
      'since',
      '..',
      '2026',
      '31',
      'days',
      'ago',
      'q3',
      'w',
      '-',
      'july',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((w) => w.join(' ')),
        ),
        (text) => {
          const thrown = attempt(() => parsePeriod(text, settings(NOW)));
          expect(thrown === null || thrown instanceof TestioError).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function attempt(fn: () => unknown): unknown {
  try {
    fn();
    return null;
  } catch (error) {
    return error;
  }
}

function catchError(fn: () => unknown): TestioError {
  const thrown = attempt(fn);
  if (thrown instanceof TestioError) return thrown;
  throw new Error(`Expected a TestioError, got ${String(thrown)}`);
}
