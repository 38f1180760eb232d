export const SIZES = ['small', 'medium', 'large'] as const;
export type Size = (typeof SIZES)[number];

/**
 * How a product is laid out (customer-api 5.1): without sections; with sections; or with sections that only
 * `sections_with_default` names.
 */
export type Layout = 'plain' | 'sections' | 'hidden';

export interface ProductPlan {
  /** Tests that can be read. */
  readonly tests: number;
  /** Tests that break every page holding them, beside the others. */
  readonly poisoned: number;
  readonly features: number;
  readonly stories: number;
  readonly layout: Layout;
  readonly sectionCount: number;
}

export interface SizePlan {
  readonly products: readonly ProductPlan[];
  /** Bugs of the tests that can be read. */
  readonly bugs: number;
  readonly testers: number;
  readonly customers: number;
  /** How far back the oldest test lies, in days. */
  readonly historyDays: number;
}

function plain(tests: number, poisoned: number, features: number, stories: number): ProductPlan {
  return { tests, poisoned, features, stories, layout: 'plain', sectionCount: 0 };
}

function sectioned(tests: number, poisoned: number, features: number, stories: number, count: number): ProductPlan {
  return { tests, poisoned, features, stories, layout: 'sections', sectionCount: count };
}

const SMALL: SizePlan = {
  products: [sectioned(34, 1, 14, 60, 2), plain(18, 0, 8, 24), plain(8, 0, 5, 9)],
  bugs: 400,
  testers: 14,
  customers: 4,
  historyDays: 300,
};

const MEDIUM: SizePlan = {
  products: [
    sectioned(295, 2, 220, 1_640, 4),
    plain(240, 1, 28, 54),
    sectioned(89, 0, 20, 40, 2),
    plain(70, 0, 9, 9),
    { tests: 24, poisoned: 0, features: 15, stories: 20, layout: 'hidden', sectionCount: 1 },
    plain(12, 0, 8, 9),
  ],
  bugs: 8_000,
  testers: 37,
  customers: 8,
  historyDays: 800,
};

const LARGE_PRODUCTS = 225;
const LARGE_TESTS = 20_000;
const LARGE_BIGGEST = 5_000;
const LARGE_POISONED = 20;

function large(): SizePlan {
  const weights = Array.from({ length: LARGE_PRODUCTS - 1 }, (_, i) => (i >= LARGE_PRODUCTS - 5 ? 0 : 1 / (i + 4)));
  const tests = [LARGE_BIGGEST, ...apportion(LARGE_TESTS - LARGE_BIGGEST, weights)];
  return {
    products: tests.map((count, i) => {
      const poisoned = i === 0 ? 3 : i <= LARGE_POISONED - 3 ? 1 : 0;
      const features = Math.min(60, 4 + Math.ceil(count / 20));
      return i % 3 === 0
        ? sectioned(count, poisoned, features, features * 4, 2 + (i % 4))
        : plain(count, poisoned, features, features * 3);
    }),
    bugs: 200_000,
    testers: 300,
    customers: 225,
    historyDays: 1_500,
  };
}

/** The plan of an account of the given size. */
export function planOf(size: Size): SizePlan {
  switch (size) {
    case 'small':
      return SMALL;
    case 'medium':
      return MEDIUM;
    case 'large':
      return large();
  }
}

/** Splits a whole number by weights into whole numbers that add up to it (largest remainders; ties go to the first). */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  let rest = total - parts.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((value, i) => ({ i, remainder: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder) {
    if (rest === 0) break;
    parts[i] = (parts[i] ?? 0) + 1;
    rest -= 1;
  }
  return parts;
}
