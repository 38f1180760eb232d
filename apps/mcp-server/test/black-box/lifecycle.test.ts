import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadConfig, openRuntime } from '@testio-mcp/runtime';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ServerProcess, startServer } from './server-process.ts';

let sandbox: Sandbox;
let home: string;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'testio-server-'));
});
afterEach(() => {
  sandbox.clearFaults();
  for (const { child } of servers.splice(0)) child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

function settings(env: Record<string, string> = {}): Record<string, string> {
  return {
    TESTIO_HOME: home,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_REFRESH_INTERVAL_SECONDS: '0',
    ...env,
  };
}

function start(env: Record<string, string> = {}, args: readonly string[] = []): ServerProcess {
  const server = startServer({ env: settings(env), args });
  servers.push(server);
  return server;
}

/** Fails when stdout holds anything but JSON-RPC messages, one a line. */
function expectProtocolLinesOnly({ lines }: ServerProcess): void {
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
}

describe('nothing is served', () => {
  test('without a token: one sentence that says what to do, exit 2', async () => {
    const server = start({ TESTIO_CUSTOMER_API_TOKEN: '' });
    expect(await server.exit()).toBe(2);
    expect(server.stderr().trim().split('\n')).toHaveLength(1);
    expect(server.stderr()).toContain('TESTIO_CUSTOMER_API_TOKEN');
    expect(server.stderr()).toContain('testio-mcp demo');
    expect(server.lines).toEqual([]);
  });

  test.each([
    [['--nonsense'], {}, '--nonsense'],
    [['--transport', 'pigeon'], {}, 'pigeon'],
    [['--transport', 'http', '--host', '0.0.0.0'], {}, 'TESTIO_HTTP_TOKEN'],
    [['--transport', 'http', '--port', 'eighty'], {}, 'TESTIO_HTTP_PORT'],
    [['--env-file', 'nowhere.env'], {}, 'nowhere.env'],
    [['--customer', '../../etc'], {}, 'TESTIO_CUSTOMER_NAME'],
    [[], { HTTP_TIMEOUT_SECONDS: 'soon', TESTIO_HTTP_PORT: '99999' }, 'TESTIO_HTTP_PORT'],
    [[], { ENABLED_TOOLS: 'list_unicorns' }, 'list_unicorns'],
  ])('with %j and %j: exit 2, named on stderr, no stack trace', async (args, env, named) => {
    const server = start(env, args);
    expect(await server.exit()).toBe(2);
    expect(server.stderr()).toContain(named);
    expect(server.stderr()).not.toMatch(/^\s+at /m);
    expect(server.lines).toEqual([]);
  });

  test('on a file that is no store: exit 1, the file is left as it was', async () => {
    const file = join(home, 'stores', 'default.db');
    const bytes = 'These are the minutes of a meeting, and no database. '.repeat(40);
    mkdirSync(join(home, 'stores'));
    writeFileSync(file, bytes);
    const server = start();
    expect(await server.exit()).toBe(1);
    expect(server.stderr().trim().split('\n')).toHaveLength(1);
    expect(server.stderr()).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(bytes);
    expect(server.lines).toEqual([]);
  });

  test('on a store that is newer than the program: exit 1, the file is left as it was', async () => {
    const file = join(home, 'stores', 'default.db');
    const runtime = await openRuntime(loadConfig({ env: settings() }));
    await runtime.close();
    const database = new DatabaseSync(file);
    database.exec("insert into mikro_orm_migrations (name) values ('999_of_the_future')");
    database.close();
    const bytes = readFileSync(file);
    const server = start();
    expect(await server.exit()).toBe(1);
    expect(server.stderr().trim().split('\n')).toHaveLength(1);
    expect(server.stderr()).toMatch(/newer/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(server.lines).toEqual([]);
  });

  test.each([
    ['--version', /^testio-mcp-server \d+\.\d+\.\d+\S*$/],
    ['--help', /^testio-mcp-server: /],
  ])('%s answers on stdout, without any setting', async (flag, first) => {
    const server = start({ TESTIO_CUSTOMER_API_TOKEN: '', LOG_LEVEL: 'nonsense' }, [flag]);
    expect(await server.exit()).toBe(0);
    expect(server.lines[0]).toMatch(first);
    expect(server.stderr()).toBe('');
  });
});

describe('an end of input', () => {
  test('ends the server with 0, after everything that was asked has been answered', async () => {
    const server = start();
    void server.initialize();
    const answers = [server.request('tools/list'), server.request('tools/call', { name: 'get_server_diagnostics' })];
    server.child.stdin.end();
    const [listed, called] = await Promise.all(answers);
    expect(listed?.result?.tools).not.toHaveLength(0);
    expect(called?.result?.isError).not.toBe(true);
    expect(await server.exit()).toBe(0);
    expect(server.lines).toHaveLength(3);
    expectProtocolLinesOnly(server);
  });

  test('ends it before a word was said, too', async () => {
    const server = start();
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
    expect(server.lines).toEqual([]);
  });

  test('ends it while the first sync is running, and the store stays consistent', async () => {
    sandbox.addFaults([{ match: { path: '/products/' }, fault: 'slow:60000' }]);
    const server = start({ TESTIO_REFRESH_INTERVAL_SECONDS: '3600', LOG_LEVEL: 'info' });
    await server.initialize();
    await server.seen(/sync started/);
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
    expectProtocolLinesOnly(server);
    expect(await lastRun()).toMatchObject({ status: 'cancelled' });
  });

  test('lines that are no JSON are skipped, the rest is answered', async () => {
    const server = start();
    server.child.stdin.write('hello?\n{"jsonrpc":"1.0"}\n');
    expect((await server.initialize()).result?.serverInfo).toMatchObject({ name: 'testio-mcp' });
    server.child.stdin.end();
    expect(await server.exit()).toBe(0);
    expectProtocolLinesOnly(server);
  });
});

describe('a signal', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s during a slow sync ends the server with %d within the grace period', async (signal, code) => {
    sandbox.addFaults([{ match: { path: '/products/' }, fault: 'slow:60000' }]);
    const server = start({
      TESTIO_REFRESH_INTERVAL_SECONDS: '3600',
      LOG_LEVEL: 'info',
      SHUTDOWN_GRACE_PERIOD_SECONDS: '5',
    });
    await server.initialize();
    await server.seen(/sync started/);
    const asked = performance.now();
    server.child.kill(signal);
    expect(await server.exit()).toBe(code);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expectProtocolLinesOnly(server);
    expect(server.stderr()).not.toMatch(/^\s+at /m);
    expect(await lastRun()).toMatchObject({ status: 'cancelled' });
  });
});

describe('a client that goes astray', () => {
  test('a line beyond all measure ends the server with 1, without waiting for calls', async () => {
    const server = start({ SHUTDOWN_GRACE_PERIOD_SECONDS: '60' });
    await server.initialize();
    server.child.stdin.write('x'.repeat(11 * 1024 * 1024));
    expect(await server.exit()).toBe(1);
    expectProtocolLinesOnly(server);
  });

  test('a broken pipe on stdout ends the server with 0 and without a stack trace', async () => {
    const server = start();
    await server.initialize();
    server.child.stdout.destroy();
    server.send({ id: 7, method: 'tools/list' });
    server.send({ id: 8, method: 'tools/list' });
    expect(await server.exit()).toBe(0);
    expect(server.stderr()).not.toMatch(/EPIPE|^\s+at /m);
  });
});

/** What the store says about its last sync, read as a later program would: this fails on a damaged store. */
async function lastRun(): Promise<{ status: string } | undefined> {
  const runtime = await openRuntime(loadConfig({ env: settings() }));
  try {
    return await runtime.store.read(({ db }) =>
      db.selectFrom('sync_runs').select('status').orderBy('id', 'desc').executeTakeFirst(),
    );
  } finally {
    await runtime.close();
  }
}
