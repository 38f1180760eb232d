import type { PhaseOutcome, SyncFailure, SyncRunRecord } from '@testio-mcp/sync-engine';
import { errorText } from './error-text.ts';
import { count, seconds } from './numbers.ts';
import { wrapped } from './output.ts';
import { table } from './table.ts';

const ENDINGS: Record<SyncRunRecord['status'], string> = {
  completed: 'Sync completed',
  partial: 'Sync completed in part',
  failed: 'Sync failed',
  cancelled: 'Sync cancelled',
};

/** What a run did, for people: one line, and a table of what was read per product. */
export function syncSummary(record: SyncRunRecord): string {
  const line = `${ENDINGS[record.status]} in ${seconds(record.duration_ms)}: ${count(record.requests, 'request')}, ${count(record.rows_written, 'row')} written.`;
  const products = Map.groupBy(
    record.outcomes.filter((outcome) => outcome.product_id !== null),
    (outcome) => outcome.product_id,
  );
  if (products.size === 0) return line;
  const rows = [...products.values()].map((outcomes) => [
    productName(outcomes),
    ...(['features', 'tests', 'bugs'] as const).map((phase) => items(outcomes, phase)),
    worst(outcomes),
  ]);
  const head = ['Product', 'Features', 'Tests', 'Bugs', 'Result'];
  return `${line}\n\n${table({ head, rows, numbers: [1, 2, 3], wraps: 0 })}`;
}

/** What could not be read, and where: one line each. */
export function failureLines(record: SyncRunRecord): string[] {
  const lines: string[] = [];
  if (record.error !== null) lines.push(errorText(record.error));
  if (record.failures.length > 0) {
    lines.push(
      `${count(record.failures.length, 'thing')} could not be read:`,
      ...record.failures.map((failure) => `  - ${wrapped(failureText(failure, record), 4).trimStart()}`),
    );
  }
  return lines;
}

const SUBJECTS: Record<SyncFailure['kind'], string> = {
  test_position: 'test list',
  test_details: 'details',
  executions: 'executions',
  bugs: 'bugs',
  features: 'features',
  products: 'products',
};

function failureText(failure: SyncFailure, record: SyncRunRecord): string {
  const title = record.outcomes.find((outcome) => outcome.product_id === failure.product_id)?.product_title;
  const product = failure.product_id === null ? [] : [title ?? `product ${failure.product_id}`];
  const test = failure.test_id === null ? '' : ` of test ${failure.test_id}`;
  return `${[...product, SUBJECTS[failure.kind] + test].join(', ')}: ${failure.message}`;
}

function productName(outcomes: readonly PhaseOutcome[]): string {
  const [first] = outcomes;
  return `${first?.product_title ?? 'Product'} (${first?.product_id})`;
}

function items(outcomes: readonly PhaseOutcome[], phase: PhaseOutcome['phase']): string {
  const outcome = outcomes.find((each) => each.phase === phase);
  return outcome === undefined || outcome.status === 'skipped' ? '-' : count(outcome.items);
}

const SEVERITY = ['failed', 'partial', 'skipped', 'completed'] as const;

function worst(outcomes: readonly PhaseOutcome[]): string {
  return SEVERITY.find((status) => outcomes.some((outcome) => outcome.status === status)) ?? 'completed';
}
