import { inspect } from 'node:util';
import type { TestioError } from '@testio-mcp/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestEvent } from '../src/index.ts';
import { ENDPOINTS } from './endpoints.ts';
import { errorOf, type Fixture, type Handler, json, startFixture, TOKEN } from './fixture-server.ts';
import { kindOf, mutate, pathsOf } from './mutations.ts';
import type { Sample } from './samples.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** Everything that can be seen of a value, hidden members, causes and stacks included. */
function everythingOf(value: unknown): string {
  const error = value as TestioError;
  return [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    JSON.stringify(value),
    JSON.stringify(error.facts),
    JSON.stringify(error.report?.()),
    `${error.stack}`,
  ].join('\n');
}

describe('the token', () => {
  /** Says the token in every place an answer has. */
  const echoing =
    (status: number, body: (token: string) => string): Handler =>
    ({ headers }, response) => {
      const token = headers.authorization ?? '';
      response.writeHead(status, token, {
        'retry-after': token,
        location: `/${encodeURIComponent(token)}`,
        'www-authenticate': token,
        'x-echo': token,
      });
      response.end(body(token));
    };

  const echoes: [string, Handler][] = [
    ...[302, 400, 401, 403, 404, 407, 422, 429, 500, 503].map((status): [string, Handler] => [
      `${status}`,
      echoing(status, (token) => JSON.stringify({ error: token })),
    ]),
    ['a web page', echoing(200, (token) => `<html>${token}</html>`)],
    ['half of a JSON text', echoing(200, (token) => `{"products": "${token}`)],
    ['another shape', echoing(200, (token) => JSON.stringify({ [token]: token }))],
    ['an element without id', echoing(200, (token) => JSON.stringify({ products: [{ id: token, [token]: 1 }] }))],
    ['another id', echoing(200, (token) => JSON.stringify({ product: { id: 2, name: token }, products: [token] }))],
    ['broken HTTP', ({ headers }, response) => response.socket?.end(`HTTP/1.1 ${headers.authorization}\r\n\r\n`)],
    ['a broken connection', (_, response) => response.socket?.resetAndDestroy()],
    ['silence', () => undefined],
  ];

  it.each(echoes)('does not show up in the error after %s', async (_, handler) => {
    fixture.handler = handler;
    const events: RequestEvent[] = [];
    const client = fixture.client({ maxAttempts: 2, timeoutMs: 100, onRequest: (event) => events.push(event) });
    const errors = [await errorOf(client.listProducts()), await errorOf(client.getProduct(1))];
    for (const error of errors) expect(everythingOf(error)).not.toContain(TOKEN);
    expect(events).not.toEqual([]);
    expect(everythingOf(events)).not.toContain(TOKEN);
    // The check itself can see a token that hides in a cause.
    expect(everythingOf(new Error('x', { cause: { headers: { authorization: TOKEN } } }))).toContain(TOKEN);
  });

  it('does not show up when the connection fails', async () => {
    const proxy = 'http://user:proxy-secret@127.0.0.1:1';
    const clients = [
      fixture.client({ baseUrl: 'http://127.0.0.1:1/v2' }),
      fixture.client({ baseUrl: 'http://no-such-host.invalid' }),
      fixture.client({ baseUrl: fixture.baseUrl.replace('http:', 'https:') }),
      fixture.client({ env: { HTTP_PROXY: proxy } }),
      fixture.client({ baseUrl: 'https://api.example', env: { HTTPS_PROXY: proxy } }),
    ];
    for (const client of clients) {
      const shown = everythingOf(await errorOf(client.listProducts()));
      expect(shown).not.toContain(TOKEN);
      expect(shown).not.toContain('proxy-secret');
      expect(shown).not.toContain(Buffer.from('user:proxy-secret').toString('base64'));
    }
  });

  it('does not show up in errors about options', () => {
    for (const options of [
      { token: `${TOKEN} x` },
      { env: { HTTPS_PROXY: `ftp://${TOKEN}@proxy` } },
      { baseUrl: TOKEN },
    ]) {
      let error: unknown;
      try {
        fixture.client(options);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ kind: 'configuration' });
      expect(everythingOf(error)).not.toContain(TOKEN);
    }
  });

  it('does not show up in the client', () => {
    expect(everythingOf(fixture.client())).not.toContain(TOKEN);
  });
});

describe('credentials of test environments', () => {
  const SECRET = 'c0ffee-credential';
  const ENVIRONMENT = {
    id: 22816,
    title: 'Preview',
    url: `https://crowd:${SECRET}@preview.example`,
    username: SECRET,
    password: SECRET,
    access: SECRET,
    proxy: SECRET,
    environment_test_information: { id: 1, page_url: SECRET, description: SECRET, data_type: 'custom' },
    binary_app: { id: 2, url: SECRET },
    brand_new_member: { deep: [SECRET] },
  };

  /** Gives every object of the answer an environment, and credentials of its own. */
  function plant(answer: Sample): Sample {
    for (const path of [[], ...pathsOf(answer)]) {
      const target = path.reduce((at: Sample, key) => at?.[key], answer);
      if (kindOf(target) !== 'object') continue;
      const { id: _id, title: _title, url: _url, brand_new_member: _new, ...own } = ENVIRONMENT;
      const planted = structuredClone({ ...own, test_environment: ENVIRONMENT });
      Object.assign(target, planted, { test_environments: target.test_environments ?? [planted, SECRET] });
    }
    return answer;
  }

  it.each(ENDPOINTS)('are in nothing that $name returns', async ({ answer, ask }) => {
    const planted = plant(answer());
    expect(JSON.stringify(planted)).toContain(SECRET);
    fixture.handler = (_, response) => json(response, planted);
    const entity = await ask(fixture.client());
    expect(everythingOf(entity)).not.toContain(SECRET);
    expect(everythingOf(entity)).not.toContain('not-a-real-secret');
  });

  it.each(ENDPOINTS)('are in nothing that $name returns for an environment that is no object', async (endpoint) => {
    for (const environment of [
      SECRET,
      [SECRET],
      [[SECRET]],
      { id: SECRET, title: SECRET },
      { id: 4, title: [SECRET] },
    ]) {
      const planted = endpoint.answer();
      for (const path of pathsOf(planted)) {
        if (path.at(-1) === 'id') mutate(planted, [...path.slice(0, -1), 'test_environment'], environment);
      }
      fixture.handler = (_, response) => json(response, planted);
      expect(everythingOf(await endpoint.ask(fixture.client()))).not.toContain(SECRET);
    }
  });

  it('are dropped at any depth and in any spelling', async () => {
    const names = fc.constantFrom(
      ...[
        'username',
        'user_name',
        'userName',
        'PASSWORD',
        'passwd',
        'pwd',
        'passphrase',
        'login',
        'access',
        'access_info',
      ],
      ...['accessToken', 'proxy', 'proxy_password', 'api_key', 'apiKey', 'auth', 'authorization', 'client_secret'],
      ...['environment', 'environment_test_information', 'testEnvironment', 'test_environment_comment', 'binary_app'],
      ...['pass\u0000word', ' username ', 'credentials', 'cookie'],
    );
    const way = fc.array(fc.constantFrom('a', 'b', 'list'), { maxLength: 5 });
    const held = fc.constantFrom<unknown>(SECRET, [SECRET], { id: 1, title: 'T', value: SECRET });
    await fc.assert(
      fc.asyncProperty(names, way, held, async (name, path, value) => {
        const inner: Sample = { [name]: value, kept: 'kept text' };
        const nested = path.reduceRight((below: Sample, key) => ({ [key]: key === 'list' ? [below] : below }), inner);
        fixture.handler = (_, response) => json(response, { bugs: [{ id: 1, test: { id: 9 }, nested }] });
        const shown = JSON.stringify(await fixture.client().listBugs({ testIds: [9] }));
        expect(shown).not.toContain(SECRET);
        expect(shown).toContain('kept text');
      }),
      { numRuns: 150 },
    );
  });
});
