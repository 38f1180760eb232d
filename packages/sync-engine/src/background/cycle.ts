import { type Clock, type EpochMs, type ErrorReport, MINUTE_MS, toTestioError } from '@testio-mcp/domain';
import type { Store } from '@testio-mcp/persistence';
import type { SyncRunRecord } from '../run-record.ts';
import { readSyncAges, type SyncAges } from './staleness.ts';

/** No two cycles of one process are closer than this, unless the interval itself is shorter. */
const SHORTEST_PAUSE_MS = 5 * MINUTE_MS;
/** Share of the interval after which products with running tests are synced again. */
const ACTIVE_SHARE = 1 / 4;
/** A cycle comes up to a tenth early; what is due by then counts as due. */
const SLACK = 0.9;

export interface CycleDependencies {
  readonly store: Store;
  /** The clock of the store's stamps. */
  readonly clock: Clock;
  /** Syncs these products, or all that are wanted when null, without waiting for another process. */
  readonly sync: (productIds: readonly number[] | null, signal: AbortSignal) => Promise<SyncRunRecord>;
  /** The products to keep fresh; null for all of the account. */
  readonly productIds: readonly number[] | null;
  /** Age in milliseconds at which everything is synced again. */
  readonly intervalMs: number;
}

/** What a cycle is going to sync, and why. */
export interface CyclePlan {
  readonly why: 'forced' | 'never_synced' | 'stale' | 'running_tests';
  /** Null for all products that are wanted. */
  readonly productIds: readonly number[] | null;
}

export type CycleResult =
  /** Nothing was due. */
  | { readonly kind: 'fresh' }
  /** Another process is syncing, or took over. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'synced'; readonly record: SyncRunRecord }
  | { readonly kind: 'failed'; readonly error: ErrorReport };

export interface CycleOptions {
  /** `start`: only if the whole store is stale; `forced`: in any case; `regular`: products with running tests earlier. */
  readonly occasion: 'start' | 'forced' | 'regular';
  readonly signal: AbortSignal;
  /** Is told what will be synced, before it begins. */
  readonly onBegin?: ((plan: CyclePlan) => void) | undefined;
}

/** The shortest pause between two cycles at this interval, in milliseconds. */
export function shortestPause(intervalMs: number): number {
  return Math.min(SHORTEST_PAUSE_MS, intervalMs);
}

/**
 * One cycle of the background: finds out what is stale and syncs it. It never waits for another process and never throws.
 */
export async function runCycle(deps: CycleDependencies, options: CycleOptions): Promise<CycleResult> {
  const { signal } = options;
  try {
    const plan = await planOf(deps, options.occasion);
    if (signal.aborted) return { kind: 'cancelled' };
    if (plan === null) return { kind: 'fresh' };
    options.onBegin?.(plan);
    return resultOf(await syncPlan(deps, plan, signal));
  } catch (thrown) {
    const error = toTestioError(thrown);
    if (signal.aborted || error.kind === 'cancelled') return { kind: 'cancelled' };
    return error.kind === 'busy' ? { kind: 'busy' } : { kind: 'failed', error: error.report() };
  }
}

/** Milliseconds until something is due; 0 when it is already. */
export async function dueIn(deps: Omit<CycleDependencies, 'sync'>): Promise<number> {
  const { store, clock, productIds, intervalMs } = deps;
  const { accountAt, active } = await readSyncAges(store, clock, productIds);
  const now = clock.now();
  const left = (at: EpochMs | null, pause: number) => (at === null || at > now ? 0 : Math.max(0, at + pause - now));
  const activePause = activePauseOf(intervalMs);
  return Math.min(left(accountAt, intervalMs), ...active.map(({ at }) => left(at, activePause)));
}

async function planOf(deps: CycleDependencies, occasion: CycleOptions['occasion']): Promise<CyclePlan | null> {
  if (occasion === 'forced') return { why: 'forced', productIds: null };
  const { store, clock, productIds, intervalMs } = deps;
  const ages = await readSyncAges(store, clock, productIds);
  return plan(ages, clock.now(), intervalMs, occasion);
}

function plan(
  { accountAt, active }: SyncAges,
  now: EpochMs,
  intervalMs: number,
  occasion: 'start' | 'regular',
): CyclePlan | null {
  const share = occasion === 'start' ? 1 : SLACK;
  // A stamp that lies in the future tells nothing about the age.
  const isOlder = (at: EpochMs | null, age: number) => at === null || at > now || now - at >= age * share;
  if (accountAt === null) return { why: 'never_synced', productIds: null };
  if (isOlder(accountAt, intervalMs)) return { why: 'stale', productIds: null };
  if (occasion === 'start') return null;
  const due = active.filter(({ at }) => isOlder(at, activePauseOf(intervalMs)));
  return due.length === 0 ? null : { why: 'running_tests', productIds: due.map(({ productId }) => productId) };
}

function activePauseOf(intervalMs: number): number {
  return Math.max(intervalMs * ACTIVE_SHARE, shortestPause(intervalMs));
}

async function syncPlan(deps: CycleDependencies, plan: CyclePlan, signal: AbortSignal): Promise<SyncRunRecord> {
  try {
    return await deps.sync(plan.productIds, signal);
  } catch (thrown) {
    // A product that is gone from the account keeps its running tests here until everything is synced.
    if (plan.productIds === null || toTestioError(thrown).code !== 'unknown_product') throw thrown;
    return deps.sync(null, signal);
  }
}

function resultOf(record: SyncRunRecord): CycleResult {
  if (record.status === 'cancelled') return { kind: 'cancelled' };
  if (record.error === null && record.status !== 'failed') return { kind: 'synced', record };
  if (record.error?.kind === 'busy') return { kind: 'busy' };
  return { kind: 'failed', error: record.error ?? nothingRead() };
}

function nothingRead(): ErrorReport {
  return {
    code: 'nothing_read',
    kind: 'upstream',
    message: 'Nothing of any product could be read. The record of the run lists what was tried.',
    retryable: true,
  };
}
