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

/** What could not be read, and where: a line for each place and reason, because an outage has one reason for many tests. */
export function failureLines(record: SyncRunRecord): string[] {
  const lines: string[] = [];
  if (record.error !== null) lines.push(errorText(record.error));
  if (record.failures.length > 0) {
    const alike = Map.groupBy(record.failures, (one) => JSON.stringify([one.product_id, one.kind, one.message]));
    lines.push(
      `${count(record.failures.length, 'thing')} could not be read:`,
      ...[...alike.values()].map((group) => `  - ${wrapped(failureText(group, record), 4).trimStart()}`),
    );
  }
  return lines;
}

/** Tests that one line names. */
const TESTS_TOLD = 5;

const SUBJECTS: Record<SyncFailure['kind'], string> = {
  test_position: 'test list',
  test_details: 'details',
  executions: 'executions',
  bugs: 'bugs',
  features: 'features',
  products: 'products',
};

/** @param alike failures of one product and kind with the same message */
function failureText(alike: readonly SyncFailure[], record: SyncRunRecord): string {
  const [failure] = alike;
  if (failure === undefined) return '';
  const title = record.outcomes.find((outcome) => outcome.product_id === failure.product_id)?.product_title;
  const product = failure.product_id === null ? [] : [title ?? `product ${failure.product_id}`];
  return `${[...product, SUBJECTS[failure.kind] + testsOf(alike)].join(', ')}: ${failure.message}`;
}

function testsOf(alike: readonly SyncFailure[]): string {
  const ids = alike.map((failure) => failure.test_id).filter((id) => id !== null);
  if (ids.length === 0) return '';
  if (ids.length === 1) return ` of test ${ids[0]}`;
  const rest = ids.length - TESTS_TOLD;
  return ` of ${count(ids.length, 'test')} (${ids.slice(0, TESTS_TOLD).join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''})`;
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
