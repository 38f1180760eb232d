import { cancelled, type Period, type Product, TestioError, toIso } from '@testio-mcp/domain';
import {
  finishRun,
  forgetOldTests,
  hasTraces,
  keepNames,
  keepPseudonymsAgain,
  keepTestsFor,
  recordOutcome,
  removeTraces,
  repairOrphanedRuns,
  startRun,
  type WriteScope,
} from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import { listProducts, storeProducts, syncRejectReasons } from './account.ts';
import { ContentLoader } from './content-loader.ts';
import { syncFeatures } from './features.ts';
import { Progress } from './progress.ts';
import { Run, subjectOf } from './run.ts';
import type { SyncMode, SyncRunRecord } from './run-record.ts';
import { type RunEnding, runStatus } from './run-status.ts';
import type { SyncDependencies, SyncProgress } from './sync.ts';
import { syncTests } from './tests.ts';

/** Products worked on at a time; together they keep the client's ten requests busy. */
const PRODUCTS_AT_A_TIME = 8;

export interface RunOrder {
  /** Null for all products of the account. */
  readonly productIds: readonly number[] | null;
  readonly mode: SyncMode;
  /** Only tests that ended in it; null for all. */
  readonly period: Period | null;
  readonly trigger: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: SyncProgress) => void;
  /** Resolves when the lease is found to be lost, which ends the run. */
  readonly lost: Promise<TestioError>;
}

/** Performs one run, which must be the only one on its store: `deps.store` makes sure of it at every write. See runSync. */
export async function performRun(deps: SyncDependencies, order: RunOrder): Promise<SyncRunRecord> {
  const { store, clock } = deps;
  const startedAt = clock.now();
  const began = performance.now();
  // A view of its own, so that other callers of the client neither use up the retries nor count as requests of this run.
  const api = deps.api.withRetryBudget();
  const run = new Run({
    store,
    api,
    now: startedAt,
    signal: order.signal,
    progress: new Progress(order.onProgress),
  });
  void order.lost.then((error) => run.endWith(error));
  const listing = run.progress.task(1);
  const products = await listProducts(run, order.productIds);
  listing.end('Products');
  const id = await store.write(async (scope) => {
    await repairOrphanedRuns(scope);
    const willRead = products !== null && !run.signal.aborted;
    await settleRetention(scope, deps.retentionDays, order, willRead);
    if (willRead) await settleNaming(scope, deps.pseudonymise, order);
    return startRun(scope, { mode: modeOf(order), trigger: order.trigger, productIds: order.productIds, startedAt });
  });
  await forgetOld(store, order.signal);
  if (products !== null) await syncAccount(run, products, order);
  const outcomes = run.outcomes;
  let error = (run.fatal ?? (run.isCancelled ? cancelled() : null))?.report() ?? null;
  let status = runStatus(outcomes, endingOf(run));
  const [requests, rowsWritten] = [api.requestsSent, run.rowsWritten];
  const finishedAt = clock.now();
  try {
    await store.write(async (scope) => {
      for (const outcome of outcomes) {
        await recordOutcome(scope, id, {
          productId: outcome.product_id,
          phase: outcome.phase,
          status: outcome.status,
          items: outcome.items,
          rowsWritten: outcome.rows_written,
          error: outcome.error,
        });
      }
      await run.recordFailures(scope, run.unwrittenFailures);
      await finishRun(scope, id, { status, requests, rowsWritten, error, finishedAt });
    });
  } catch (thrown) {
    if (!isLeaseLost(thrown)) throw thrown;
    // Whoever holds the lease now writes down that this run was interrupted.
    error = thrown.report();
    status = 'failed';
  }
  // Whatever the API did: this is about what lies here. Nobody else may be cut short by it, so whoever lost the lease leaves it.
  if (error?.code !== 'lease_lost' && (await store.read(hasTraces))) await removeTraces(store.file);
  return {
    id,
    status,
    mode: modeOf(order),
    started_at: toIso(startedAt),
    finished_at: toIso(finishedAt),
    // What the two instants say; measured under a clock that stands still.
    duration_ms: finishedAt > startedAt ? finishedAt - startedAt : Math.round(performance.now() - began),
    requests,
    rows_written: rowsWritten,
    outcomes,
    failures: run.failures,
    error,
  };
}

/**
 * Has the store keep testers as this process is asked to. Only a run that reads everything again may bring names back: any
 * other one would make two people of one tester.
 */
async function settleNaming(
  scope: WriteScope,
  pseudonymise: boolean | undefined,
  { productIds, mode, period }: RunOrder,
): Promise<void> {
  if (pseudonymise === true) await keepPseudonymsAgain(scope);
  const readsEverything = mode === 'full' && productIds === null && period === null;
  if (pseudonymise === false && readsEverything) await keepNames(scope);
}

/**
 * Has the store keep tests by their age as this process is asked to. A stricter limit holds at once; only a run that reads whole
 * lists, and is let in, raises or removes one: tests come back as they are read.
 */
async function settleRetention(
  scope: WriteScope,
  days: number | null | undefined,
  { mode, period }: RunOrder,
  willRead: boolean,
): Promise<void> {
  if (days === undefined) return;
  await keepTestsFor(scope, days, { mayEase: willRead && mode === 'full' && period === null });
}

/**
 * Forgets what is too old, whatever the API does, some tests in each transaction: what a killed run has left the next one forgets.
 * A lease that is lost ends the run by itself.
 */
async function forgetOld(store: SyncDependencies['store'], signal: AbortSignal | undefined): Promise<void> {
  try {
    while (signal?.aborted !== true && (await store.write(forgetOldTests)) > 0);
  } catch (thrown) {
    if (!isLeaseLost(thrown)) throw thrown;
  }
}

function isLeaseLost(thrown: unknown): thrown is TestioError {
  return thrown instanceof TestioError && thrown.code === 'lease_lost';
}

/** Syncs what belongs to the account and to the wanted products. Never throws: the outcomes tell. */
async function syncAccount(run: Run, products: readonly Product[], order: RunOrder): Promise<void> {
  const { productIds: ids, mode, period } = order;
  const wanted = products.filter((product) => ids?.includes(product.id) ?? true);
  for (const product of wanted) {
    for (const phase of ['features', 'tests', 'details', 'bugs'] as const) run.tally(subjectOf(product), phase).hold();
  }
  await storeProducts(run, products);
  const reasons = syncRejectReasons(run, mode);
  const content = new ContentLoader(run, mode, reasons);
  await pLimit(PRODUCTS_AT_A_TIME).map(largestFirst(run, wanted), async (product) => {
    const [, reading] = await Promise.all([
      syncFeatures(run, product),
      syncTests(run, product, { mode, period }, content.onTests(product)),
    ]);
    if (reading === 'broken_off') return;
    // What a list read to its end did not name cannot be read at present.
    if (reading === 'as_far_as_needed' && mode === 'incremental' && period === null) await content.addRest(product);
    run.tally(subjectOf(product), 'details').release();
    run.tally(subjectOf(product), 'bugs').release();
  });
  await Promise.all([reasons, content.finish()]);
}

/** A run over a period is not one that brings a store up to date, so it is recorded as another one. */
function modeOf({ mode, period }: RunOrder): SyncRunRecord['mode'] {
  return period === null ? mode : 'period';
}

/** The longest chains of pages begin first. */
function largestFirst(run: Run, products: readonly Product[]): Product[] {
  return [...products].sort((a, b) => (run.storedTests.get(b.id) ?? 0) - (run.storedTests.get(a.id) ?? 0));
}

function endingOf(run: Run): RunEnding {
  if (run.isCancelled) return 'cancelled';
  return run.fatal !== null && !isOutage(run.fatal) ? 'failed' : 'finished';
}

/** After an outage what was read before counts; after a refused token or a broken store nothing is said to be done. */
function isOutage(error: TestioError): boolean {
  return error.kind === 'upstream' || error.kind === 'network' || error.kind === 'rate_limit';
}
