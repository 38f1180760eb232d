import type { Random } from '../random.ts';
import { atLocalHour, DAY, HOUR } from '../time.ts';
import { apportion } from './sizes.ts';

/** Shares of the statuses of tests (customer-api 6.1). */
const STATUS_SHARES: readonly (readonly [status: string, share: number])[] = [
  ['archived', 47],
  ['locked', 30],
  ['customer_finalized', 9],
  ['initialized', 7],
  ['running', 5],
  ['waiting', 1],
  ['cancelled', 1],
];

/** Statuses of `count` tests, in random order; the first two always run. */
export function dealStatuses(count: number, random: Random): string[] {
  const counts = apportion(
    count,
    STATUS_SHARES.map(([, share]) => share),
  );
  const dealt = STATUS_SHARES.flatMap(([status], i) => new Array<string>(counts[i] ?? 0).fill(status));
  const running = dealt.filter((status) => status === 'running').slice(0, 2);
  let toSkip = running.length;
  const rest = dealt.filter((status) => status !== 'running' || toSkip-- <= 0);
  return [...running, ...random.shuffled(rest)];
}

export interface Schedule {
  readonly startAt: number | null;
  readonly endAt: number | null;
  /** When the test was set up; ids follow it. */
  readonly createdAt: number;
  readonly activity: { readonly from: number; readonly until: number } | null;
}

/** Dates that fit a status: running tests end in the future, tests lock weeks after their end, set-up ones have no dates. */
export function schedule(
  status: string,
  testingType: string,
  now: number,
  historyDays: number,
  random: Random,
): Schedule {
  const duration =
    HOUR * (testingType === 'rapid' ? random.int(2, 4) : testingType === 'focused' ? 24 : random.int(28, 48));
  switch (status) {
    case 'initialized':
      if (random.chance(0.75))
        return { startAt: null, endAt: null, createdAt: now - random.int(1, 30) * DAY, activity: null };
      return planned(now + random.int(2, 12) * DAY, duration, now, random);
    case 'waiting':
      return planned(now + random.int(1, 3) * DAY, duration, now, random);
    case 'running':
    case 'paused': {
      const startAt = atLocalHour(now - random.int(1, 2) * DAY, random.int(8, 18));
      const endAt = atLocalHour(now + random.int(1, 4) * DAY, random.int(9, 20));
      return { startAt, endAt, createdAt: startAt - DAY, activity: { from: startAt, until: now } };
    }
    case 'customer_finalized':
      return past(now - random.int(2, 40) * DAY, duration, true, random);
    case 'locked':
      return past(now - random.int(28, Math.min(250, historyDays)) * DAY, duration, true, random);
    case 'cancelled':
      return past(now - random.int(10, historyDays) * DAY, duration, false, random);
    default:
      return past(now - random.int(60, historyDays) * DAY, duration, true, random);
  }
}

function planned(day: number, duration: number, now: number, random: Random): Schedule {
  const startAt = atLocalHour(day, random.int(8, 18));
  return { startAt, endAt: startAt + duration, createdAt: now - random.int(1, 5) * DAY, activity: null };
}

function past(day: number, duration: number, worked: boolean, random: Random): Schedule {
  const endAt = atLocalHour(day, random.int(9, 20));
  const startAt = endAt - duration;
  return {
    startAt,
    endAt,
    createdAt: startAt - random.int(1, 5) * DAY,
    activity: worked ? { from: startAt, until: endAt } : null,
  };
}
