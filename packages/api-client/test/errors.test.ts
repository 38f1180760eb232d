import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestEvent } from '../src/index.ts';
import { errorOf, type Fixture, type Handler, json, startFixture } from './fixture-server.ts';
import { sample } from './samples.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
beforeEach(() => {
  fixture.seen.length = 0;
});
afterAll(() => fixture.close());

/** Answers everything with this text. */
const text =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(body);
  };

describe('refusals', () => {
  const cases = [
    [400, 'api_rejected', 'upstream', false],
    [401, 'api_unauthorized', 'authentication', false],
    [403, 'api_forbidden', 'permission', false],
    [404, 'api_not_found', 'not_found', false],
    [409, 'api_rejected', 'upstream', false],
    [422, 'api_rejected', 'upstream', false],
    [429, 'api_rate_limited', 'rate_limit', true],
    [500, 'api_server_error', 'upstream', true],
    [502, 'api_server_error', 'upstream', true],
    [503, 'api_server_error', 'upstream', true],
    [504, 'api_server_error', 'upstream', true],
    [599, 'api_server_error', 'upstream', true],
  ] as const;

  it.each(cases)('tells %i', async (status, code, kind, retryable) => {
    for (const body of ['{"error": "SECRET REASON"}', '', 'SECRET REASON', '<html>SECRET REASON</html>', '{"error"']) {
      fixture.handler = text(body, status);
      const error = await errorOf(fixture.client({ maxAttempts: 2 }).listTests(30417, { page: 3, perPage: 25 }));
      expect(error).toMatchObject({ code, kind, retryable, facts: { upstreamStatus: status } });
      expect(error.message).toContain('page 3 of the tests of product 30417');
      expect(error.message).toContain(`${status}`);
      expect(error.facts.next).toMatch(/\w+/);
      expect(`${error.message} ${error.facts.next}`).not.toContain('SECRET');
    }
    expect(fixture.seen).toHaveLength(5 * (retryable ? 2 : 1));
  });

  it.each([301, 302, 307])('does not follow a %i, which could carry the token elsewhere', async (status) => {
    fixture.handler = text('', status, { location: `${fixture.baseUrl}/elsewhere` });
    const error = await errorOf(fixture.client().listProducts());
    expect(error).toMatchObject({ code: 'api_unreadable_answer', facts: { upstreamStatus: status } });
    expect(fixture.seen).toHaveLength(1);
  });

  it('says how often it tried', async () => {
    fixture.handler = text('', 503);
    expect((await errorOf(fixture.client().getBug(12))).message).toBe(
      'Test IO failed on its own side when asked for bug 12 (503). It was tried 4 times.',
    );
  });
});

describe('answers that are no data', () => {
  it.each([
    ['a web page', '<!doctype html><title>Sign in</title>', /web page/],
    ['nothing', '', /not complete JSON/],
    ['half of an object', '{"products": [{"id": 30417, "na', /not complete JSON/],
  ])('takes %s for a passing fault', async (_, body, why) => {
    fixture.handler = text(body);
    const error = await errorOf(fixture.client().listProducts());
    expect(error).toMatchObject({
      code: 'api_unreadable_answer',
      kind: 'upstream',
      retryable: true,
      facts: { upstreamStatus: 200 },
    });
    expect(error.message).toMatch(why);
    expect(error.cause).toBeUndefined();
    expect(fixture.seen).toHaveLength(4);

    fixture.handler = (_seen, response) => {
      fixture.handler = (_next, second) => json(second, sample('products'));
      response.end(body);
    };
    expect(await fixture.client().listProducts()).toHaveLength(2);
  });

  it('takes a connection that ends within the answer for a passing fault', async () => {
    fixture.handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"products": [');
      setImmediate(() => response.socket?.destroy());
    };
    const error = await errorOf(fixture.client().listProducts());
    expect(error).toMatchObject({ code: 'api_unreadable_answer', retryable: true });
    expect(fixture.seen).toHaveLength(4);
  });

  it('reads answers in gzip, broken ones as a passing fault', async () => {
    const packed = gzipSync(JSON.stringify(sample('products')));
    fixture.handler = text(packed, 200, { 'content-encoding': 'gzip' });
    expect(await fixture.client().listProducts()).toHaveLength(2);
    fixture.handler = text(packed.subarray(0, 60), 200, { 'content-encoding': 'gzip' });
    expect(await errorOf(fixture.client().listProducts())).toMatchObject({
      code: 'api_unreadable_answer',
      retryable: true,
    });
  });
});

describe('answers of another shape', () => {
  it.each([
    ['a list at the root', []],
    ['a text', 'ok'],
    ['null', null],
    ['no envelope', { items: [] }],
    ['an object where the list belongs', { exploratory_tests: {} }],
    ['null where the list belongs', { exploratory_tests: null }],
    ['an element that is no object', { exploratory_tests: [3] }],
    ['an element without id', { exploratory_tests: [{ title: 'x' }] }],
    ['an id of 0', { exploratory_tests: [{ id: 0 }] }],
    ['a negative id', { exploratory_tests: [{ id: -4 }] }],
    ['an id as text', { exploratory_tests: [{ id: '4' }] }],
    ['a broken id', { exploratory_tests: [{ id: 4.5 }] }],
    ['a feature without id', { exploratory_tests: [{ id: 4, features: [{ title: 'x' }] }] }],
  ])('refuses %s, without asking again', async (_, body) => {
    fixture.handler = (_seen, response) => json(response, body);
    const error = await errorOf(fixture.client().listTests(30417, { page: 1, perPage: 25 }));
    expect(error).toMatchObject({
      code: 'api_unreadable_answer',
      kind: 'upstream',
      retryable: false,
      facts: { upstreamStatus: 200 },
    });
    expect(error.message).toContain('page 1 of the tests of product 30417');
    expect(fixture.seen).toHaveLength(1);
  });

  it('names the place', async () => {
    fixture.handler = (_, response) => json(response, { exploratory_tests: [{ id: 4, features: [{ id: null }] }] });
    const error = await errorOf(fixture.client().listTests(30417, { page: 1, perPage: 25 }));
    expect(error.message).toContain('exploratory_tests[0].features[0].id is not a positive whole number');
  });

  it('refuses an answer about another id', async () => {
    const other = { id: 8, test: { id: 1 } };
    fixture.handler = (_, response) =>
      json(response, {
        ...other,
        product: other,
        exploratory_test: other,
        bug: other,
        connection: other,
        test_environment: other,
      });
    const client = fixture.client();
    const calls = [
      client.getProduct(7),
      client.getTest(7),
      client.getBug(7),
      client.getUserStory(7),
      client.getConnection(7),
      client.getTestEnvironment(5, 7),
    ];
    for (const call of calls) {
      expect(await errorOf(call)).toMatchObject({ code: 'api_unreadable_answer', retryable: false });
    }
  });

  it('refuses bugs of tests that were not asked for', async () => {
    fixture.handler = (_, response) => json(response, sample('bugs'));
    expect(await errorOf(fixture.client().listBugs({ testIds: [1, 2] }))).toMatchObject({
      code: 'api_unreadable_answer',
    });
  });

  it('leaves products out that were not asked for', async () => {
    fixture.handler = (_, response) => json(response, sample('products'));
    expect(await fixture.client().listProducts({ ids: [30982, 5] })).toMatchObject([{ id: 30982 }]);
  });
});

describe('onRequest', () => {
  it('tells every attempt', async () => {
    const events: RequestEvent[] = [];
    fixture.handler = (_, response) => {
      fixture.handler = (_seen, second) => json(second, sample('products'));
      json(response, {}, 503);
    };
    await fixture.client({ onRequest: (event) => events.push(event) }).listProducts({ ids: [30417] });
    const path = '/products?filter%5Bproduct_ids%5D%5B%5D=30417';
    const ms = expect.any(Number);
    expect(events).toEqual([
      { method: 'GET', path, status: 503, ms, attempt: 1, error: 'api_server_error' },
      { method: 'GET', path, status: 200, ms, attempt: 2 },
    ]);
  });

  it('survives a listener that throws', async () => {
    fixture.handler = (_, response) => json(response, sample('products'));
    const onRequest = () => {
      throw new Error('broken listener');
    };
    expect(await fixture.client({ onRequest }).listProducts()).toHaveLength(2);
  });
});
