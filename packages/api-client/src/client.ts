import type {
  Bug,
  Connection,
  ExecutionPage,
  Feature,
  Product,
  RejectReason,
  Test,
  TestEnvironment,
  TestTemplate,
  UserStory,
} from '@testio-mcp/domain';

/** What every call takes. */
export interface CallOptions {
  /** Aborting it rejects the call with `cancelled` at once, wherever the call stands: queue, pause or on the wire. */
  readonly signal?: AbortSignal | undefined;
  /** How often to try at most, from 1; overrides the client's `maxAttempts`. 1 for a page that is known to be poisoned. */
  readonly attempts?: number | undefined;
  /** Lets all calls that are not patient go first: for what nothing else waits for. Where none wait, it is no slower. */
  readonly isPatient?: boolean | undefined;
}

/** A call that may be limited to one section. */
export interface SectionOptions extends CallOptions {
  readonly sectionId?: number | undefined;
}

/** One page of a product's tests, newest end first. There is no total: only an empty page is the end (customer-api 4). */
export interface PageOptions extends CallOptions {
  /** From 1. Always sent: without it the API ignores `perPage` and answers with the newest 150. */
  readonly page: number;
  readonly perPage: number;
}

export interface BugFilter extends CallOptions {
  readonly testIds?: readonly number[] | undefined;
  readonly productIds?: readonly number[] | undefined;
  readonly sectionIds?: readonly number[] | undefined;
  readonly exportStatus?: 'export_requested' | 'not_exported' | 'exported' | undefined;
}

export interface ExecutionFilter extends CallOptions {
  readonly page: number;
  readonly perPage: number;
  readonly userStoryIds?: readonly number[] | undefined;
  readonly versionIds?: readonly number[] | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
}

/** The read side of the Customer API v2: one method per endpoint, answers as domain entities. Throws TestioError only. */
export interface ApiClient {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** HTTP requests sent so far, retries included. A view (see withRetryBudget) counts its own; the client counts all. */
  readonly requestsSent: number;

  /** All products of the account in one answer; with `ids` only these, and no request at all for an empty list. */
  listProducts(options?: CallOptions & { readonly ids?: readonly number[] | undefined }): Promise<Product[]>;
  getProduct(id: number, options?: CallOptions): Promise<Product>;
  /**
   * With a section for products that have sections (5.1). Stories come as objects where the API supports it.
   * A product with sections asked for without one may answer 422, which is thrown as `api_rejected` (8.3).
   */
  listFeatures(productId: number, options?: SectionOptions): Promise<Feature[]>;
  listUserStories(productId: number, options?: SectionOptions): Promise<UserStory[]>;
  getUserStory(id: number, options?: CallOptions): Promise<UserStory>;
  /**
   * Stories come as texts and metrics not at all; getTest has both. `productId` of each test is the one asked for where the
   * answer does not name it.
   */
  listTests(productId: number, options: PageOptions): Promise<Test[]>;
  /** With execution metrics and stories as objects. An answer about another id is an error. */
  getTest(id: number, options?: CallOptions): Promise<Test>;
  /**
   * All bugs that match, in one answer. An empty list of ids matches nothing and sends nothing. Refuses to ask without any
   * filter of ids: that would be every bug of the account. A bug of a test that was not asked for is an error.
   */
  listBugs(filter: BugFilter): Promise<Bug[]>;
  getBug(id: number, options?: CallOptions): Promise<Bug>;
  /** Bugs with this key in the customer's tracker. A POST that only reads. */
  findBugsByTrackerKey(externalIdx: string, options?: CallOptions): Promise<Bug[]>;
  listRejectReasons(options?: CallOptions): Promise<RejectReason[]>;
  listExecutions(filter: ExecutionFilter): Promise<ExecutionPage>;
  listTestEnvironments(productId: number, options?: CallOptions): Promise<TestEnvironment[]>;
  getTestEnvironment(productId: number, id: number, options?: CallOptions): Promise<TestEnvironment>;
  listTestTemplates(productId: number, options?: SectionOptions): Promise<TestTemplate[]>;
  getConnection(id: number, options?: CallOptions): Promise<Connection>;

  /**
   * A view of this client with a retry budget and a request count of its own, for one run. Connections, limits and closing
   * are shared.
   *
   * @param retries size of the budget; that of the client when absent
   */
  withRetryBudget(retries?: number): ApiClient;

  /**
   * Refuses new calls, cancels those that wait in the queue or in a pause, lets those on the wire end, then ends the
   * connections. Closing a view closes the client.
   */
  close(): Promise<void>;
}
