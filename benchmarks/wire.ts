// What the benchmarks read of what programs print.

/** A run record (`sync --json`). */
export interface RunRecord {
  readonly status: string;
  readonly requests: number;
  readonly rows_written: number;
  readonly duration_ms: number;
  readonly started_at: string;
  readonly finished_at: string;
}

/** What the sandbox holds. */
export interface SandboxCounts {
  readonly counts: { readonly products: number; readonly tests: number; readonly bugs: number };
}

/** The least number of requests, and the longest row of them. */
export interface SandboxBound {
  readonly first_sync: number;
  readonly chain: number;
}

/** The ids of what the sandbox holds. */
export interface SandboxIds {
  readonly ids: Readonly<Record<'products' | 'features' | 'tests' | 'bugs', readonly number[]>>;
}
