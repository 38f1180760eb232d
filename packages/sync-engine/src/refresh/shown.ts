import type { TestioError } from '@testio-mcp/domain';

/** What an answer shows, or counts, that the API could confirm. Ids are in the order in which they matter. */
export interface Shown {
  /** The account's list of products. */
  readonly productList?: boolean | undefined;
  /** Products that the answer is about as a whole. They are synced when everything is to be new. */
  readonly products?: readonly number[] | undefined;
  /** Products whose newest tests are shown. */
  readonly newestTestsOf?: readonly number[] | undefined;
  /** Products whose features and user stories are shown. */
  readonly featuresOf?: readonly number[] | undefined;
  /** Tests that are shown as lists have them: title, status, dates. */
  readonly tests?: readonly number[] | undefined;
  /** Tests that are shown with results, executions and bugs. */
  readonly wholeTests?: readonly number[] | undefined;
  /** Bugs that are shown by themselves: those of the same test come with them. */
  readonly bugs?: readonly number[] | undefined;
  /** Tests whose bugs are shown or counted. */
  readonly bugsOf?: readonly number[] | undefined;
  /** Products whose bugs are listed: running tests, also those without a bug, may have new ones. */
  readonly newBugsOf?: readonly number[] | undefined;
}

/** How much to ask the API for. */
export interface RefreshOptions {
  /**
   * `stale`: only what can have changed and was confirmed more than `maxAgeMs` ago, with one attempt each. `everything`: what
   * can have changed, however new, and all of what is asked for by id.
   */
  readonly extent: 'stale' | 'everything';
  readonly maxAgeMs: number;
  /** Requests for the parts of lists; the parts of a test that is shown as a whole do not count. */
  readonly maxRequests: number;
  readonly signal: AbortSignal;
}

export type RefreshedKind = 'product_list' | 'products' | 'features' | 'tests' | 'bugs';

/** Something that was due but did not come. */
export interface RefreshGap {
  readonly what: RefreshedKind;
  /** Products, products with features, tests, tests with bugs. */
  readonly count: number;
  /** Null: there was something due that matters more, and the number of requests is bounded. */
  readonly error: TestioError | null;
}

export interface RefreshReport {
  /** Whether anything was asked for, so that the store may hold something else now. */
  readonly isTried: boolean;
  readonly gaps: readonly RefreshGap[];
}
