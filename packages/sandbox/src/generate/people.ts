import { customerName, testerName } from '../vocabulary/names.ts';
import type { SizePlan } from './sizes.ts';

export interface People {
  readonly testers: readonly string[];
  readonly customers: readonly string[];
}

/** The people of an account. One name is both a tester and a customer, as two people (customer-api 10.3). */
export function generatePeople(plan: SizePlan): People {
  const customers = Array.from({ length: plan.customers }, (_, i) => customerName(i));
  const testers = Array.from({ length: plan.testers - 1 }, (_, i) => testerName(i));
  return { customers, testers: [...testers, customers[0] ?? testerName(plan.testers)] };
}

/** The customer's people who work with the product at a position of the account. */
export function teamOf(people: People, productIndex: number, productCount: number): string[] {
  const team = people.customers.filter((_, i) => i % productCount === productIndex);
  const fallback = people.customers[productIndex % people.customers.length];
  return team.length > 0 || fallback === undefined ? team : [fallback];
}
