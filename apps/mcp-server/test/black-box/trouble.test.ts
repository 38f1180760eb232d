import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, fill, type Home, makeHome } from './filled-store.ts';
import { type ServerProcess, startServer } from './server-process.ts';

let sandbox: Sandbox;
let home: Home;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = makeHome(sandbox);
});
afterEach(() => {
  sandbox.clearFaults();
  for (const { child } of servers.splice(0)) child.kill('SIGKILL');
  home.remove();
});

function start(env: Record<string, string>): ServerProcess {
  const server = startServer({ env: { ...home.env, LOG_LEVEL: 'info', ...env } });
  servers.push(server);
  return server;
}

async function answer(
  server: ServerProcess,
  name: string,
  input: Record<string, unknown> = {},
): Promise<CallToolResult> {
  return (await server.request('tools/call', { name, arguments: input })).result as CallToolResult;
}

/** Sentences that the server sent to the client's log. */
function told({ lines }: ServerProcess): string[] {
  return lines
    .map((line) => JSON.parse(line) as { method?: string; params?: { data: string } })
    .filter(({ method }) => method === 'notifications/message')
    .map(({ params }) => params?.data ?? '');
}

describe('a store that was never synced', () => {
  test('is filled by itself, and the client is told', async () => {
    const server = start({ TESTIO_REFRESH_INTERVAL_SECONDS: '3600' });
    await server.initialize();
    await server.seen(/The first sync has ended/);
    const { structuredContent } = await answer(server, 'list_products');
    expect(structuredContent).toMatchObject({ total: sandbox.state().counts.products });
    expect(told(server)[0]).toContain('started');
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
  });

  test('is left alone when nothing may happen in the background, and answers say that it is empty', async () => {
    sandbox.clearRequests();
    const server = start({});
    await server.initialize();
    const { structuredContent, isError, content } = await answer(server, 'list_products');
    expect(isError).toBe(true);
    expect(structuredContent).toBeUndefined();
    expect(JSON.stringify(content)).toContain('Nothing was synced into the local copy yet');
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
    expect(sandbox.requests()).toEqual([]);
  });

  test('a wrong token is named as such, to the client and in the log, and the server answers on', async () => {
    const server = start({
      TESTIO_REFRESH_INTERVAL_SECONDS: '3600',
      TESTIO_CUSTOMER_API_TOKEN: 'wrong-token-0123456789',
    });
    await server.initialize();
    await server.seen(/The first sync has ended as failed/);
    expect(told(server).join('\n')).toMatch(/token/i);
    expect(server.stderr()).toMatch(/"kind":"authentication"/);
    expect(server.stderr()).toMatch(/"upstream_status":401/);
    const { structuredContent } = await answer(server, 'get_server_diagnostics', { check_api: true });
    expect(structuredContent).toMatchObject({
      api: { connected: false, error: { message: expect.stringMatching(/token/i) } },
    });
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
    expect(server.stderr() + server.lines.join('')).not.toContain('wrong-token-0123456789');
  });
});

test('a filled store is not synced again at every start, unless that is asked for', async () => {
  await fill(home);
  sandbox.clearRequests();
  const forced = start({ TESTIO_FORCE_INITIAL_SYNC: 'true' });
  await forced.initialize();
  await forced.seen(/The first sync has ended/);
  expect(sandbox.requests()).not.toEqual([]);
  forced.child.stdin.end();
  expect(await forced.exit()).toBe(0);
});

test('a filled store that is fresh is left alone, and one that got old is synced at start', async () => {
  await fill(home);
  sandbox.clearRequests();
  const fresh = start({ TESTIO_REFRESH_INTERVAL_SECONDS: '3600', LOG_LEVEL: 'debug' });
  await fresh.initialize();
  await fresh.seen(/nothing is due/);
  fresh.child.stdin.end();
  expect(await fresh.exit()).toBe(0);
  expect(sandbox.requests()).toEqual([]);

  const stale = start({ TESTIO_REFRESH_INTERVAL_SECONDS: '1' });
  await stale.initialize();
  await stale.seen(/"why":"stale"/);
  await stale.seen(/sync ended/);
  stale.child.stdin.end();
  expect(await stale.exit()).toBe(0);
});

test('with the API down a filled store answers, and says how far to trust it', async () => {
  await fill(home);
  const [test_id] = sandbox.state().ids.tests;
  const client = await connect({ ...home.env, TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:9/customer/v2' });
  try {
    const listed = (await client.callTool({
      name: 'list_tests',
      arguments: { include_bug_counts: true },
    })) as CallToolResult;
    expect(listed.structuredContent).toMatchObject({
      total: sandbox.state().counts.tests,
      as_of: expect.stringMatching(/Z$/),
    });
    const summary = (await client.callTool({
      name: 'get_test_summary',
      arguments: { test_id, freshness: 'now' },
    })) as CallToolResult;
    expect(summary.structuredContent).toMatchObject({
      test: { id: test_id },
      completeness: {
        complete: false,
        missing: expect.arrayContaining([expect.objectContaining({ what: 'refresh' })]),
      },
    });
  } finally {
    await client.close();
  }
});

test('a call that the client cancels is not answered, the next one is', async () => {
  await fill(home);
  sandbox.addFaults([{ match: { path: '/exploratory_tests/' }, fault: 'slow:60000' }]);
  const server = start({});
  await server.initialize();
  const [test_id] = sandbox.state().ids.tests;
  server.send({
    id: 70,
    method: 'tools/call',
    params: { name: 'get_test_summary', arguments: { test_id, freshness: 'now' } },
  });
  server.send({ method: 'notifications/cancelled', params: { requestId: 70, reason: 'no longer needed' } });
  await answer(server, 'list_products');
  // The end of input would wait for calls in flight: this one is none any more.
  server.child.stdin.end();
  expect(await server.exit()).toBe(0);
  expect(server.lines.filter((line) => line.includes('"id":70'))).toEqual([]);
});

test('the end of input waits for a call in flight', async () => {
  await fill(home);
  sandbox.addFaults([{ match: { path: '/exploratory_tests/' }, fault: 'slow:1500' }]);
  const server = start({});
  await server.initialize();
  const [test_id] = sandbox.state().ids.tests;
  const asked = answer(server, 'get_test_summary', { test_id, freshness: 'now' });
  await answer(server, 'list_products');
  server.child.stdin.end();
  expect((await asked).structuredContent).toMatchObject({ test: { id: test_id } });
  expect(await server.exit()).toBe(0);
});

test('a second signal ends the server at once, a call in flight or not', async () => {
  await fill(home);
  sandbox.addFaults([{ match: { path: '/exploratory_tests/' }, fault: 'slow:60000' }]);
  const server = start({ SHUTDOWN_GRACE_PERIOD_SECONDS: '60' });
  await server.initialize();
  const [test_id] = sandbox.state().ids.tests;
  server.send({
    id: 70,
    method: 'tools/call',
    params: { name: 'get_test_summary', arguments: { test_id, freshness: 'now' } },
  });
  await answer(server, 'list_products');
  server.child.kill('SIGTERM');
  await server.seen(/"msg":"stopping"/);
  server.child.kill('SIGTERM');
  const asked = performance.now();
  expect(await server.exit()).toBe(143);
  expect(performance.now() - asked).toBeLessThan(3_000);
});
