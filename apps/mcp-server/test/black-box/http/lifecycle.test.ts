import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { startServer } from '../server-process.ts';
import { type HttpServer, startHttp } from './http-server.ts';

let sandbox: Sandbox;
let home: Home;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
});
afterAll(async () => {
  await sandbox.close();
  home.remove();
});

test('a server that was never synced lives, but is not ready', async () => {
  const empty = makeHome(sandbox);
  const server = await startHttp(empty.env);
  try {
    expect((await server.get('/health/live')).status).toBe(200);
    const ready = await server.get('/health/ready');
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'never_synced', as_of: null }]);
    const list = await server.get('/api/v1/tests');
    expect([list.status, await list.json()]).toMatchObject([503, { code: 'store_never_synced', retryable: true }]);
    expect(await (await server.get('/')).text()).toContain('Nothing was synced yet');
  } finally {
    await server.stop();
    empty.remove();
  }
});

/** A request whose body is still to come. */
async function begun({ address }: HttpServer) {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const answer = text(socket);
  socket.write(
    `POST /api/v1/products HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
  );
  // The server has the request once it asks for the body.
  await once(socket, 'data');
  return { answer, finish: () => socket.write('{}') };
}

test('a request in flight gets its answer after the server was told to stop, and nobody else is let in', async () => {
  const server = await startHttp({ ...home.env, LOG_LEVEL: 'info' });
  const { answer, finish } = await begun(server);
  const exited = server.stop();
  await server.process.seen(/stopping/);
  await expect(server.get('/health/live')).rejects.toThrow();
  finish();
  expect(await answer).toMatch(/HTTP\/1\.1 200 OK[\s\S]+"products"/);
  expect(await exited).toBe(143);
});

test('a second signal ends it at once', async () => {
  const server = await startHttp({ ...home.env, LOG_LEVEL: 'info', SHUTDOWN_GRACE_PERIOD_SECONDS: '60' });
  const { answer } = await begun(server);
  server.process.child.kill('SIGINT');
  await server.process.seen(/stopping/);
  const asked = performance.now();
  server.process.child.kill('SIGINT');
  expect(await server.process.exit()).toBe(130);
  expect(performance.now() - asked).toBeLessThan(30_000);
  expect(await answer).not.toContain('"products"');
});

test('a port that is taken is named, with exit code 2', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const server = startServer({ env: home.env, args: ['--transport', 'http', '--port', `${port}`] });
  expect(await server.exit()).toBe(2);
  expect(server.stderr()).toContain(`${port}`);
  expect(server.stderr()).not.toMatch(/^\s+at /m);
  other.close();
});

test('two servers on one store both answer', async () => {
  const [one, two] = await Promise.all([startHttp(home.env), startHttp(home.env)]);
  const ask = async (server: typeof one) =>
    ((await (await server.get('/api/v1/tests?per_page=1')).json()) as { total: number }).total;
  const totals = await Promise.all([ask(one), ask(two)]);
  expect(totals[0]).toBeGreaterThan(0);
  expect(totals[1]).toBe(totals[0]);
  expect(await Promise.all([one.stop(), two.stop()])).toEqual([143, 143]);
});
