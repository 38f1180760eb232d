import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { KEYS, onTerminal } from './terminal-session.ts';
import { BIN, run, temporaryHome } from './testio-mcp.ts';

/** Makes programs that stand in for those of keychains, for the tests of the runtime. */
const MAKER = new URL('../../../../packages/runtime/test/keychain-programs.ts', import.meta.url).href;

const SLOW = { timeout: 120_000 };

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 5, token: randomUUID() });
});

afterAll(() => sandbox.close());

/** Such programs in a folder, how they are from now on, what could be seen of their calls, and what they hold. */
function keychainPrograms(folder: string) {
  const make = `import(${JSON.stringify(MAKER)}).then((maker) => maker.keychainPrograms(${JSON.stringify(folder)}))`;
  execFileSync(process.execPath, ['--input-type=module', '-e', make]);
  const written = (name: string, otherwise: string): string => {
    const file = join(folder, 'state', name);
    return existsSync(file) ? readFileSync(file, 'utf8') : otherwise;
  };
  return {
    folder,
    be: (mode: 'locked' | 'hangs'): void => writeFileSync(join(folder, 'state', 'mode'), mode),
    seen: (): string => written('calls.jsonl', ''),
    entries: (): Record<string, string> => JSON.parse(written('entries.json', '{}')),
  };
}

/** A user of a system whose keychain is asked by these programs. */
function user() {
  const home = temporaryHome();
  const programs = keychainPrograms(join(home, 'bin'));
  const env = {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: undefined,
    NO_COLOR: '1',
    PATH: `${programs.folder}:${process.env.PATH}`,
    TESTIO_NOW: sandbox.now,
    THE_TOKEN: sandbox.token,
  };
  const { THE_TOKEN: _, ...later } = env;
  return {
    home,
    programs,
    env,
    /** The environment of days after setup. */
    later,
    config: () => readFileSync(join(home, '.testio-mcp', 'config.env'), 'utf8'),
  };
}

const SETUP = ['setup', '--yes', '--token-from-env', 'THE_TOKEN', '--subdomain', 'acme'];

/** All that testio-mcp wrote. */
function written(home: string): string {
  const files = readdirSync(join(home, '.testio-mcp'), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('a token goes into the keychain, works from there, and is taken out again', SLOW, async () => {
  const { home, programs, env, later, config } = user();
  const set = await run([...SETUP, '--base-url', sandbox.url, '--keychain', '--json'], env);
  // One test of this account cannot be read.
  expect(set.code, set.stderr).toBe(3);
  expect(JSON.parse(set.stdout)).toMatchObject({ token_place: 'keychain', sync: { status: 'partial' } });
  expect(config()).toContain('TESTIO_CUSTOMER_API_TOKEN_SOURCE=keychain');
  expect(Object.values(programs.entries())).toEqual([sandbox.token]);

  sandbox.clearRequests();
  expect((await run(['sync'], later)).code).toBe(3);
  expect(sandbox.requests().every(({ status }) => status !== 401)).toBe(true);
  const explained = await run(['config', 'explain', 'TESTIO_CUSTOMER_API_TOKEN'], later);
  expect(explained.stdout).toContain('keychain of this system: set, and can be read');
  const examined = JSON.parse((await run(['doctor', '--json'], later)).stdout) as Examined;
  expect(examined.findings.find(({ check }) => check === 'token')).toMatchObject({ level: 'ok' });
  expect(examined.findings.find(({ check }) => check === 'api')).toMatchObject({ level: 'ok' });

  // A new token goes where the old one was.
  const again = await run(['config', 'set', 'TESTIO_CUSTOMER_API_TOKEN', '-'], later, `new-${sandbox.token}\n`);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('in the keychain') });
  expect(Object.values(programs.entries())).toEqual([`new-${sandbox.token}`]);
  expect(written(home)).not.toContain(sandbox.token);
  expect(programs.seen()).not.toContain(sandbox.token);

  expect((await run(['config', 'unset', 'TESTIO_CUSTOMER_API_TOKEN'], later)).code).toBe(0);
  expect(programs.entries()).toEqual({});
  expect((await run(['sync', '--json'], later)).stdout).toContain('token_missing');
});

interface Examined {
  readonly findings: readonly { readonly check: string; readonly level: string }[];
}

test('other settings than the token are not for the keychain', async () => {
  const { env, programs } = user();
  const { code, stderr } = await run(['config', 'set', 'TESTIO_HTTP_TOKEN', 'secret-1', '--keychain'], env);
  expect(code).toBe(2);
  expect(stderr).toContain('TESTIO_CUSTOMER_API_TOKEN alone');
  expect(programs.seen()).toBe('');
});

test('setup that cannot write the keychain leaves everything as it was', SLOW, async () => {
  const { home, programs, env } = user();
  programs.be('locked');
  const { code, stdout } = await run([...SETUP, '--base-url', sandbox.url, '--keychain', '--json'], env);
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error.code).toBe('keychain_locked');
  expect(readdirSync(home)).toEqual(['bin']);
});

test('somebody at a terminal is offered the keychain', SLOW, async () => {
  const { programs, env, config } = user();
  const setup = onTerminal(['setup', '--base-url', sandbox.url, '--no-sync'], env);
  const steps: [string, string][] = [
    ['Subdomain', `acme${KEYS.enter}`],
    ['API token', `${sandbox.token}${KEYS.enter}`],
    ['Which products?', KEYS.enter],
    ['Keep the token in the keychain of this system', KEYS.down.repeat(3) + KEYS.enter],
    ['Keep the token in the file', KEYS.enter],
    ['Which programs shall use it?', KEYS.enter],
  ];
  for (const [question, answer] of steps) {
    await setup.see(question);
    setup.type(answer);
  }
  expect(await setup.ended).toBe(0);
  expect(setup.shown()).not.toContain(sandbox.token);
  expect(config()).not.toContain(sandbox.token);
  expect(Object.values(programs.entries())).toEqual([sandbox.token]);
});

test('a server whose keychain does not answer starts, lists its tools and answers from its store', SLOW, async () => {
  const { home, programs, env, later } = user();
  await run([...SETUP, '--base-url', sandbox.url, '--keychain'], env);
  programs.be('hangs');
  const client = new Client({ name: 'keychain-test', version: '1' });
  onTestFinished(() => client.close());
  const { XDG_CONFIG_HOME: _, ...variables } = { ...later, LOG_LEVEL: 'warn' };
  const server = { command: process.execPath, args: ['--', BIN], env: { ...variables, NODE_OPTIONS } };
  await client.connect(new StdioClientTransport({ ...server, stderr: 'ignore' }));
  expect((await client.listTools()).tools.length).toBeGreaterThan(10);
  const { structuredContent } = await client.callTool({
    name: 'list_tests',
    arguments: { statuses: ['running'], freshness: 'cached' },
  });
  expect((structuredContent as { total: number }).total).toBeGreaterThan(0);
  const log = join(home, '.testio-mcp', 'logs', 'server.log');
  await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 60_000 }).toContain('keychain_locked');
  expect(programs.seen()).not.toContain(sandbox.token);
});

const NODE_OPTIONS = process.env.NODE_OPTIONS ?? '';
