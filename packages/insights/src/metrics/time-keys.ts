import { type CalendarUnit, zoneOffsets } from '@testio-mcp/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Key, MetricQuery } from './query.ts';

/** The instants between which all times of a store lie. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const UNITS: readonly string[] = ['day', 'week', 'month', 'quarter', 'year'] satisfies readonly CalendarUnit[];

/** Whether a dimension is a unit of time. */
export function isTimeUnit(name: string): name is CalendarUnit {
  return UNITS.includes(name);
}

/** A unit of time as a number whose digits are those of its name: less to sort than its name. */
export function timeKey(
  unit: CalendarUnit,
  instant: RawBuilder<unknown>,
  { timeZone, fiscalYearStartMonth }: MetricQuery,
  span: TimeSpan,
): RawBuilder<Key> {
  const local = localSeconds(instant, timeZone, span);
  // Counted from the month in which fiscal years begin; from the first of a month, because not every month has a 31st.
  const shift =
    fiscalYearStartMonth === 1 ? sql`` : sql`, 'start of month', ${sql.lit(`-${fiscalYearStartMonth - 1} months`)}`;
  const digits = (pattern: string, modifiers = sql``) =>
    sql<Key>`cast(strftime(${sql.lit(pattern)}, ${local}, 'unixepoch'${modifiers}) as integer)`;
  switch (unit) {
    case 'day':
      return digits('%Y%m%d');
    case 'week':
      return digits('%G%V');
    case 'month':
      return digits('%Y%m');
    case 'quarter':
      return sql<Key>`${digits('%Y', shift)} * 10 + (${digits('%m', shift)} + 2) / 3`;
    case 'year':
      return digits('%Y', shift);
  }
}

/** The name of a unit of time in the grammar of periods: asked for as a period it gives what stands in the group. */
export function timeName(unit: CalendarUnit, key: Key, { fiscalYearStartMonth }: MetricQuery): Key {
  if (key === null) return null;
  const number = Number(key);
  const year = (value: number) => String(Math.floor(value)).padStart(4, '0');
  const two = (value: number) => String(Math.floor(value) % 100).padStart(2, '0');
  switch (unit) {
    case 'day':
      return `${year(number / 10_000)}-${two(number / 100)}-${two(number)}`;
    case 'week':
      return `${year(number / 100)}-W${two(number)}`;
    case 'month':
      return `${year(number / 100)}-${two(number)}`;
    case 'quarter':
      return `${year(number / 10)}-Q${number % 10}`;
    case 'year':
      return `${fiscalYearStartMonth === 1 ? '' : 'FY'}${year(number)}`;
  }
}

/** An instant as the seconds that a clock in the zone shows, as if it were one in UTC. */
function localSeconds(instant: RawBuilder<unknown>, timeZone: string, { from, to }: TimeSpan): RawBuilder<unknown> {
  const { changes, lastMs } = zoneOffsets(from, to, timeZone);
  const cases = changes.map(
    ({ until, offsetMs }) => sql`when ${instant} < ${sql.lit(until)} then ${sql.lit(offsetMs)}`,
  );
  const offset =
    cases.length === 0 ? sql.lit(lastMs) : sql`case ${sql.join(cases, sql` `)} else ${sql.lit(lastMs)} end`;
  // Rounded down also before 1970.
  return sql`floor((${instant} + ${offset}) / 1000.0)`;
}
