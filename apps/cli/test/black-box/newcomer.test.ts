import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { KEYS, onTerminal } from './terminal-session.ts';

const run = promisify(execFile);

/** The command behind `./dev pack`. */
const PACK = fileURLToPath(new URL('../../../../scripts/pack.ts', import.meta.url));
/** Packing bundles the program, and npm fetches the driver the first time. */
const INSTALLING = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'testio-newcomer-'));
const home = join(folder, 'home');
const program = join(folder, 'global', 'bin', 'testio-mcp');
let sandbox: Sandbox;

beforeAll(async () => {
  mkdirSync(home);
  const packed = await run(process.execPath, [PACK, '--to', folder, 'testio-mcp']);
  const prefix = join(folder, 'global');
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  // How this machine reaches the registry is its own affair.
  const env = { ...process.env, NODE_OPTIONS: '' };
  await run('npm', ['install', '--global', '--prefix', prefix, ...quietly, packed.stdout.trim()], { cwd: folder, env });
  sandbox = await startSandbox({ size: 'small', seed: 7 });
}, INSTALLING);

afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('from nothing to an answer in Claude Desktop: install the program, set it up, tell the client, ask', {
  timeout: 60_000,
}, async () => {
  const unset = { XDG_CONFIG_HOME: undefined, NODE_EXTRA_CA_CERTS: undefined, NODE_OPTIONS: undefined };
  const user = { ...process.env, ...unset, HOME: home };
  const setup = onTerminal(['setup', '--base-url', sandbox.url], user, [program]);
  const steps: [string, string][] = [
    ['Subdomain', `acme${KEYS.enter}`],
    ['API token', `${sandbox.token}${KEYS.enter}`],
    ['Which products?', KEYS.enter],
    ['Is this right?', KEYS.enter],
    ['Read the account now?', KEYS.enter],
    ['Which programs shall use it?', KEYS.enter],
  ];
  for (const [question, answer] of steps) {
    await setup.see(question);
    setup.type(answer);
  }
  // One test of this account cannot be read, and setup says so.
  expect(await setup.ended).toBe(3);
  expect(setup.shown()).toMatch(/1 thing could not be read/);

  const installed = await run(program, ['install', 'claude-desktop', '--json'], { env: user });
  const { file } = JSON.parse(installed.stdout) as { file: string };
  const entry = (JSON.parse(readFileSync(file, 'utf8')) as ClientFile).mcpServers['testio-mcp'];
  expect(JSON.stringify(entry)).not.toContain(sandbox.token);

  // Programs with windows have no PATH.
  const client = new Client({ name: 'newcomer-test', version: '1' });
  onTestFinished(() => client.close());
  await client.connect(new StdioClientTransport({ ...entry, env: { HOME: home, ...entry.env, PATH: '' } }));
  const { structuredContent } = await client.callTool({ name: 'list_tests', arguments: { statuses: ['running'] } });
  const { tests, total } = structuredContent as { tests: { status: string }[]; total: number };
  expect(total).toBeGreaterThan(0);
  expect(new Set(tests.map(({ status }) => status))).toEqual(new Set(['running']));
});

interface ClientFile {
  readonly mcpServers: { readonly 'testio-mcp': { command: string; args: string[]; env?: Record<string, string> } };
}
