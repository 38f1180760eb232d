import process from 'node:process';
import { SECOND_MS, toIso, toTestioError } from '@testio-mcp/domain';
import { readLeaseHolder } from '@testio-mcp/persistence';
import { z } from 'zod';
import { type Freshness, freshness } from '../input/parameters.ts';
import { defineOperation, type OperationContext } from '../operation.ts';
import { lastCompletedAt, lastSuccess, recentRuns, runsOfLastDay } from '../queries/run-log.ts';
import {
  FACET_NAMES,
  type FacetName,
  facetAges,
  openFailureCount,
  storeCounts,
  testEnds,
} from '../queries/store-figures.ts';
import { withDeadline } from '../refresh/deadline.ts';
import { cellText, trustLine } from '../render/lines.ts';
import { countsOf } from '../shapes/bug-counts.ts';
import { readTrust } from '../trust/read-trust.ts';
import { trustShape } from '../trust/shape.ts';

/** How long the check of the API may take. */
const API_CHECK_MS = 10 * SECOND_MS;

const count = z.int();
const instant = z.string().nullable();
const error = z.object({ code: z.string(), message: z.string() }).nullable();

const run = z.object({
  id: z.int(),
  status: z.enum(['running', 'completed', 'partial', 'failed', 'cancelled']),
  mode: z.string(),
  trigger: z.string(),
  started_at: z.string(),
  finished_at: instant,
  duration_ms: count.nullable(),
  requests: count,
  rows_written: count,
  error,
});

const ages = z.object({ oldest: instant, newest: instant, never: count });
const agesOfFacets = z.object(
  Object.fromEntries(FACET_NAMES.map((name) => [name, ages])) as Record<FacetName, typeof ages>,
);

/** The state of the program, its store and its syncs. */
export const getServerDiagnostics = defineOperation({
  name: 'get_server_diagnostics',
  title: 'Server diagnostics',
  description:
    'State of the local copy: last syncs, age and size of the data, what cannot be read.\nChoose it when data looks old or incomplete; the other tools for what the data says.',
  input: z.strictObject({
    check_api: z.boolean().default(false).describe('Also whether the API answers.'),
    include_sync_events: z.boolean().default(false),
    sync_event_limit: z.int().min(1).max(20).default(5),
    freshness,
  }),
  output: z.object({
    program: z.object({
      version: z.string(),
      node: z.string(),
      customer: z.string().nullable(),
      api_base_url: z.string(),
    }),
    api: z
      .object({ connected: z.boolean(), latency_ms: count.nullable(), product_count: count.nullable(), error })
      .optional()
      .describe('Only with check_api.'),
    store: z.object({
      counts: countsOf(['products', 'features', 'user_stories', 'tests', 'bugs', 'people']),
      size_bytes: count,
      oldest_test_end_at: instant,
      newest_test_end_at: instant,
    }),
    sync: z.object({
      last_attempt: run.nullable(),
      last_success: run.nullable().describe('Completed or partial: it says which.'),
      last_completed_at: instant.describe('The last one that could read everything.'),
      running: z.object({ owner: z.string(), since: z.string() }).nullable().describe('Who is syncing now.'),
      runs_24h: countsOf(['completed', 'partial', 'failed', 'cancelled']),
      success_rate_24h: z.number().nullable().describe('Completed of completed, partial and failed; null: none.'),
      partial_rate_24h: z.number().nullable(),
      open_failures: count.describe('Things that cannot be read at present.'),
    }),
    background: z
      .object({
        here: z.boolean().describe('false: next_cycle_at is when a server would begin one.'),
        next_cycle_at: instant,
        failures_in_a_row: count.nullable(),
        circuit_open: z.boolean().nullable().describe('true: pauses are longer because of failures.'),
      })
      .nullable()
      .describe('Cycles that keep the copy fresh; null: switched off.'),
    freshness: agesOfFacets
      .extend({ product_list: instant })
      .describe('When each part of the data was read; never: how many were not.'),
    sync_events: z.array(run).optional().describe('Only with include_sync_events, newest first.'),
    ...trustShape,
  }),
  answersBeforeSync: true,
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/diagnostics' },
  async run(context, input) {
    const { store, clock, program } = context;
    const api = isApiChecked(input) ? await checkApi(context) : undefined;
    const size_bytes = await store.sizeBytes();
    const background = (await program.background?.()) ?? null;
    return store.read(async (scope) => {
      const { db } = scope;
      const holder = await readLeaseHolder(scope);
      const counts = await storeCounts(db);
      const ends = await testEnds(db);
      const events = await recentRuns(db, input.sync_event_limit, holder !== null);
      const day = await runsOfLastDay(db, clock.now(), holder !== null);
      const ageOf = await facetAges(db);
      const account = await db.selectFrom('account').select('products_listed_at').executeTakeFirst();
      const tried = day.completed + day.partial + day.failed;
      const freshnessOf = Object.fromEntries(
        FACET_NAMES.map((name) => {
          const { oldest, newest, never } = ageOf(name);
          return [name, { oldest: toIso(oldest), newest: toIso(newest), never }];
        }),
      ) as Record<FacetName, z.infer<typeof ages>>;
      return {
        program: {
          version: program.version,
          node: process.versions.node,
          customer: program.customer,
          api_base_url: withoutUser(program.apiBaseUrl),
        },
        ...(api === undefined ? {} : { api }),
        store: {
          counts,
          size_bytes,
          oldest_test_end_at: toIso(ends.oldest),
          newest_test_end_at: toIso(ends.newest),
        },
        sync: {
          last_attempt: events[0] ?? null,
          last_success: await lastSuccess(db),
          last_completed_at: toIso(await lastCompletedAt(db)),
          running: holder === null ? null : { owner: holder.owner, since: toIso(holder.acquiredAt) },
          runs_24h: day,
          success_rate_24h: tried === 0 ? null : day.completed / tried,
          partial_rate_24h: tried === 0 ? null : day.partial / tried,
          open_failures: await openFailureCount(db),
        },
        background: background && {
          here: background.isHere,
          next_cycle_at: toIso(background.nextCycleAt),
          failures_in_a_row: background.failures,
          circuit_open: background.isOpen,
        },
        freshness: {
          ...freshnessOf,
          product_list: toIso(account?.products_listed_at ?? null),
        },
        ...(input.include_sync_events ? { sync_events: events } : {}),
        ...(await readTrust(db, {
          products: null,
          facets: ['metadata', 'features', 'test_lists', 'tests', 'bugs', 'rejection_reasons'],
        })),
      };
    });
  },
  render({ program, api, store, sync, background, ...rest }) {
    const { counts } = store;
    const last = sync.last_attempt;
    const lines = [
      `testio-mcp ${program.version}, customer ${program.customer ?? 'unnamed'}, ${program.api_base_url}.`,
      `Store: ${Object.entries(counts)
        .map(([name, number]) => `${number} ${name.replace('_', ' ')}`)
        .join(', ')}; ${Math.ceil(store.size_bytes / 1024)} KB.`,
      last === null
        ? 'Never synced.'
        : `Last sync ${last.status}, begun ${last.started_at}${last.error === null ? '' : `: ${last.error.message}`}; ${sync.open_failures} open failures.`,
    ];
    if (sync.last_success !== null && sync.last_success.id !== last?.id) {
      lines.push(`Last sync that brought data: ${sync.last_success.status}, begun ${sync.last_success.started_at}.`);
    }
    if (sync.running !== null) lines.push(`Syncing now: ${sync.running.owner}, since ${sync.running.since}.`);
    if (background !== null && background.circuit_open === true) {
      lines.push(`The background failed ${background.failures_in_a_row} times in a row, so its pauses are longer.`);
    }
    if (api !== undefined) {
      lines.push(
        api.connected ? `API answers in ${cellText(api.latency_ms)} ms.` : `API: ${api.error?.message ?? 'no answer'}`,
      );
    }
    return [...lines, trustLine(rest)].join('\n');
  },
});

type ApiFacts = {
  connected: boolean;
  latency_ms: number | null;
  product_count: number | null;
  error: z.infer<typeof error>;
};

/** What it tells is the state of the copy itself, so the API is never asked for more than whether it answers. */
function isApiChecked({ check_api, freshness: asked }: { readonly check_api: boolean; readonly freshness: Freshness }) {
  return asked === 'now' || (check_api && asked === 'auto');
}

async function checkApi({ program, signal }: OperationContext): Promise<ApiFacts> {
  if (program.pingApi === undefined) {
    const message = 'There is no API to ask: no token is configured.';
    return { connected: false, latency_ms: null, product_count: null, error: { code: 'token_missing', message } };
  }
  try {
    const { latencyMs, productCount } = await withDeadline(program.pingApi, API_CHECK_MS, signal);
    return { connected: true, latency_ms: Math.round(latencyMs), product_count: productCount, error: null };
  } catch (thrown) {
    const { code, message } = toTestioError(thrown);
    if (signal.aborted) throw thrown;
    return { connected: false, latency_ms: null, product_count: null, error: { code, message } };
  }
}

/** An address without the user name and password that it may carry. */
function withoutUser(address: string): string {
  const url = URL.parse(address);
  if (url === null || (url.username === '' && url.password === '')) return address;
  url.username = '';
  url.password = '';
  return url.href;
}
