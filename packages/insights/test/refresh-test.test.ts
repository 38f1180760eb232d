import { TestioError } from '@testio-mcp/domain';
import { describe, expect, test, vi } from 'vitest';
import { fillDetailed } from './support/detailed-test.ts';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, HOUR, NOW, rig } from './support/rig.ts';

describe('get_test_summary refreshes first', () => {
  async function refreshed(
    input: object,
    changes: { age?: number; refresh?: (id: number, signal: AbortSignal) => Promise<void> } = {},
  ) {
    const own = await rig();
    await fillDetailed(own);
    own.clock.set(NOW + (changes.age ?? 0));
    const refreshTest = vi.fn(changes.refresh ?? (() => own.bugs([10], bug({ id: 1, testId: 10 }))));
    const answer = await own.ask('get_test_summary', input, { refreshTest });
    return { answer, calls: refreshTest.mock.calls.map(([id]) => id) };
  }

  test('when something was never read', async () => {
    const { calls } = await refreshed({ test_id: 11 });
    expect(calls).toEqual([11]);
  });

  test('when what it has is older than the cache age, an hour unless set', async () => {
    expect((await refreshed({ test_id: 10 }, { age: HOUR })).calls).toEqual([]);
    const { calls, answer } = await refreshed({ test_id: 10 }, { age: HOUR + 1 });
    expect(calls).toEqual([10]);
    expect(answer.bugs.total).toBe(1);
    const own = await rig();
    await fillDetailed(own);
    own.clock.set(NOW + 11);
    const refreshTest = vi.fn(async () => undefined);
    await own.ask(
      'get_test_summary',
      { test_id: 10 },
      { refreshTest, limits: { defaultPageSize: 50, cacheTtlMs: 10 } },
    );
    expect(refreshTest).toHaveBeenCalledOnce();
  });

  test('always or never when that is asked for', async () => {
    expect((await refreshed({ test_id: 10, freshness: 'now' })).calls).toEqual([10]);
    expect((await refreshed({ test_id: 10, freshness: 'cached' }, { age: 99 * DAY })).calls).toEqual([]);
  });

  test('and answers from the store when that fails, saying so', async () => {
    const failure = new TestioError({
      kind: 'upstream',
      code: 'api_unavailable',
      message: 'The API answered with 503.',
    });
    const { answer } = await refreshed({ test_id: 10, freshness: 'now' }, { refresh: () => Promise.reject(failure) });
    expect(answer.bugs.total).toBe(7);
    expect(answer.completeness).toEqual({
      complete: false,
      missing: [
        {
          what: 'refresh',
          count: 1,
          why: 'Refreshing the test failed, so it is shown as it was stored. The API answered with 503.',
        },
      ],
    });
  });

  test.each([
    ['auto', 2_000],
    ['now', 30_000],
  ])('but with %s waits no longer than %i ms', async (freshness, deadline) => {
    const own = await rig();
    await fillDetailed(own);
    own.clock.set(NOW + 2 * HOUR);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let given: AbortSignal | undefined;
      const asked = Promise.withResolvers<void>();
      const refreshTest = (_: number, signal: AbortSignal) => {
        given = signal;
        asked.resolve();
        return new Promise<void>(() => undefined);
      };
      const answering = own.ask('get_test_summary', { test_id: 10, freshness }, { refreshTest });
      await asked.promise;
      await vi.advanceTimersByTimeAsync(deadline - 1);
      expect(given?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(given?.aborted).toBe(true);
      const answer = await answering;
      expect(answer.bugs.total).toBe(7);
      expect(answer.completeness.missing[0].why).toContain(`within ${deadline / 1000} seconds`);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('and ends when the caller gives up', async () => {
    const own = await rig();
    await fillDetailed(own);
    const caller = new AbortController();
    const refreshTest = () => {
      caller.abort();
      return new Promise<void>(() => undefined);
    };
    const error = await own.refuse(
      'get_test_summary',
      { test_id: 10, freshness: 'now' },
      { refreshTest, signal: caller.signal },
    );
    expect(error.code).toBe('cancelled');
  });

  test('without an API only who asks for a refresh is told', async () => {
    const own = await rig();
    await fillDetailed(own);
    own.clock.set(NOW + DAY);
    expect((await own.ask('get_test_summary', { test_id: 10 })).completeness.complete).toBe(true);
    const { completeness } = await own.ask('get_test_summary', { test_id: 10, freshness: 'now' });
    expect(completeness.missing).toEqual([expect.objectContaining({ what: 'refresh' })]);
  });
});

describe('a test that the store does not have', () => {
  const notFound = new TestioError({ kind: 'not_found', code: 'api_not_found', message: 'No such test.' });

  test('is fetched', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    const refreshTest = () => own.tests(1, exploratoryTest({ id: 99, title: 'Fresh' }));
    expect((await own.ask('get_test_summary', { test_id: 99 }, { refreshTest })).test.title).toBe('Fresh');
  });

  test.each([
    ['the API does not know it either', { refreshTest: () => Promise.reject(notFound) }, false],
    ['there is no API', {}, false],
    [
      'the API cannot be asked',
      { refreshTest: () => Promise.reject(new TestioError({ kind: 'network', code: 'x', message: 'Down.' })) },
      true,
    ],
  ])('is not found when %s', async (_, changes, retryable) => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    const error = await own.refuse('get_test_summary', { test_id: 99 }, changes);
    expect(error.report()).toMatchObject({
      code: 'test_not_found',
      kind: 'not_found',
      field: 'test_id',
      received: 99,
      retryable,
    });
    expect(error.facts.next).toBeTruthy();
  });

  test('is not asked for when only stored data is wanted', async () => {
    const own = await rig();
    await fillDetailed(own);
    const refreshTest = vi.fn(async () => undefined);
    const error = await own.refuse('get_test_summary', { test_id: 99, freshness: 'cached' }, { refreshTest });
    expect(error.code).toBe('test_not_found');
    expect(refreshTest).not.toHaveBeenCalled();
  });

  test('any more, because it was deleted, is not shown', async () => {
    const own = await rig();
    await fillDetailed(own);
    await own.tests(1, exploratoryTest({ id: 11 }));
    expect((await own.refuse('get_test_summary', { test_id: 10, freshness: 'cached' })).code).toBe('test_not_found');
  });
});
