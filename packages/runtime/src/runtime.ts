import { type Clock, cancelled, fixedClock, systemClock, TestioError, toTestioError } from '@testio-mcp/domain';
import type { Operation, ReportFolder } from '@testio-mcp/insights';
import type { Store } from '@testio-mcp/persistence';
import type {
  BackgroundEvent,
  Refresher,
  SyncMode,
  SyncPlan,
  SyncProgress,
  SyncRunRecord,
} from '@testio-mcp/sync-engine';
import { lazyApi } from './api-access.ts';
import type { Config } from './config.ts';
import { UNNAMED_CUSTOMER } from './config-layout.ts';
import { plan, sync } from './configured-sync.ts';
import { type Freshening, keepFresh, nextDue } from './keep-fresh.ts';
import { type Logger, openLogger } from './logger.ts';
import { operationContext, type Parts, type Questions } from './operation-context.ts';
import { openReportFolder } from './report-folder.ts';
import type { ServedCustomers } from './served-customers.ts';
import { requireToken } from './token-access.ts';

export interface RuntimeOptions {
  /** The one `openLogger` makes of the configuration, when absent. */
  readonly logger?: Logger | undefined;
  /** False: open without a token too; questions are then answered from the store alone. True when absent. */
  readonly tokenRequired?: boolean | undefined;
  /** Where the addresses of its reports begin; `testio://reports/` when absent. */
  readonly reportAddress?: string | undefined;
  /** True: a token that is in the keychain is read now, and the log says if it cannot be. Nothing waits for it. */
  readonly readsToken?: boolean | undefined;
  /** True: many clients ask, and those who ask the same within a second share one answer. */
  readonly manyClients?: boolean | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is told how far a call that takes long has come. */
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

export interface CallResult {
  readonly operation: Operation;
  /** As the operation's output schema describes it. */
  readonly output: Record<string, unknown>;
  /** The same in short, for people. */
  readonly text: string;
}

export interface RuntimeSyncOptions {
  /** Only these; else the products of TESTIO_PRODUCT_IDS, else all. */
  readonly productIds?: readonly number[] | undefined;
  /** `incremental` when absent; `full` reads every page and every bug again. */
  readonly mode?: SyncMode | undefined;
  /** Only tests that ended in this period, in the grammar of all surfaces. */
  readonly since?: string | undefined;
  /** Who asked: cli, server, demo, … Kept in the run record. */
  readonly trigger: string;
  /** How long to wait for another process that is syncing the store, in milliseconds. 0, the default, does not wait. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** The parts of the product, wired together for one customer. */
export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  /** The clock of answers, stamps and reports. */
  readonly clock: Clock;
  readonly store: Store;
  /** The reports that were written. */
  readonly reports: Pick<ReportFolder, 'read' | 'list'>;
  /** Whom else this program answers about. */
  readonly customers: ServedCustomers;
  /** Runs the operation of this name, or of an older name of it. Throws TestioError only. */
  call(name: string, rawInput: unknown, options?: CallOptions): Promise<CallResult>;
  /**
   * Runs one sync and gives its record, also when it failed or was cancelled.
   *
   * @throws TestioError `token_missing`; `product_not_configured` for products outside TESTIO_PRODUCT_IDS;
   * `invalid_period`; `sync_in_progress` while another process is syncing the store
   */
  sync(options: RuntimeSyncOptions): Promise<SyncRunRecord>;
  /**
   * Says what such a sync would ask for, and why. Reads the store alone; needs no token.
   *
   * @throws TestioError `product_not_configured`, `unknown_product`, `invalid_period`
   */
  planSync(options: Pick<RuntimeSyncOptions, 'productIds' | 'mode' | 'since'>): Promise<SyncPlan>;
  /** Begins to keep the store fresh in the background, as the configuration says, until it is stopped or all is closed. */
  keepFresh(onEvent?: (event: BackgroundEvent) => void): Freshening;
  /** Cancels what is running, waits for its end, and closes the store and the connections. */
  close(): Promise<void>;
}

/**
 * Wires the parts together. The store is opened (created, migrated) here; the ORM and the HTTP library are loaded when
 * something needs them.
 *
 * @throws TestioError `token_missing`, and of kind `storage` for a store that cannot be used
 */
export async function openRuntime(config: Config, options: RuntimeOptions = {}): Promise<Runtime> {
  if (options.tokenRequired ?? true) requireToken(config);
  const logger = options.logger ?? (await openLogger(config));
  const clock = config.now === null ? systemClock : fixedClock(config.now);
  const { openStore } = await import('@testio-mcp/persistence');
  const store = await openStore({
    file: config.storeFile,
    clock,
    pseudonymise: config.pseudonymise,
    onMigrated: ({ ran, backup }) => logger.info({ ran, backup }, 'store migrated'),
  });
  const reports = openReportFolder(config.reportsDir, options.reportAddress);
  const api = lazyApi(config, logger);
  if (options.readsToken === true && config.token === null) api.token().catch(complain);
  function complain(thrown: unknown): void {
    const { kind, code, message, facts } = toTestioError(thrown);
    if (kind !== 'cancelled') logger.warn({ code, next: facts.next }, message);
  }
  const given = { config, logger, clock, store, reports, api };
  return wire(given, options.manyClients ?? false);
}

function wire(given: Omit<Parts, 'refresher' | 'background' | 'questions'>, manyClients: boolean): Runtime {
  const { config, logger, clock, store, reports, api } = given;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const fresheners: Freshening[] = [];
  let closed: Promise<void> | undefined;

  async function track<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  }

  const signalOf = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);

  let questions: Promise<Questions> | undefined;
  let refresher: Promise<Refresher> | undefined;
  const parts: Parts = {
    ...given,
    questions: () => {
      questions ??= import('@testio-mcp/insights').then(({ callOperation, RecentAnswers }) => ({
        callOperation,
        recent: manyClients ? new RecentAnswers(store, clock) : undefined,
      }));
      return questions;
    },
    background: async () => fresheners.at(-1)?.facts() ?? nextDue(given),
    refresher: () => {
      refresher ??= createRefresher(given, (productIds, signal) =>
        trackedSync({ productIds, trigger: 'question', signal }),
      );
      return refresher;
    },
  };

  const trackedSync = (options: RuntimeSyncOptions): Promise<SyncRunRecord> =>
    track(sync(parts, { ...options, signal: signalOf(options.signal) }));

  const name = config.customerName ?? UNNAMED_CUSTOMER;
  const runtime: Runtime = {
    config,
    logger,
    clock,
    store,
    reports,
    customers: { selected: name, names: [name], configOf: () => config, runtimeOf: async () => runtime },
    call: (name, rawInput, callOptions) =>
      track(call(parts, name, rawInput, signalOf(callOptions?.signal), callOptions?.onProgress)),
    sync: trackedSync,
    keepFresh(onEvent) {
      const syncProducts = (productIds: readonly number[] | undefined, signal: AbortSignal) =>
        trackedSync({ productIds, trigger: 'server', signal });
      const freshening = keepFresh({ config, logger, clock, store, sync: syncProducts, onEvent });
      fresheners.push(freshening);
      return freshening;
    },
    planSync: (planOptions) => track(plan(parts, planOptions)),
    close() {
      closed ??= (async () => {
        closing.abort();
        await Promise.all(fresheners.map((freshening) => freshening.stop()));
        await Promise.allSettled(running);
        await Promise.all([store.close(), api.close()]);
      })();
      return closed;
    },
  };
  return runtime;
}

async function call(
  parts: Parts,
  name: string,
  rawInput: unknown,
  signal: AbortSignal,
  onProgress: CallOptions['onProgress'],
): Promise<CallResult> {
  const { logger } = parts;
  const started = performance.now();
  try {
    if (signal.aborted) throw cancelled();
    const { callOperation, recent } = await parts.questions();
    const context = { ...operationContext(parts, signal, onProgress), recent };
    const result = await callOperation(context, name, rawInput);
    logger.debug({ operation: result.operation.name, ms: Math.round(performance.now() - started) }, 'answered');
    return result;
  } catch (thrown) {
    const error = toTestioError(thrown);
    const level = error.kind === 'internal' || error.kind === 'storage' ? 'error' : 'info';
    logger[level]({ operation: name, code: error.code, ...(level === 'error' ? { err: thrown } : {}) }, 'call failed');
    throw error;
  }
}

async function createRefresher(
  { store, clock, api }: Pick<Parts, 'store' | 'clock' | 'api'>,
  syncProducts: (productIds: readonly number[], signal: AbortSignal) => Promise<SyncRunRecord>,
): Promise<Refresher> {
  const { Refresher } = await import('@testio-mcp/sync-engine');
  return new Refresher({
    store,
    clock,
    api: () => api.client(),
    async syncProduct(id, signal) {
      const { error } = await syncProducts([id], signal);
      if (error === null) return;
      const { upstream_status: upstreamStatus, ...facts } = error;
      throw new TestioError({ ...facts, ...(upstreamStatus === undefined ? {} : { upstreamStatus }) });
    },
  });
}
