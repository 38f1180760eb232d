import { cancelled, parsePeriod, SECOND_MS, TestioError, toIso } from '@testio-mcp/domain';
import { idList } from '@testio-mcp/persistence';
import type { SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import { z } from 'zod';
import { productIds } from '../input/parameters.ts';
import { periodSettings } from '../input/period-of.ts';
import { defineOperation, type OperationContext, type SyncRequest } from '../operation.ts';
import { cellText, countOf, table, trustLine } from '../render/lines.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { readTrust } from '../trust/read-trust.ts';
import { trustShape } from '../trust/shape.ts';

/** Failures and planned phases that an answer lists. */
const LISTED = 20;
const LONGEST_WAIT_S = 600;
/** A day or an instant alone: whoever syncs since then does not mean that day only. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(T.*)?$/i;

const count = z.int();
const instant = z.string().nullable();

const run = z.object({
  id: z.int(),
  status: z.enum(['completed', 'partial', 'failed', 'cancelled']),
  mode: z.string(),
  started_at: z.string(),
  finished_at: z.string(),
  duration_ms: count,
  requests: count,
  rows_written: count,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const phase = z.object({
  phase: z.string(),
  completed: count,
  partial: count,
  failed: count,
  skipped: count,
  items: count.describe('Things read.'),
});

const failure = z.object({
  kind: z.string(),
  product: titled.optional(),
  test_id: z.int().optional(),
  position: z.int().optional(),
  code: z.string(),
  reason: z.string(),
});

const plannedPhase = z.object({
  product: titled.optional(),
  phase: z.string(),
  requests: count.nullable().describe('null: counted for all products together.'),
  why: z.string(),
});

/** Brings the local copy up to date. */
export const syncData = defineOperation({
  name: 'sync_data',
  title: 'Sync data',
  description:
    'Brings the local copy up to date with Test IO; may take minutes the first time.\nChoose it when data is old or incomplete; get_server_diagnostics to see whether it is.',
  input: z.strictObject({
    product_ids: productIds.optional(),
    since: z.string().max(100).describe('Only tests that ended in this period; a date alone: since then.').optional(),
    mode: z.enum(['incremental', 'full']).default('incremental').describe('full: reads everything again.'),
    dry_run: z.boolean().default(false).describe('Only says what would be asked for.'),
    wait_seconds: z.int().min(0).max(LONGEST_WAIT_S).default(0).describe('While another process syncs.'),
  }),
  aliases: { product_id: 'product_ids' },
  output: z.object({
    run: run.optional().describe('Absent for a dry run.'),
    phases: z.array(phase).optional(),
    failures: z.array(failure).optional().describe(`At most ${LISTED}; get_problematic_tests has all.`),
    failures_total: count.optional(),
    plan: z
      .object({
        requests: count.nullable().describe('If nothing has changed; null: never synced.'),
        phases: z.array(plannedPhase).describe(`At most ${LISTED}, the largest first.`),
        phases_total: count,
      })
      .optional(),
    scope: z.object({
      product_ids: z.array(z.int()).optional().describe('Absent: all.'),
      since: z.object({ from: instant, to: instant }).optional(),
      mode: z.string(),
    }),
    ...trustShape,
  }),
  answersBeforeSync: true,
  effects: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'POST', path: '/sync' },
  async run(context, input) {
    const { store } = context;
    const isAll = input.since?.trim().toLowerCase() === 'all';
    const since = input.since === undefined || isAll ? undefined : sinceText(input.since);
    const period = since === undefined ? undefined : parsePeriod(since, periodSettings(context), 'since');
    const request: SyncRequest = {
      productIds: input.product_ids,
      mode: isAll ? 'full' : input.mode,
      since,
      waitMs: input.wait_seconds * SECOND_MS,
    };
    const result = input.dry_run ? planAnswer(await plan(context, request)) : runAnswer(await sync(context, request));
    const trust = await store.read(({ db }) =>
      readTrust(db, {
        products: input.product_ids === undefined ? null : idList(input.product_ids),
        facets: ['metadata', 'features', 'test_lists', 'tests', 'bugs', 'rejection_reasons'],
      }),
    );
    return {
      ...result,
      scope: {
        ...(input.product_ids === undefined ? {} : { product_ids: input.product_ids }),
        ...(period === undefined ? {} : { since: { from: toIso(period.from), to: toIso(period.to) } }),
        mode: request.mode,
      },
      ...trust,
    };
  },
  render({ run: record, failures = [], failures_total: lost = 0, plan: planned, ...rest }) {
    const lines: string[] = [];
    if (record !== undefined) {
      const { status, requests, rows_written, duration_ms, error } = record;
      const did = `${countOf(requests, 'request')}, ${countOf(rows_written, 'row')} written in ${duration_ms} ms`;
      lines.push(`Sync ${status}: ${did}.${error === null ? '' : ` ${error.message}`}`);
    }
    if (lost > 0) {
      const more = lost > failures.length ? `; the first ${failures.length}` : '';
      lines.push(`${countOf(lost, 'thing')} could not be read${more}:`);
      lines.push(...failures.map(({ product, reason }) => `- ${cellText(product?.title ?? null)}: ${reason}`));
    }
    if (planned !== undefined) {
      const { requests, phases, phases_total: all } = planned;
      lines.push(
        requests === null
          ? 'Nothing was ever synced, so how much there is to read is not known.'
          : `A sync would send ${countOf(requests, 'request')} if nothing has changed. Nothing was asked for.`,
        ...table(['product', 'phase', 'requests', 'why'], phases, (each) => [
          each.product?.title ?? null,
          each.phase,
          each.requests,
          each.why,
        ]),
      );
      if (all > phases.length) lines.push(`… and ${all - phases.length} smaller ones.`);
    }
    return [...lines, trustLine(rest)].join('\n');
  },
});

function sinceText(text: string): string {
  const trimmed = text.trim();
  return MOMENT.test(trimmed) ? `since ${trimmed}` : trimmed;
}

async function sync({ sync: start, signal }: OperationContext, request: SyncRequest): Promise<SyncRunRecord> {
  if (start === undefined) throw withoutApi();
  try {
    const record = await start(request);
    // Whoever asked has gone: there is nobody to tell what came of it.
    if (record.status === 'cancelled' && signal.aborted) throw cancelled();
    return record;
  } catch (thrown) {
    if (!(thrown instanceof TestioError && thrown.code === 'sync_in_progress')) throw thrown;
    throw new TestioError({
      ...thrown.facts,
      next: 'Wait until it has ended, or call again with wait_seconds. Questions are answered meanwhile.',
    });
  }
}

async function plan({ planSync }: OperationContext, request: SyncRequest): Promise<SyncPlan> {
  if (planSync === undefined) throw withoutApi();
  return planSync(request);
}

function withoutApi(): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'token_missing',
    message: 'There is no API to sync from: no token is configured.',
    next: 'Set TESTIO_CUSTOMER_API_TOKEN and start again.',
    field: 'TESTIO_CUSTOMER_API_TOKEN',
  });
}

function runAnswer(record: SyncRunRecord) {
  const { outcomes, failures, error } = record;
  const titles = new Map(outcomes.map((outcome) => [outcome.product_id, outcome.product_title]));
  const phases = Map.groupBy(outcomes, (outcome) => outcome.phase);
  return {
    run: {
      id: record.id,
      status: record.status,
      mode: record.mode,
      started_at: record.started_at,
      finished_at: record.finished_at,
      duration_ms: record.duration_ms,
      requests: record.requests,
      rows_written: record.rows_written,
      error: error === null ? null : { code: error.code, message: error.message },
    },
    phases: [...phases].map(([name, all]) => {
      const ended = (status: string) => all.filter((outcome) => outcome.status === status).length;
      return {
        phase: name,
        completed: ended('completed'),
        partial: ended('partial'),
        failed: ended('failed'),
        skipped: ended('skipped'),
        items: all.reduce((sum, outcome) => sum + outcome.items, 0),
      };
    }),
    failures: failures.slice(0, LISTED).map((each) => ({
      kind: each.kind,
      product: toTitled(each.product_id, titles.get(each.product_id) ?? null) ?? undefined,
      test_id: each.test_id ?? undefined,
      position: each.position ?? undefined,
      code: each.code,
      reason: each.message,
    })),
    failures_total: failures.length,
  };
}

function planAnswer({ requests, phases }: SyncPlan) {
  const largestFirst = [...phases].sort((a, b) => (b.requests ?? -1) - (a.requests ?? -1));
  return {
    plan: {
      requests,
      phases: largestFirst.slice(0, LISTED).map((each) => ({
        product: toTitled(each.product_id, each.product_title) ?? undefined,
        phase: each.phase,
        requests: each.requests,
        why: each.why.length === 0 ? 'nothing is due' : each.why.join('; '),
      })),
      phases_total: phases.length,
    },
  };
}
