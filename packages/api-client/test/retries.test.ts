import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backoffMs, parseRetryAfter, RetryBudget } from '../src/retry.ts';
import { errorOf, type Fixture, json, startFixture } from './fixture-server.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
beforeEach(() => {
  fixture.seen.length = 0;
  fixture.pauses.length = 0;
});
afterAll(() => fixture.close());

/** Fails so many times, then answers. */
function failing(times: number, status: number, headers: Record<string, string> = {}): void {
  let left = times;
  fixture.handler = (_, response) => {
    left -= 1;
    if (left >= 0) json(response, {}, status, headers);
    else json(response, { products: [] });
  };
}

describe('attempts', () => {
  it('tries four times by default, with growing pauses', async () => {
    failing(3, 503);
    expect(await fixture.client().listProducts()).toEqual([]);
    expect(fixture.pauses).toEqual([500, 1_000, 2_000]);
    failing(4, 503);
    expect(await errorOf(fixture.client().listProducts())).toMatchObject({ code: 'api_server_error' });
    expect(fixture.seen).toHaveLength(8);
  });

  it.each([1, 2, 7])('tries as often as the call says: %i', async (attempts) => {
    failing(99, 500);
    await errorOf(fixture.client().listTests(1, { page: 1, perPage: 1, attempts }));
    expect(fixture.seen).toHaveLength(attempts);
    expect(fixture.pauses).toHaveLength(attempts - 1);
  });

  it('tries a list of user stories without section as often as anything else', async () => {
    failing(99, 500);
    await errorOf(fixture.client().listUserStories(30982));
    expect(fixture.seen).toHaveLength(4);
  });

  it.each([0, -1, 1.5])('refuses %d attempts', async (attempts) => {
    expect(await errorOf(fixture.client().listProducts({ attempts }))).toMatchObject({ code: 'invalid_api_call' });
    expect(fixture.seen).toEqual([]);
  });

  it.each([400, 401, 403, 404, 409, 422])('does not try a %i again', async (status) => {
    failing(99, status);
    await errorOf(fixture.client().listProducts());
    expect(fixture.seen).toHaveLength(1);
  });
});

describe('jitter', () => {
  it('spreads a pause over everything from 0 to its step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempt, at) => {
          const step = Math.min(8_000, 1_000 * 2 ** (attempt - 1));
          expect(backoffMs(attempt, () => at)).toBe(Math.round(at * step));
        },
      ),
    );
    expect([1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, () => 0.999_999))).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000,
    ]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });
});

describe('429', () => {
  it.each([
    ['seconds', '7', 7_000],
    ['nothing', undefined, 30_000],
    ['something unreadable', 'soon', 30_000],
    ['no pause', '0', 0],
    ['the longest pause that is waited for', '60', 60_000],
  ])('waits for %s', async (_, value, ms) => {
    failing(1, 429, value === undefined ? {} : { 'retry-after': value });
    expect(await fixture.client().listProducts()).toEqual([]);
    expect(fixture.pauses).toEqual([ms]);
  });

  it('waits for a date by the clock of the server', async () => {
    const date = 'Tue, 17 Mar 2026 12:00:00 GMT';
    failing(1, 429, { date, 'retry-after': 'Tue, 17 Mar 2026 12:00:45 GMT' });
    expect(await fixture.client().listProducts()).toEqual([]);
    expect(fixture.pauses).toEqual([45_000]);
  });

  it('reports a longer pause at once', async () => {
    failing(99, 429, { 'retry-after': '61' });
    const error = await errorOf(fixture.client().listProducts());
    expect(error).toMatchObject({ code: 'api_rate_limited', facts: { retryAfterMs: 61_000, upstreamStatus: 429 } });
    expect(error.message).toContain('61 seconds');
    expect(fixture.pauses).toEqual([]);
    expect(fixture.seen).toHaveLength(1);
  });

  it('gives up after the attempts', async () => {
    failing(99, 429, { 'retry-after': '2' });
    const error = await errorOf(fixture.client().listProducts());
    expect(error).toMatchObject({ code: 'api_rate_limited', retryable: true, facts: { retryAfterMs: 2_000 } });
    expect(fixture.pauses).toEqual([2_000, 2_000, 2_000]);
  });

  it('holds the other calls of the client back, too, for the longest pause asked for', async () => {
    const pauses = new Map([20_000, 1_000].map((ms) => [ms, Promise.withResolvers<void>()]));
    const bothAsked = Promise.withResolvers<void>();
    const asked: number[] = [];
    const client = fixture.client({
      sleep: async (ms) => {
        asked.push(ms);
        if (asked.length === 2) bothAsked.resolve();
        await pauses.get(ms)?.promise;
      },
    });
    const waits = ['20', '1'];
    fixture.handler = (_, response) => {
      const wait = waits.shift();
      if (wait === undefined) json(response, { products: [] });
      else json(response, {}, 429, { 'retry-after': wait });
    };
    const calls = [client.listProducts(), client.listProducts()];
    await bothAsked.promise;
    calls.push(client.listProducts());
    pauses.get(1_000)?.resolve();
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(client.requestsSent).toBe(2);
    pauses.get(20_000)?.resolve();
    expect(await Promise.all(calls)).toEqual([[], [], []]);
    expect(client.requestsSent).toBe(5);
    expect(asked.toSorted()).toEqual([1_000, 20_000]);
  });

  it('honours the pause a 503 asks for', async () => {
    failing(1, 503, { 'retry-after': '9' });
    await fixture.client().listProducts();
    expect(fixture.pauses).toEqual([9_000]);
    failing(1, 503, { 'retry-after': '600' });
    expect(await errorOf(fixture.client().listProducts())).toMatchObject({ facts: { retryAfterMs: 600_000 } });
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 2, 17, 12);
  it.each([
    ['20', 20_000],
    [' 20 ', 20_000],
    ['Tue, 17 Mar 2026 12:01:30 GMT', 90_000],
    ['Tuesday, 17-Mar-26 12:01:30 GMT', 90_000],
    ['Tue, 17 Mar 2026 11:00:00 GMT', 0],
    ['', null],
    ['-1', null],
    ['1.5', null],
    ['2026-03-17', null],
    ['Tue, 17 Mar 2026 12:01:30', null],
    ['Someday, sometime GMT', null],
    ['99999999999999', null],
    [null, null],
  ])('reads %j', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = parseRetryAfter(value, now);
        expect(ms === null || ms >= 0).toBe(true);
      }),
    );
  });
});

describe('retry budget', () => {
  it('keeps an outage from multiplying requests', async () => {
    failing(Number.POSITIVE_INFINITY, 503);
    const client = fixture.client({ retryBudget: 10 });
    const errors = [];
    for (let call = 0; call < 100; call += 1) errors.push(await errorOf(client.listProducts()));
    // 100 calls, the budget of 10 and one more for every five calls, less what the full budget could not take.
    expect(client.requestsSent).toBeGreaterThan(120);
    expect(client.requestsSent).toBeLessThanOrEqual(130);
    expect(errors.at(-1)).toMatchObject({ code: 'api_server_error', facts: { upstreamStatus: 503 } });
    expect(errors.at(-1)?.message).toContain('too many requests failed before');
  });

  it('is its own in each view', async () => {
    failing(Number.POSITIVE_INFINITY, 503);
    const client = fixture.client();
    const none = client.withRetryBudget(0);
    await errorOf(none.listProducts());
    expect(none.requestsSent).toBe(1);
    await errorOf(client.listProducts());
    expect(client.requestsSent).toBe(5);
  });

  it('allows its size and a fifth of the calls in any stretch of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.array(fc.boolean(), { maxLength: 300 }), (size, steps) => {
        const budget = new RetryBudget(size);
        const history: number[] = [];
        for (const isCall of steps) {
          if (isCall) budget.earn();
          else history.push(budget.take() ? 1 : 0);
        }
        const calls = steps.filter(Boolean).length;
        expect(history.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(size + calls / 5);
      }),
    );
  });

  it('comes back with calls that succeed', () => {
    const budget = new RetryBudget(2);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
    for (let call = 0; call < 5; call += 1) budget.earn();
    expect([budget.take(), budget.take()]).toEqual([true, false]);
    for (let call = 0; call < 1_000; call += 1) budget.earn();
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  });
});
