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
  readonly signal?: AbortSignal | undefined;
}

/** One page of a product's tests, newest end first. There is no total: only an empty page is the end (customer-api 4). */
export interface PageOptions extends CallOptions {
  /** From 1. Always sent: without it the API ignores `perPage` and answers with the newest 150. */
  readonly page: number;
  readonly perPage: number;
}

export interface BugFilter extends CallOptions {
  readonly testIds?: readonly number[];
  readonly productIds?: readonly number[];
  readonly sectionIds?: readonly number[];
  readonly exportStatus?: 'export_requested' | 'not_exported' | 'exported';
}

export interface ExecutionFilter extends CallOptions {
  readonly page: number;
  readonly perPage: number;
  readonly userStoryIds?: readonly number[];
  readonly versionIds?: readonly number[];
  readonly order?: 'asc' | 'desc';
}

/** The read side of the Customer API v2: one method per endpoint, answers as domain entities. Throws TestioError only. */
export interface ApiClient {
  readonly baseUrl: string;
  /** HTTP requests sent so far, retries included. */
  readonly requestsSent: number;

  listProducts(options?: CallOptions & { ids?: readonly number[] }): Promise<Product[]>;
  getProduct(id: number, options?: CallOptions): Promise<Product>;
  /** With a section for products that have sections (5.1). Stories come as objects where the API supports it. */
  listFeatures(productId: number, options?: CallOptions & { sectionId?: number }): Promise<Feature[]>;
  listUserStories(productId: number, options?: CallOptions & { sectionId?: number }): Promise<UserStory[]>;
  getUserStory(id: number, options?: CallOptions): Promise<UserStory>;
  listTests(productId: number, options: PageOptions): Promise<Test[]>;
  /** With execution metrics and stories as objects. An answer about another id is an error. */
  getTest(id: number, options?: CallOptions): Promise<Test>;
  /** All bugs that match, in one answer. */
  listBugs(filter: BugFilter): Promise<Bug[]>;
  getBug(id: number, options?: CallOptions): Promise<Bug>;
  /** Bugs with this key in the customer's tracker. A POST that only reads. */
  findBugsByTrackerKey(externalIdx: string, options?: CallOptions): Promise<Bug[]>;
  listRejectReasons(options?: CallOptions): Promise<RejectReason[]>;
  listExecutions(filter: ExecutionFilter): Promise<ExecutionPage>;
  listTestEnvironments(productId: number, options?: CallOptions): Promise<TestEnvironment[]>;
  getTestEnvironment(productId: number, id: number, options?: CallOptions): Promise<TestEnvironment>;
  listTestTemplates(productId: number, options?: CallOptions & { sectionId?: number }): Promise<TestTemplate[]>;
  getConnection(id: number, options?: CallOptions): Promise<Connection>;

  /** Ends idle connections and refuses new calls. */
  close(): Promise<void>;
}
