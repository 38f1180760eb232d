import type { ErrorReport } from '@testio-mcp/domain';

/**
 * How much a run reads. `full`: every page of every test list and the bugs of every test. `incremental`: the same in the end
 * at much less cost, because what is known and settled is believed for a while.
 */
export type SyncMode = 'full' | 'incremental';

/** How one phase of one product ended. `product_id` is null for phases of the whole account. */
export interface PhaseOutcome {
  product_id: number | null;
  product_title: string | null;
  phase: 'products' | 'reject_reasons' | 'features' | 'tests' | 'details' | 'bugs';
  status: 'completed' | 'partial' | 'failed' | 'skipped';
  /** Things read: products, features, tests, tests with details, bugs. */
  items: number;
  rows_written: number;
  error: ErrorReport | null;
}

/** Something that could not be read, and where. */
export interface SyncFailure {
  key: string;
  kind: 'test_position' | 'test_details' | 'executions' | 'bugs' | 'features' | 'products';
  product_id: number | null;
  test_id: number | null;
  /** Position in the product's test list, from 0; null for a stretch of it or all of it. */
  position: number | null;
  before_test_id: number | null;
  after_test_id: number | null;
  code: string;
  message: string;
}

/** The record of a sync run, as `testio-mcp sync --json` prints it. */
export interface SyncRunRecord {
  id: number;
  status: 'completed' | 'partial' | 'failed' | 'cancelled';
  /** `period` for a run that read only tests of a period. */
  mode: SyncMode | 'period';
  started_at: string;
  finished_at: string;
  duration_ms: number;
  /** HTTP requests sent, retries included. */
  requests: number;
  /** Domain rows only, not stamps or run records. */
  rows_written: number;
  outcomes: PhaseOutcome[];
  failures: SyncFailure[];
  /** Why the whole run ended early, if it did. */
  error: ErrorReport | null;
}
