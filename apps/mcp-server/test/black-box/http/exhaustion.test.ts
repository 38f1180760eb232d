import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { type HttpServer, startHttp } from './http-server.ts';

/** How many clients begin a session and never come back: the proof is 10,000. */
const { HTTP_SESSIONS = '4000' } = process.env;
const KEPT_SESSIONS = 1_000;
const AT_A_TIME = 10;
/** What the process may take with all the sessions that it keeps. */
const MOST_BYTES = 500e6;
/** What a session may leave behind that went for another: a kept one takes some 70 KB. */
const MOST_LEFT_BYTES = 25e3;

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  server = await startHttp({ ...home.env, TESTIO_HTTP_REQUESTS_PER_MINUTE: '0' });
});
afterAll(async () => {
  await server.stop();
  await sandbox.close();
  home.remove();
});

test('a body of 100 MB is refused before it is read, declared or not', async () => {
  const declared = await send(
    server,
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
  const status = await server.get('/api/v1/products', init as RequestInit).then(
    (answer) => answer.status,
    () => 413,
  );
  expect(status).toBe(413);
  expect((await server.get('/health/live')).status).toBe(200);
});

test('a flood of headers is refused', async () => {
  const flood = Array.from({ length: 2_000 }, (_, index) => `X-${index}: ${'y'.repeat(50)}`);
  expect(await send(server, 'GET /health/live HTTP/1.1', flood, '')).toMatch(/^HTTP\/1\.1 431/);
  expect((await server.get('/health/live')).status).toBe(200);
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

test('idle sessions beyond a thousand take the place of the oldest, and memory stays bounded', {
  timeout: 600_000,
}, async () => {
  const first = await beginSession();
  expect(await ping(first)).toBe(200);
  const begin = async (count: number) => {
    for (let begun = 0; begun < count; begun += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, beginSession));
    }
  };
  // Garbage of twice as many as are kept is there before anything is compared.
  const before = 2 * KEPT_SESSIONS;
  await begin(before);
  const full = await residentBytes();
  const rest = Number(HTTP_SESSIONS) - before;
  await begin(rest);
  const last = await beginSession();
  expect([await ping(first), await ping(last)]).toEqual([404, 200]);
  const [, sessions] = /^testio_mcp_mcp_sessions (\d+)$/m.exec(await (await server.get('/metrics')).text()) ?? [];
  expect(Number(sessions)).toBe(KEPT_SESSIONS);
  const after = await residentBytes();
  expect(full).toBeLessThan(MOST_BYTES);
  expect((after - full) / rest).toBeLessThan(MOST_LEFT_BYTES);
});

test('a client that sends its headers or its body too slowly is cut off, and nobody else waits for it', {
  timeout: 120_000,
}, async () => {
  const headers = await trickle('/api/v1/products', []);
  const begun = [
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'Content-Length: 10',
    '',
  ];
  const bodies = [await trickle('/api/v1/products', begun), await trickle('/mcp', begun)];
  expect((await server.get('/health/live')).status).toBe(200);
  expect((await server.get('/api/v1/products', { method: 'POST' })).status).toBe(200);
  expect(await headers.answer).toMatch(/^HTTP\/1\.1 408/);
  // The connection may end before an answer does.
  for (const { answer } of bodies) expect(await answer).toMatch(/^(HTTP\/1\.1 408|$)/);
  const said = `${server.process.stderr()}\n${home.contents()}`.split('\n');
  expect(said.filter((line) => line.includes('error of the program'))).toEqual([]);
});

const MCP_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

async function beginSession(): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const answer = await server.get('/mcp', { method: 'POST', headers: MCP_HEADERS, body });
  await answer.text();
  return answer.headers.get('mcp-session-id') ?? '';
}

async function ping(session: string): Promise<number> {
  const headers = { ...MCP_HEADERS, 'Mcp-Session-Id': session };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });
  const answer = await server.get('/mcp', { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}

async function residentBytes(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(server.process.child.pid)]);
  return Number(stdout) * 1024;
}

/** Begins a request and leaves it at that. */
async function trickle(path: string, headers: readonly string[]): Promise<{ answer: Promise<string> }> {
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const answer = received(socket);
  socket.write([`POST ${path} HTTP/1.1`, `Host: ${hostname}`, ...headers, ''].join('\r\n'));
  return { answer };
}

/** Sends a request as it is given, and answers with what comes back until the connection ends. */
async function send({ address }: HttpServer, line: string, headers: readonly string[], body: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  const answer = received(socket);
  socket.write([line, `Host: ${hostname}`, 'Connection: close', ...headers, '', body].join('\r\n'));
  return answer;
}

async function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  // A server that refuses to read on resets the connection after its answer.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}
