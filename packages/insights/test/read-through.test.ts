import { TestioError } from '@testio-mcp/domain';
import { recordFailure } from '@testio-mcp/persistence';
import type { RefreshOptions, RefreshReport, Shown } from '@testio-mcp/sync-engine';
import { describe, expect, test, vi } from 'vitest';
import { fillDetailed } from './support/detailed-test.ts';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { NOW, type Rig, rig } from './support/rig.ts';

type Refresh = (shown: Shown, options: RefreshOptions) => Promise<RefreshReport>;

const CAME: RefreshReport = { isTried: true, gaps: [] };
const FRESH: RefreshReport = { isTried: false, gaps: [] };
const gap = (error: TestioError | null, count = 1): RefreshReport => ({
  isTried: true,
  gaps: [{ what: 'tests', count, error }],
});
const failure = (facts: Partial<TestioError['facts']> = {}) =>
  new TestioError({ kind: 'upstream', code: 'api_server_error', message: 'The API answered with 503.', ...facts });

async function filled(): Promise<Rig> {
  const own = await rig();
  await fillDetailed(own);
  return own;
}

describe('an answer', () => {
  test('is made of what the API said, when that was due', async () => {
    const own = await filled();
    const refresh = vi.fn<Refresh>(async () => {
      await own.bugs([10], bug({ id: 1, testId: 10 }));
      return CAME;
    });
    const answer = await own.ask('get_test_summary', { test_id: 10 }, { refresh });
    expect(answer.bugs.total).toBe(1);
    expect(answer.completeness.complete).toBe(true);
    expect(refresh.mock.calls[0]).toMatchObject([
      { wholeTests: [10] },
      { extent: 'stale', maxAgeMs: 3_600_000, maxRequests: 5 },
    ]);
  });

  test('asks for what is old by the age of the configuration, for everything with now, for nothing with cached', async () => {
    const own = await filled();
    const refresh = vi.fn<Refresh>(async () => FRESH);
    const limits = { defaultPageSize: 50, cacheTtlMs: 10 };
    await own.ask('get_test_summary', { test_id: 10 }, { refresh, limits });
    await own.ask('get_test_summary', { test_id: 10, freshness: 'now' }, { refresh, limits });
    await own.ask('get_test_summary', { test_id: 10, freshness: 'cached' }, { refresh, limits });
    expect(refresh.mock.calls.map(([, { extent, maxAgeMs }]) => [extent, maxAgeMs])).toEqual([
      ['stale', 10],
      ['everything', 10],
    ]);
  });

  test('costs nothing more when nothing was due', async () => {
    const own = await filled();
    await own.touch();
    own.statements.length = 0;
    await own.ask('get_test_summary', { test_id: 10, freshness: 'cached' });
    const few = own.statements.length;
    await own.touch();
    own.statements.length = 0;
    await own.ask('get_test_summary', { test_id: 10 }, { refresh: async () => FRESH });
    expect(own.statements).toHaveLength(few);
  });

  test('comes from the store when the API does not deliver, and says so', async () => {
    const own = await filled();
    const answer = await own.call('get_test_summary', { test_id: 10 }, { refresh: async () => gap(failure()) });
    expect(answer.output).toMatchObject({
      bugs: { total: 7 },
      completeness: {
        complete: false,
        missing: [{ what: 'refresh', count: 1, why: '1 test is shown as stored. The API answered with 503.' }],
      },
    });
    expect(answer.text).toContain('1 test is shown as stored.');
  });

  test('says how much was left out to keep the question cheap', async () => {
    const own = await filled();
    const { completeness } = await own.ask('get_test_summary', { test_id: 10 }, { refresh: async () => gap(null, 3) });
    expect(completeness.missing).toEqual([
      { what: 'refresh', count: 3, why: expect.stringMatching(/^3 tests are shown as stored: auto asks/) },
    ]);
  });

  test('with now tells what it rests on that is older than the question', async () => {
    const own = await filled();
    own.clock.set(NOW + 3_600_000);
    const old = await own.ask('get_test_summary', { test_id: 10, freshness: 'now' }, { refresh: async () => CAME });
    expect(old.completeness.missing).toEqual([
      { what: 'refresh', count: null, why: expect.stringContaining(old.as_of) },
    ]);
    const auto = await own.ask('get_test_summary', { test_id: 10 }, { refresh: async () => CAME });
    expect(auto.completeness.complete).toBe(true);
  });

  test.each([
    ['auto', 2_000],
    ['now', 30_000],
  ])('with %s does not wait longer than %i ms', async (freshness, deadline) => {
    const own = await filled();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const asked = Promise.withResolvers<AbortSignal>();
      const refresh: Refresh = (_, { signal }) => {
        asked.resolve(signal);
        return new Promise(() => undefined);
      };
      const answering = own.ask('get_test_summary', { test_id: 10, freshness }, { refresh });
      const signal = await asked.promise;
      await vi.advanceTimersByTimeAsync(deadline - 1);
      expect(signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(signal.aborted).toBe(true);
      await vi.advanceTimersByTimeAsync(250);
      const answer = await answering;
      expect(answer.bugs.total).toBe(7);
      expect(answer.completeness.missing[0].why).toContain(`within ${deadline / 1000} seconds`);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends when the caller gives up', async () => {
    const own = await filled();
    const caller = new AbortController();
    const refresh: Refresh = () => {
      caller.abort();
      return new Promise(() => undefined);
    };
    const changes = { refresh, signal: caller.signal };
    const error = await own.refuse('get_test_summary', { test_id: 10, freshness: 'now' }, changes);
    expect(error.code).toBe('cancelled');
  });

  test('without an API says so only to who asked for new data', async () => {
    const own = await filled();
    expect((await own.ask('get_test_summary', { test_id: 10 })).completeness.complete).toBe(true);
    const { completeness } = await own.ask('get_test_summary', { test_id: 10, freshness: 'now' });
    expect(completeness.missing).toEqual([expect.objectContaining({ what: 'refresh' })]);
  });
});

describe('a test that the store does not have', () => {
  async function withProduct(): Promise<Rig> {
    const own = await rig();
    await own.products(product({ id: 1 }));
    return own;
  }

  test('is fetched', async () => {
    const own = await withProduct();
    const refresh: Refresh = async () => {
      await own.tests(1, exploratoryTest({ id: 99, title: 'Fresh' }));
      return CAME;
    };
    expect((await own.ask('get_test_summary', { test_id: 99 }, { refresh })).test.title).toBe('Fresh');
  });

  test.each([
    ['the API does not know it either', gap(failure({ kind: 'not_found', code: 'api_not_found' })), false],
    ['the API cannot be asked', gap(failure({ kind: 'network', code: 'x', message: 'Down.' })), true],
  ])('is not found when %s', async (_, report, retryable) => {
    const own = await withProduct();
    const error = await own.refuse('get_test_summary', { test_id: 99 }, { refresh: async () => report });
    const place = { field: 'test_id', received: 99, retryable };
    expect(error.report()).toMatchObject({ code: 'test_not_found', kind: 'not_found', ...place });
    expect(error.facts.next).toBeTruthy();
    if (retryable) expect(error.message).toContain('Down.');
  });

  test('is not found without an API, and not asked for when only stored data is wanted', async () => {
    const own = await withProduct();
    expect((await own.refuse('get_test_summary', { test_id: 99 })).code).toBe('test_not_found');
    const refresh = vi.fn<Refresh>(async () => CAME);
    const error = await own.refuse('get_test_summary', { test_id: 99, freshness: 'cached' }, { refresh });
    expect(error.code).toBe('test_not_found');
    expect(refresh).not.toHaveBeenCalled();
  });

  test('and that the API cannot deliver is called unreadable, with what is known of the time', async () => {
    const own = await withProduct();
    const poisoned = failure({ upstreamStatus: 500, message: 'Test IO failed on its own side (500).' });
    const refresh: Refresh = async () => gap(poisoned);
    const error = await own.refuse('get_test_summary', { test_id: 99 }, { refresh });
    expect(error.report()).toMatchObject({ code: 'test_unreadable', kind: 'upstream', upstream_status: 500 });
    expect(error.message).toContain('first time');
    await own.write((scope) =>
      recordFailure(scope, 'p', {
        kind: 'test_position',
        productId: 1,
        testId: null,
        position: 3,
        beforeTestId: null,
        beforeEndAt: null,
        afterTestId: null,
        afterEndAt: null,
        code: 'api_server_error',
        message: 'No.',
        upstreamStatus: 500,
      }),
    );
    own.clock.set(NOW + 60_000);
    const later = await own.refuse('get_test_summary', { test_id: 99 }, { refresh });
    expect(later.message).toContain('1 unreadable test in the lists of tests since 2026-03-17T12:00:00Z');
  });

  test('any more, because it was deleted, is not shown', async () => {
    const own = await filled();
    await own.tests(1, exploratoryTest({ id: 11 }));
    expect((await own.refuse('get_test_summary', { test_id: 10, freshness: 'cached' })).code).toBe('test_not_found');
  });
});
