import type { Alias } from '../operation.ts';

const DAYS = /^\d{1,5}$/;

/** `days: 30` as another way to say `period: "last 30 days"`. */
export const daysAsPeriod: Alias = {
  parameter: 'period',
  read: (given) => {
    const days = String(given ?? '').trim();
    return DAYS.test(days) ? `last ${Number(days)} days` : given;
  },
};
