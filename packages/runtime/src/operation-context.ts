import { type Clock, SECOND_MS } from '@testio-mcp/domain';
import type {
  BackgroundFacts,
  callOperation,
  OperationContext,
  RecentAnswers,
  ReportFolder,
  SyncRequest,
} from '@testio-mcp/insights';
import type { Store } from '@testio-mcp/persistence';
import type { Refresher, SyncProgress } from '@testio-mcp/sync-engine';
import type { ApiAccess } from './api-access.ts';
import type { Config } from './config.ts';
import { plan, sync } from './configured-sync.ts';
import type { Logger } from './logger.ts';
import { productThresholdsOf, thresholdsOf } from './thresholds.ts';
import { hasToken } from './token-access.ts';
import { programVersion } from './version.ts';

type OnProgress = ((progress: SyncProgress) => void) | undefined;

/** What a runtime is made of. */
export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly store: Store;
  readonly reports: ReportFolder;
  readonly api: ApiAccess;
  /** One for all questions, so that none asks the API for what another one is asking for. */
  readonly refresher: () => Promise<Refresher>;
  readonly background: () => Promise<BackgroundFacts | null>;
  /** Loaded by the first question: `initialize` and the like do without it. */
  readonly questions: () => Promise<Questions>;
}

/** What answers questions. */
export interface Questions {
  readonly callOperation: typeof callOperation;
  readonly recent: RecentAnswers | undefined;
}

/** What an operation of one call may use. */
export function operationContext(parts: Parts, signal: AbortSignal, onProgress: OnProgress): OperationContext {
  const { config, clock, store, api } = parts;
  const program = {
    version: programVersion(),
    customer: config.customer,
    apiBaseUrl: config.apiBaseUrl,
    background: parts.background,
  };
  const limits = { defaultPageSize: config.defaultPageSize, cacheTtlMs: config.cacheTtlSeconds * SECOND_MS };
  const { reports } = parts;
  const thresholds = thresholdsOf(config);
  const productThresholds = productThresholdsOf(config);
  const { timeZone, fiscalYearStart: fiscalYearStartMonth } = config;
  const webLinks = config.webLinks ?? undefined;
  const context = {
    store,
    clock,
    signal,
    timeZone,
    fiscalYearStartMonth,
    limits,
    thresholds,
    productThresholds,
    webLinks,
    reports,
    program,
    ...syncAccess(parts, signal, onProgress),
  };
  if (!hasToken(config)) return context;
  return {
    ...context,
    refresh: async (shown, options) => (await parts.refresher()).refresh(shown, options),
    program: {
      ...program,
      async pingApi(pingSignal) {
        const client = await api.client();
        const started = performance.now();
        const products = await client.listProducts({ signal: pingSignal });
        return { latencyMs: Math.round(performance.now() - started), productCount: products.length };
      },
    },
  };
}

/** How operations sync. */
function syncAccess(
  parts: Parts,
  signal: AbortSignal,
  onProgress: OnProgress,
): Pick<OperationContext, 'sync' | 'planSync'> {
  const planSync = (request: SyncRequest) => plan(parts, request);
  if (!hasToken(parts.config)) return { planSync };
  return { planSync, sync: (request) => sync(parts, { ...request, trigger: 'tool', signal, onProgress }) };
}
