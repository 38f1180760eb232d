import { type Clock, type Period, parsePeriod, TestioError } from '@testio-mcp/domain';
import type { Store } from '@testio-mcp/persistence';
import type { SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import type { ApiAccess } from './api-access.ts';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import type { RuntimeSyncOptions } from './runtime.ts';

interface SyncParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly store: Store;
  readonly api: ApiAccess;
}

/** Runs one sync with what the configuration says, and logs it. */
export async function sync(parts: SyncParts, options: RuntimeSyncOptions): Promise<SyncRunRecord> {
  const { config, logger, clock, store, api } = parts;
  const productIds = productsToSync(config, options.productIds);
  const since = periodOf(parts, ON_REQUEST.includes(options.trigger) ? sinceOf(config, options) : options.since);
  const [{ runSync }, client] = await Promise.all([import('@testio-mcp/sync-engine'), api.client()]);
  logger.info({ trigger: options.trigger, product_ids: productIds ?? 'all', api: config.apiBaseUrl }, 'sync started');
  const { pseudonymise, retentionDays } = config;
  const record = await runSync(
    { store, clock, api: client, pseudonymise, retentionDays },
    { ...options, productIds, since },
  );
  const { status, requests, rows_written, duration_ms, failures, error } = record;
  const level = status === 'completed' || status === 'cancelled' ? 'info' : 'warn';
  logger[level]({ status, requests, rows_written, duration_ms, failures: failures.length, error }, 'sync ended');
  return record;
}

/** Says what such a sync would ask for. */
export async function plan(
  parts: Pick<SyncParts, 'config' | 'clock' | 'store'>,
  { productIds, mode, since }: Pick<RuntimeSyncOptions, 'productIds' | 'mode' | 'since'>,
): Promise<SyncPlan> {
  const { store, clock, config } = parts;
  const { planSync } = await import('@testio-mcp/sync-engine');
  const wanted = productsToSync(config, productIds);
  return planSync(
    { store, clock },
    { productIds: wanted, mode, since: periodOf(parts, sinceOf(config, { since, mode })) },
  );
}

/** Triggers of syncs that somebody asked for. What keeps a store fresh or refreshes an answer reads what that takes. */
const ON_REQUEST: readonly string[] = ['cli', 'tool'];

/** The period that was asked for, else, unless everything is to be read, TESTIO_SYNC_SINCE. */
function sinceOf(
  { syncSince }: Config,
  { since, mode }: Pick<RuntimeSyncOptions, 'since' | 'mode'>,
): string | undefined {
  return since ?? (mode === 'full' ? undefined : (syncSince ?? undefined));
}

function periodOf(
  { clock, config }: Pick<SyncParts, 'config' | 'clock'>,
  text: string | undefined,
): Period | undefined {
  if (text === undefined) return undefined;
  const { timeZone, fiscalYearStart: fiscalYearStartMonth } = config;
  return parsePeriod(text, { now: clock.now(), timeZone, fiscalYearStartMonth }, 'since');
}

/** TESTIO_PRODUCT_IDS is a fence: a sync may choose among these products, never go beyond them. */
function productsToSync(config: Config, asked: readonly number[] | undefined): readonly number[] | undefined {
  const configured = config.productIds;
  if (asked === undefined || configured === null) return asked ?? configured ?? undefined;
  const outside = asked.filter((id) => !configured.includes(id));
  if (outside.length === 0) return asked;
  throw new TestioError({
    kind: 'validation',
    code: 'product_not_configured',
    message: `TESTIO_PRODUCT_IDS does not hold product ${outside.join(', ')}.`,
    next: 'Choose among the accepted products, or add the product to TESTIO_PRODUCT_IDS.',
    field: 'product_ids',
    received: asked,
    accepted: configured,
  });
}
