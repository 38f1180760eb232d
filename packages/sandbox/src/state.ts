import type { Account } from './account/account.ts';
import { walkedSectionIds } from './generate/features.ts';

/** What a complete reader of the API ends up with. Poisoned tests, and what hangs on them, are not in it. */
export interface SandboxState {
  readonly counts: {
    readonly products: number;
    readonly features: number;
    readonly user_stories: number;
    readonly tests: number;
    readonly bugs: number;
    readonly people: number;
  };
  /** Ids ascending. People have no ids in the API: they are `kind:name`, sorted. */
  readonly ids: {
    readonly products: readonly number[];
    readonly features: readonly number[];
    readonly user_stories: readonly number[];
    readonly tests: readonly number[];
    readonly bugs: readonly number[];
    readonly people: readonly string[];
  };
  readonly poisoned: readonly number[];
}

/**
 * Computes the state: features in a section that a reader walks, their stories, readable tests and their bugs, and the
 * people named on them, one per name and kind (testers report bugs, customers create and submit tests).
 */
export function stateOf(account: Account): SandboxState {
  const products = account.listProducts();
  const features = products.flatMap((product) => {
    const walked = new Set(walkedSectionIds(product));
    return account.featuresOf(product.id).filter((feature) => feature.sectionIds.some((id) => walked.has(id)));
  });
  const tests = account.readableTests();
  const people = new Set<string>();
  for (const test of tests) {
    for (const name of account.reportersOf(test)) people.add(`tester:${name}`);
    for (const name of [test.createdBy, test.submittedBy]) if (name !== null) people.add(`customer:${name}`);
  }
  const ids = {
    products: products.map((product) => product.id),
    features: ascending(features.map((feature) => feature.id)),
    user_stories: ascending(features.flatMap((feature) => feature.stories.map((story) => story.id))),
    tests: tests.map((test) => test.id),
    bugs: ascending(tests.flatMap((test) => account.bugIdsOf(test))),
    people: [...people].sort(),
  };
  return {
    counts: {
      products: ids.products.length,
      features: ids.features.length,
      user_stories: ids.user_stories.length,
      tests: ids.tests.length,
      bugs: ids.bugs.length,
      people: ids.people.length,
    },
    ids,
    poisoned: ascending([...account.poisoned]),
  };
}

function ascending(ids: number[]): number[] {
  return ids.sort((a, b) => a - b);
}
