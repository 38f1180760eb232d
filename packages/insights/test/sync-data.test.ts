import { TestioError } from '@testio-mcp/domain';
import type { SyncFailure, SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import { expect, test } from 'vitest';
import type { SyncRequest } from '../src/index.ts';
import { product } from './support/entities.ts';
import { NOW, rig } from './support/rig.ts';

const FAILURE: SyncFailure = {
  ...{ key: 'k', kind: 'test_position', product_id: 2, test_id: null, position: 7 },
  ...{ before_test_id: null, after_test_id: null, code: 'api_error', message: 'Test no. 8 could not be read.' },
};

function record(changes: Partial<SyncRunRecord> = {}): SyncRunRecord {
  const read = { phase: 'tests', rows_written: 4, error: null } as const;
  return {
    ...{ id: 5, status: 'partial', mode: 'incremental', duration_ms: 1500, requests: 9, rows_written: 6, error: null },
    ...{ started_at: '2026-03-17T11:00:00Z', finished_at: '2026-03-17T11:00:01.500Z' },
    outcomes: [
      { ...read, product_id: 1, product_title: 'Shop', status: 'completed', items: 30 },
      { ...read, product_id: 2, product_title: 'Bank', status: 'partial', items: 12 },
      { ...read, product_id: null, product_title: null, phase: 'products', status: 'completed', items: 2 },
    ],
    failures: [FAILURE],
    ...changes,
  };
}

/** A sync that answers with this record, and what it was asked for. */
function syncing(ends: SyncRunRecord = record()) {
  const asked: SyncRequest[] = [];
  const sync = async (request: SyncRequest) => {
    asked.push(request);
    return ends;
  };
  return { asked, sync };
}

test('answers with the record of the run in short: phases over all products, and what could not be read', async () => {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  const { asked, sync } = syncing();
  const answer = await own.ask('sync_data', {}, { sync });
  expect(asked).toEqual([{ mode: 'incremental', waitMs: 0 }]);
  expect(answer).toMatchObject({
    run: {
      id: 5,
      status: 'partial',
      mode: 'incremental',
      requests: 9,
      rows_written: 6,
      duration_ms: 1500,
      error: null,
    },
    phases: [
      { phase: 'tests', completed: 1, partial: 1, failed: 0, skipped: 0, items: 42 },
      { phase: 'products', completed: 1, partial: 0, failed: 0, skipped: 0, items: 2 },
    ],
    failures: [
      {
        ...{ kind: 'test_position', product: { id: 2, title: 'Bank' }, position: 7, code: 'api_error' },
        reason: 'Test no. 8 could not be read.',
      },
    ],
    failures_total: 1,
    scope: { mode: 'incremental' },
    as_of: '2026-03-17T12:00:00Z',
    completeness: { complete: false },
  });
  const { text } = await own.call('sync_data', {}, { sync });
  expect(text).toContain('Sync partial: 9 requests, 6 rows written in 1500 ms.');
  expect(text).toContain('- Bank: Test no. 8 could not be read.');
});

test('lists the first failures of many, and says how many there are', async () => {
  const own = await rig();
  const { sync } = syncing(record({ failures: Array.from({ length: 345 }, () => FAILURE) }));
  const { failures, failures_total } = await own.ask('sync_data', {}, { sync });
  expect(failures).toHaveLength(20);
  expect(failures_total).toBe(345);
});

test('takes products by title, a mode, a time to wait; a date alone means since then, all means everything', async () => {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  const { asked, sync } = syncing();
  const ask = async (input: object) => (await own.ask('sync_data', input, { sync })).scope;
  expect(await ask({ product_ids: 'bank, shop', mode: 'FULL', wait_seconds: '30' })).toEqual({
    product_ids: [2, 1],
    mode: 'full',
  });
  expect(await ask({ since: '2026-03-01' })).toEqual({
    since: { from: '2026-03-01T00:00:00Z', to: null },
    mode: 'incremental',
  });
  expect(await ask({ since: '2026-Q1' })).toMatchObject({
    since: { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
  });
  expect(await ask({ since: 'All' })).toEqual({ mode: 'full' });
  expect(asked).toEqual([
    { productIds: [2, 1], mode: 'full', waitMs: 30_000 },
    { mode: 'incremental', since: 'since 2026-03-01', waitMs: 0 },
    { mode: 'incremental', since: '2026-Q1', waitMs: 0 },
    { mode: 'full', waitMs: 0 },
  ]);
  expect(await own.refuse('sync_data', { since: 'soonish' }, { sync })).toMatchObject({ code: 'invalid_period' });
  expect(await own.refuse('sync_data', { product_ids: [] }, { sync })).toMatchObject({
    facts: { field: 'product_ids' },
  });
  expect(await own.refuse('sync_data', { wait_seconds: 601 }, { sync })).toMatchObject({
    facts: { field: 'wait_seconds' },
  });
});

test('a dry run syncs nothing, and tells the largest parts of what it would ask for', async () => {
  const own = await rig();
  const { asked, sync } = syncing();
  const ofProduct = (id: number) => ({ product_id: id, product_title: `P ${id}`, phase: 'tests' as const });
  const plan: SyncPlan = {
    ...{ mode: 'incremental', ever_synced: true, requests: 300 },
    phases: [
      { ...ofProduct(1), phase: 'bugs', requests: null, why: [] },
      ...Array.from({ length: 24 }, (_, id) => ({ ...ofProduct(id + 1), requests: id, why: ['3 pages', 'the end'] })),
    ],
  };
  const planSync = () => Promise.resolve(plan);
  const answer = await own.ask('sync_data', { dry_run: true }, { sync, planSync });
  expect(asked).toEqual([]);
  expect(answer.run).toBeUndefined();
  expect(answer.plan).toMatchObject({ requests: 300, phases_total: 25 });
  expect(answer.plan.phases).toHaveLength(20);
  expect(answer.plan.phases[0]).toEqual({
    ...{ product: { id: 24, title: 'P 24' }, phase: 'tests', requests: 23, why: '3 pages; the end' },
  });
  expect((await own.call('sync_data', { dry_run: true }, { planSync })).text).toContain('… and 5 smaller ones.');
});

test('while another process syncs, says who and since when, and how to wait', async () => {
  const own = await rig();
  const busy = new TestioError({
    ...{ kind: 'busy', code: 'sync_in_progress', retryable: true, next: 'sync --wait' },
    message: 'Another process, cli (process 42 on desk), has been syncing this store since 2026-03-17T11:00:00Z.',
  });
  const refusal = await own.refuse('sync_data', {}, { sync: () => Promise.reject(busy) });
  expect(refusal).toMatchObject({ code: 'sync_in_progress', kind: 'busy', retryable: true, message: busy.message });
  expect(refusal.facts.next).toContain('wait_seconds');
});

test('a run that failed is told as failed; one that its caller ended is told to nobody', async () => {
  const own = await rig();
  const error = { code: 'token_invalid', kind: 'authentication', message: 'The token is not valid.', retryable: false };
  const failed = syncing(record({ status: 'failed', failures: [], error: error as SyncRunRecord['error'] }));
  const { run } = await own.ask('sync_data', {}, failed);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'token_invalid', message: 'The token is not valid.' } });
  expect((await own.call('sync_data', {}, failed)).text).toContain('Sync failed: ');
  const cancelled = syncing(record({ status: 'cancelled' }));
  const signal = AbortSignal.abort();
  expect((await own.refuse('sync_data', {}, { ...cancelled, signal })).kind).toBe('cancelled');
  // The server that closes down ends the run, too, but then there may be somebody to tell.
  expect((await own.ask('sync_data', {}, cancelled)).run.status).toBe('cancelled');
});

test('without a token there is nothing to sync from', async () => {
  const own = await rig();
  own.clock.set(NOW);
  expect(await own.refuse('sync_data')).toMatchObject({ code: 'token_missing', kind: 'configuration' });
});
