import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { type HttpServer, startHttp } from './http-server.ts';

const SECRET = 'a-long-secret-of-this-server';
const BEARER = { Authorization: `Bearer ${SECRET}` };
const ROUTES = [
  '/',
  '/mcp',
  '/openapi.json',
  '/api/v1/products',
  '/api/v1/diagnostics',
  '/api/v1/nothing',
  '/api/products',
  '/nothing',
];
const OPEN_ROUTES = ['/health/live', '/health/ready', '/style.css', '/sign-in'];

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;
/** The same without a secret. */
let open: HttpServer;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  const env = {
    ...home.env,
    TESTIO_HTTP_ALLOWED_ORIGINS: 'https://dash.example.com',
    TESTIO_HTTP_REQUESTS_PER_MINUTE: '0',
  };
  server = await startHttp({ ...env, TESTIO_HTTP_TOKEN: SECRET });
  open = await startHttp(env);
});
afterAll(async () => {
  await Promise.all([server.stop(), open.stop()]);
  await sandbox.close();
  home.remove();
});

test('every answer, a refusal, too, tells browsers to do nothing with it but show it', async () => {
  const everywhere = {
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'self'; .*frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
  for (const path of [...ROUTES, ...OPEN_ROUTES]) {
    for (const headers of [BEARER, {}, { Host: 'evil.example' }]) {
      const answer = await server.raw(path, headers);
      expect({ path, ...answer.headers }).toMatchObject({ path, ...everywhere });
      expect(answer.headers['strict-transport-security'], path).toBeUndefined();
    }
  }
});

describe('a foreign host', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.1.2.3'])(
    '%j in the Host header is refused on every route',
    async (host) => {
      for (const path of [...ROUTES, ...OPEN_ROUTES]) {
        const answer = await server.raw(path, { ...BEARER, Host: host });
        expect({ path, status: answer.status }).toEqual({ path, status: 403 });
        expect(answer.body).toContain('host_not_allowed');
      }
    },
  );

  test.each(['user@localhost', 'localhost:80/x', 'local host'])('%j is no host at all', async (host) => {
    expect((await server.raw('/health/live', { ...BEARER, Host: host })).status).toBe(400);
  });

  test.each(['localhost', 'LOCALHOST:1234', '127.0.0.1:99', '[::1]:8080'])('%s is none', async (host) => {
    expect((await server.raw('/health/live', { Host: host })).status).toBe(200);
  });
});

describe('a foreign origin', () => {
  test.each(['https://evil.example', 'null', 'http://localhost:1', 'https://dash.example.com.evil.example', 'file://'])(
    '%s is refused on every route',
    async (origin) => {
      for (const path of [...ROUTES, ...OPEN_ROUTES]) {
        const answer = await server.raw(path, { ...BEARER, Origin: origin });
        expect({ path, status: answer.status }).toEqual({ path, status: 403 });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );

  test('is allowed by name only, also in the question that browsers ask first', async () => {
    const origin = 'https://dash.example.com';
    const asked = await server.raw(
      '/api/v1/products',
      { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      'OPTIONS',
    );
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, origin]);
    const answer = await server.raw('/api/v1/products', { ...BEARER, Origin: origin });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
  });

  test('is not what the pages of the server itself have', async () => {
    expect((await server.raw('/health/live', { Origin: server.address })).status).toBe(200);
  });
});

describe('the secret', () => {
  test('is asked for on everything but health, style and the sign-in', async () => {
    for (const path of ROUTES) {
      for (const headers of [
        {},
        { Authorization: 'Bearer wrong' },
        { Authorization: `Basic ${SECRET}` },
        { Cookie: 'testio_mcp=1.x' },
      ]) {
        const answer = await server.raw(path, headers);
        expect({ path, headers, status: answer.status }).toEqual({ path, headers, status: 401 });
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      }
      const answer = await server.raw(path, BEARER);
      expect({ path, refused: answer.status === 401 }).toEqual({ path, refused: false });
    }
    for (const path of OPEN_ROUTES) expect((await server.raw(path, {})).status).toBe(200);
  });

  test('is named to clients that look for OAuth, which is not there', async () => {
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server/mcp']) {
      const answer = await server.raw(path, {});
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({
        code: 'route_not_found',
        next: expect.stringContaining('Bearer'),
      });
    }
  });

  test('opens the pages through a cookie that does not hold it', async () => {
    const toSignIn = await server.get('/', { headers: { Accept: 'text/html' } });
    expect([toSignIn.status, toSignIn.headers.get('Location')]).toEqual([303, '/sign-in']);
    const signIn = (token: string) =>
      server.get('/sign-in', {
        method: 'POST',
        body: new URLSearchParams({ token }),
        headers: { Origin: server.address },
      });
    expect((await signIn('wrong')).status).toBe(401);
    const cookie = (await signIn(SECRET)).headers.get('Set-Cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(SECRET);
    const [pair = ''] = cookie.split(';');
    expect((await server.get('/', { headers: { Cookie: pair } })).status).toBe(200);
    const later = pair.replace(/=\d/, '=9');
    expect((await server.get('/', { headers: { Cookie: later } })).status).toBe(401);
  });

  test('stands in no answer and no line of the log', async () => {
    await server.raw('/api/v1/products', { Authorization: `Bearer ${SECRET}x` });
    for (const path of [...ROUTES, ...OPEN_ROUTES]) {
      const { body, headers } = await server.raw(path, BEARER);
      expect(body + JSON.stringify(headers)).not.toContain(SECRET);
      expect(body).not.toContain(sandbox.token);
    }
    expect(server.process.stderr()).not.toContain(SECRET);
  });
});

describe('what is smuggled', () => {
  test('another method in a header or a parameter changes nothing', async () => {
    const sent = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name) => ({ [name]: 'POST' }));
    for (const headers of [{ 'X-HTTP-Method-Override': 'DELETE' }, ...sent]) {
      expect((await open.raw('/api/v1/products', headers)).status).toBe(200);
      expect((await open.raw('/api/v1/reports', headers)).status).toBe(405);
      expect((await open.raw('/api/v1/reports?_method=POST', headers)).status).toBe(405);
    }
  });

  test.each([
    '/api/%0d%0aSet-Cookie:%20a=b',
    '/api/products?x=%0d%0aSet-Cookie:%20a=b',
    '/%0d%0aX-Bad:%201',
    '//evil.example/%2e%2e',
  ])('%s puts no header into the answer and leads nowhere else', async (path) => {
    const { headers } = await open.raw(path, {});
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['x-bad']).toBeUndefined();
    expect(headers.location ?? '/').toMatch(/^\/(?!\/)/);
  });
});
