import type { RawBuilder } from 'kysely';

/** Ids as a subquery in brackets. */
export type IdSet = RawBuilder<unknown>;

/**
 * A kind of fact that an answer can rest on. Each has stamps of its own, but `test_parts`, which come with `tests`: people,
 * environments and devices, for answers that rest on these and not on when tests were listed.
 */
export type Facet =
  | 'product_list'
  | 'metadata'
  | 'features'
  | 'test_lists'
  | 'tests'
  | 'test_parts'
  | 'test_details'
  | 'executions'
  | 'bugs'
  | 'rejection_reasons';

/** What an answer rests on. */
export interface Ground {
  /** Null: all products, and so the account's list of products too, unless single tests are meant. */
  readonly products: IdSet | null;
  /** Only these tests of the products; all of them when absent. */
  readonly tests?: IdSet | undefined;
  /** Only the bugs of these tests; of all the tests above when absent. */
  readonly bugsOf?: IdSet | undefined;
  readonly facets: readonly Facet[];
}
