import { TestioError } from '@testio-mcp/domain';
import {
  acquireLease,
  finishRun,
  recordFailure,
  repairOrphanedRuns,
  type SyncRunStatus,
  startRun,
} from '@testio-mcp/persistence';
import { describe, expect, test, vi } from 'vitest';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { DAY, HOUR, NOW, type Rig, rig } from './support/rig.ts';

const ask = (own: Rig, input: object = {}, program: object = {}) =>
  own.ask('get_server_diagnostics', input, { program: { ...own.context().program, ...program } });

async function run(own: Rig, startedAt: number, status: Exclude<SyncRunStatus, 'running'> | null): Promise<number> {
  own.clock.set(startedAt);
  const id = await own.write((scope) => startRun(scope, { mode: 'full', trigger: 'cli', productIds: null }));
  own.clock.set(startedAt + 1500);
  const error =
    status === 'failed' ? { code: 'api_down', kind: 'network' as const, message: 'Down.', retryable: true } : null;
  if (status !== null)
    await own.write((scope) => finishRun(scope, id, { status, requests: 12, rowsWritten: 34, error }));
  own.clock.set(NOW);
  return id;
}

test('the program is named, without secrets or paths', async () => {
  const own = await rig();
  const answer = await ask(own, {}, { apiBaseUrl: 'https://user:secret@api.example/customer/v2' });
  expect(answer.program).toEqual({
    version: '1.2.3',
    node: process.versions.node,
    customer: 'acme',
    api_base_url: 'https://api.example/customer/v2',
  });
  expect(JSON.stringify(answer)).not.toContain(own.store.file);
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test('what lives in the store is counted, with the people that living things name', async () => {
  const own = await rig();
  const empty = await ask(own);
  expect(empty.store).toMatchObject({
    counts: { products: 0, features: 0, user_stories: 0, tests: 0, bugs: 0, people: 0 },
    oldest_test_end_at: null,
    newest_test_end_at: null,
  });
  expect(empty.store.size_bytes).toBeGreaterThan(0);
  await own.products(product({ id: 1 }));
  const story = { id: 1, path: 'Story', title: null, featureId: 5 };
  await own.features(1, { feature: feature({ id: 5, userStories: [story] }), sectionIds: [1, 2] });
  const kept = exploratoryTest({ id: 10, createdBy: 'Ann', submittedBy: 'Ann', endAt: NOW });
  await own.tests(1, kept, exploratoryTest({ id: 11, createdBy: 'Bob', endAt: NOW - DAY }));
  await own.bugs(
    [10, 11],
    bug({ id: 1, testId: 10, author: 'Ann' }),
    bug({ id: 2, testId: 10, author: 'Cid' }),
    bug({ id: 3, testId: 11, author: 'Dan' }),
  );
  expect((await ask(own)).store).toMatchObject({
    counts: { products: 1, features: 1, user_stories: 1, tests: 2, bugs: 3, people: 5 },
    oldest_test_end_at: '2026-03-16T12:00:00Z',
    newest_test_end_at: '2026-03-17T12:00:00Z',
  });
  await own.bugs([10], bug({ id: 1, testId: 10, author: 'Ann' }));
  await own.tests(1, kept);
  expect((await ask(own)).store.counts).toEqual({
    products: 1,
    features: 1,
    user_stories: 1,
    tests: 1,
    bugs: 1,
    people: 2,
  });
});

describe('syncs', () => {
  test('that never were are unknown, not failed', async () => {
    const { sync, sync_events } = await ask(await rig());
    expect(sync).toEqual({
      last_attempt: null,
      last_success: null,
      last_completed_at: null,
      running: null,
      runs_24h: { completed: 0, partial: 0, failed: 0, cancelled: 0 },
      success_rate_24h: null,
      partial_rate_24h: null,
      open_failures: 0,
    });
    expect(sync_events).toBeUndefined();
  });

  test('are told by attempt and success apart', async () => {
    const own = await rig();
    await run(own, NOW - 25 * HOUR, 'failed');
    const success = await run(own, NOW - 4 * HOUR, 'partial');
    await run(own, NOW - 3 * HOUR, 'cancelled');
    const last = await run(own, NOW - HOUR, 'failed');
    const { sync } = await ask(own);
    expect(sync.last_attempt).toEqual({
      id: last,
      status: 'failed',
      mode: 'full',
      trigger: 'cli',
      started_at: '2026-03-17T11:00:00Z',
      finished_at: '2026-03-17T11:00:01.500Z',
      duration_ms: 1500,
      requests: 12,
      rows_written: 34,
      error: { code: 'api_down', message: 'Down.' },
    });
    expect(sync.last_success).toMatchObject({ id: success, status: 'partial', error: null });
    expect(sync).toMatchObject({
      last_completed_at: null,
      running: null,
      runs_24h: { completed: 0, partial: 1, failed: 1, cancelled: 1 },
      success_rate_24h: 0,
      partial_rate_24h: 0.5,
    });
    const { text } = await own.call('get_server_diagnostics');
    expect(text).toContain('Last sync failed, begun 2026-03-17T11:00:00Z: Down.');
    expect(text).toContain('Last sync that brought data: partial, begun 2026-03-17T08:00:00Z.');
  });

  test('that could read everything are counted apart from those that could not', async () => {
    const own = await rig();
    await run(own, NOW - 5 * HOUR, 'completed');
    await run(own, NOW - 4 * HOUR, 'completed');
    await run(own, NOW - 3 * HOUR, 'partial');
    const latest = await run(own, NOW - 2 * HOUR, 'partial');
    const { sync } = await ask(own);
    expect(sync).toMatchObject({
      last_success: { id: latest, status: 'partial' },
      last_completed_at: '2026-03-17T08:00:01.500Z',
      success_rate_24h: 0.5,
      partial_rate_24h: 0.5,
    });
  });

  test('that run are seen with who runs them; those that died with their process are told as failed', async () => {
    const own = await rig();
    const dead = await run(own, NOW - 2 * HOUR, null);
    const interrupted = { status: 'failed', error: { code: 'run_interrupted' }, finished_at: null };
    const before = (await ask(own, { include_sync_events: true })) as { sync: object; sync_events: object[] };
    expect(before.sync).toMatchObject({ running: null, last_attempt: { id: dead, ...interrupted } });
    expect(before.sync).toMatchObject({ runs_24h: { failed: 1 }, success_rate_24h: 0 });
    await own.write((scope) => acquireLease(scope, 'cli (process 42 on desk)'));
    const live = await run(own, NOW - HOUR, null);
    const during = (await ask(own, { include_sync_events: true })) as { sync: object; sync_events: object[] };
    expect(during.sync).toMatchObject({
      running: { owner: 'cli (process 42 on desk)', since: expect.stringMatching(/Z$/) },
      last_attempt: { id: live, status: 'running', finished_at: null, duration_ms: null, error: null },
      runs_24h: { failed: 1 },
    });
    expect(during.sync_events).toMatchObject([
      { id: live, status: 'running' },
      { id: dead, ...interrupted },
    ]);
    expect((await own.call('get_server_diagnostics')).text).toContain('Syncing now: cli (process 42 on desk), since ');
    await own.write((scope) => repairOrphanedRuns(scope));
    expect((await ask(own)).sync).toMatchObject({ runs_24h: { failed: 2 }, success_rate_24h: 0 });
  });

  test('in the background are told as they go', async () => {
    const own = await rig();
    expect((await ask(own)).background).toBeNull();
    const facts = { isHere: true, nextCycleAt: NOW + HOUR, failures: 4, isOpen: true };
    const program = { ...own.context().program, background: async () => facts };
    const { output, text } = await own.call('get_server_diagnostics', {}, { program });
    expect(output.background).toEqual({
      ...{ here: true, next_cycle_at: '2026-03-17T13:00:00Z', failures_in_a_row: 4, circuit_open: true },
    });
    expect(text).toContain('The background failed 4 times in a row');
  });

  test('are listed on request, newest first, as many as asked for', async () => {
    const own = await rig();
    const ids: number[] = [];
    for (let index = 0; index < 7; index += 1) ids.unshift(await run(own, NOW - (8 - index) * HOUR, 'completed'));
    const events = async (input: object) =>
      (await ask(own, { include_sync_events: 'yes', ...input })).sync_events.map(({ id }: { id: number }) => id);
    expect(await events({})).toEqual(ids.slice(0, 5));
    expect(await events({ sync_event_limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await events({ sync_event_limit: '20' })).toEqual(ids);
    expect((await own.refuse('get_server_diagnostics', { sync_event_limit: 21 })).code).toBe('invalid_input');
  });

  test('have failures that are still open', async () => {
    const own = await rig();
    const facts = {
      kind: 'test_position',
      productId: 1,
      testId: null,
      position: 1,
      beforeTestId: null,
      beforeEndAt: null,
    };
    const rest = { afterTestId: null, afterEndAt: null, code: 'x', message: 'Bad.', upstreamStatus: 500 };
    await own.write((scope) => recordFailure(scope, 'key', { ...facts, ...rest }));
    expect((await ask(own)).sync.open_failures).toBe(1);
  });
});

test('freshness is told for each part of the data', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }), product({ id: 2 }));
  await own.tests(1, exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  own.clock.set(NOW + HOUR);
  await own.bugs([10]);
  await own.features(2);
  const { freshness } = await ask(own);
  const [first, second] = ['2026-03-17T12:00:00Z', '2026-03-17T13:00:00Z'];
  expect(freshness).toEqual({
    product_list: first,
    products: { oldest: first, newest: first, never: 0 },
    features: { oldest: second, newest: second, never: 1 },
    test_lists: { oldest: first, newest: first, never: 1 },
    tests: { oldest: first, newest: first, never: 0 },
    test_details: { oldest: null, newest: null, never: 2 },
    executions: { oldest: null, newest: null, never: 2 },
    bugs: { oldest: second, newest: second, never: 1 },
  });
});

describe('the API', () => {
  test('is asked only on request', async () => {
    const own = await rig();
    const pingApi = vi.fn(async () => ({ latencyMs: 12.4, productCount: 7 }));
    expect(await ask(own, {}, { pingApi })).not.toHaveProperty('api');
    expect(pingApi).not.toHaveBeenCalled();
    const { api } = await ask(own, { check_api: true }, { pingApi });
    expect(api).toEqual({ connected: true, latency_ms: 12, product_count: 7, error: null });
  });

  test('may not answer', async () => {
    const own = await rig();
    const refused = new TestioError({
      kind: 'authentication',
      code: 'token_invalid',
      message: 'The token is not valid.',
    });
    const { api } = await ask(own, { check_api: true }, { pingApi: () => Promise.reject(refused) });
    const error = { code: 'token_invalid', message: 'The token is not valid.' };
    expect(api).toEqual({ connected: false, latency_ms: null, product_count: null, error });
    const broken = await ask(own, { check_api: true }, { pingApi: () => Promise.reject(new Error('secret detail')) });
    expect(broken.api.error.code).toBe('internal_error');
    expect(JSON.stringify(broken)).not.toContain('secret');
  });

  test('cannot be asked without a token', async () => {
    const { api } = await ask(await rig(), { check_api: true });
    expect(api).toMatchObject({ connected: false, error: { code: 'token_missing' } });
  });
});
