import { type Period, type PeriodSettings, parsePeriod, parsePeriodEnds } from '@testio-mcp/domain';
import type { OperationContext } from '../operation.ts';
import { invalidInput } from './errors.ts';

/** A period as callers give it: in one text, or by its ends. */
export interface Dates {
  readonly period?: string | undefined;
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
}

/** What periods mean here and now: days of which zone, years that begin when. */
export function periodSettings({
  clock,
  timeZone = 'UTC',
  fiscalYearStartMonth = 1,
}: Pick<OperationContext, 'clock' | 'timeZone' | 'fiscalYearStartMonth'>) {
  return { now: clock.now(), timeZone, fiscalYearStartMonth } satisfies PeriodSettings;
}

/** What of it decides which rows a list has. */
export function datesOf({ period, start_date, end_date }: Dates): Dates {
  return { period, start_date, end_date };
}

/**
 * The period that was asked for; undefined when none was.
 *
 * @throws TestioError `invalid_input`, and what the grammar of periods throws
 */
export function periodOf({ period, start_date, end_date }: Dates, settings: PeriodSettings): Period | undefined {
  const ends = start_date ?? end_date;
  if (period === undefined) {
    return ends === undefined ? undefined : parsePeriodEnds(start_date ?? null, end_date ?? null, settings);
  }
  if (ends === undefined) return parsePeriod(period, settings);
  throw invalidInput({
    field: 'period',
    received: period,
    problem: 'cannot stand beside start_date and end_date, which are its two ends',
    accepted: ['period alone', 'start_date and end_date'],
  });
}
