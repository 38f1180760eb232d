import { connect } from 'node:net';
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

describe('too much', () => {
  test('a body of 100 MB is refused before it is read, declared or not', async () => {
    const declared = await send(
      open,
      'POST /api/v1/products HTTP/1.1',
      ['Content-Type: application/json', `Content-Length: ${100 * 2 ** 20}`],
      '{',
    );
    expect(declared).toMatch(/^HTTP\/1\.1 413/);
    const chunk = Buffer.alloc(2 ** 20, 'x');
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk);
      },
    });
    const init = { method: 'POST', body: chunks, duplex: 'half', headers: { 'Content-Type': 'application/json' } };
    // It may be cut off while it still sends, which fetch reports as its own failure.
    const status = await open.get('/api/v1/products', init as RequestInit).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect((await open.get('/health/live')).status).toBe(200);
  });

  test('a flood of headers is refused', async () => {
    const flood = Array.from({ length: 2_000 }, (_, index) => `X-${index}: ${'y'.repeat(50)}`);
    expect(await send(open, 'GET /health/live HTTP/1.1', flood, '')).toMatch(/^HTTP\/1\.1 431/);
    expect((await open.get('/health/live')).status).toBe(200);
  });

  test('a client that sends more requests than it may is told when to come back', async () => {
    const limited = await startHttp({ ...home.env, TESTIO_HTTP_REQUESTS_PER_MINUTE: '5' });
    try {
      const answers = [];
      for (let count = 0; count < 6; count += 1) answers.push(await limited.get('/health/live'));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
      expect(Number(answers[5]?.headers.get('Retry-After'))).toBeGreaterThan(0);
    } finally {
      await limited.stop();
    }
  });

  test('sessions beyond a thousand take the place of the oldest', { timeout: 120_000 }, async () => {
    const begin = async () => {
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
      const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      const answer = await open.get('/mcp', { method: 'POST', headers, body });
      await answer.text();
      return answer.headers.get('mcp-session-id') ?? '';
    };
    const ping = async (session: string) => {
      const headers = {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'Mcp-Session-Id': session,
      };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });
      const answer = await open.get('/mcp', { method: 'POST', headers, body });
      await answer.text();
      return answer.status;
    };
    const first = await begin();
    expect(await ping(first)).toBe(200);
    for (let batch = 0; batch < 100; batch += 1) await Promise.all(Array.from({ length: 10 }, begin));
    const last = await begin();
    expect([await ping(first), await ping(last)]).toEqual([404, 200]);
  });
});

describe('what is smuggled', () => {
  test('another method in a header changes nothing', async () => {
    const answer = await open.raw('/api/v1/products', { 'X-HTTP-Method-Override': 'DELETE' });
    expect(answer.status).toBe(200);
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

/** Sends a request as it is given, and answers with what comes back until the connection ends. */
async function send({ address }: HttpServer, line: string, headers: readonly string[], body: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (part) => {
    received += part;
  });
  // A server that refuses to read on resets the connection after its answer.
  socket.on('error', () => undefined);
  socket.write([line, `Host: ${hostname}`, 'Connection: close', ...headers, '', body].join('\r\n'));
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}
