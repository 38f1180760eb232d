import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../step.ts';
import { ended, npmInstall, pack, USER_ENV } from './packed.ts';

/** Packing bundles two programs, and npm fetches the driver the first time. */
const INSTALLING = 180_000;
/** What is asked of an installed program, each step of it, on a busy machine. */
const ASKING = { timeout: 60_000 };

const folder = mkdtempSync(join(tmpdir(), 'testio-installed-'));
const globalPrefix = join(folder, 'global');
const localProject = join(folder, 'local');
const manifest = JSON.parse(readFileSync(join(ROOT, 'apps/cli/package.json'), 'utf8')) as { version: string };
let command: string;
let server: string;
let sandbox: Sandbox;

beforeAll(async () => {
  const [serverTarball = '', tarball = ''] = await pack(['testio-mcp', '@testio-mcp/server'], folder);
  mkdirSync(localProject);
  await npmInstall(['--global', '--prefix', globalPrefix, '--prefer-offline', tarball], folder);
  // The driver is in npm's cache by now.
  await npmInstall(['--prefix', localProject, '--offline', serverTarball], localProject);
  command = join(globalPrefix, 'bin', 'testio-mcp');
  server = join(localProject, 'node_modules', '.bin', 'testio-mcp-server');
  sandbox = await startSandbox({ size: 'small', seed: 7 });
}, INSTALLING);

afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const home = (name: string) => ({ TESTIO_HOME: join(folder, name) });
const account = (name: string) => ({
  ...home(name),
  TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
  TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
  TESTIO_NOW: sandbox.now,
});

test('the SQLite driver is all that is installed besides, and what is bundled is listed with its licences', () => {
  const libraries = join(globalPrefix, 'lib', 'node_modules', 'testio-mcp');
  // node-addon-api is what the driver names for those who compile it.
  expect(readdirSync(join(libraries, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'better-sqlite3',
    'node-addon-api',
  ]);
  expect(readdirSync(libraries)).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  const notice = readFileSync(join(libraries, 'dist', 'THIRD-PARTY.txt'), 'utf8');
  for (const name of ['@mikro-orm/core', '@modelcontextprotocol/sdk', 'undici', 'vega-lite', 'zod']) {
    expect(notice).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: MIT|^${name} \\d+\\.\\d+\\.\\d+: BSD`, 'm'));
  }
  expect(notice).toContain('Permission is hereby granted, free of charge');
});

test('every file of the bundles finds all that it needs', ASKING, async () => {
  for (const dist of [
    join(globalPrefix, 'lib', 'node_modules', 'testio-mcp', 'dist'),
    join(localProject, 'node_modules', '@testio-mcp', 'server', 'dist'),
  ]) {
    const files = readdirSync(dist).filter((name) => name.endsWith('.js') && name !== 'main.js');
    expect(files.length).toBeGreaterThan(20);
    const imports = files.map((name) => `await import(${JSON.stringify(pathToFileURL(join(dist, name)).href)});`);
    const all = await ended(process.execPath, ['--input-type=module', '--eval', imports.join('\n')]);
    expect(all).toEqual({ code: 0, stdout: '', stderr: '' });
  }
});

test('both programs say the version of their package', ASKING, async () => {
  expect(await ended(command, ['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  expect(await ended(server, ['--version'])).toEqual({
    code: 0,
    stdout: `testio-mcp-server ${manifest.version}\n`,
    stderr: '',
  });
});

test('tools are listed, and the demo has its account with it', ASKING, async () => {
  const { tools } = JSON.parse((await ended(command, ['tools', '--json'], home('tools'))).stdout);
  expect(tools.map(({ name }: { name: string }) => name)).toContain('list_products');
  const demo = await ended(command, ['--demo', 'status', '--json'], home('demo'));
  expect(demo.code).toBe(0);
  expect(JSON.parse(demo.stdout)).toMatchObject({
    program: { version: manifest.version },
    store: { counts: { tests: 730, bugs: 8_000 } },
  });
});

test('a new store is made and filled by the command, and the server answers from it over stdio', ASKING, async () => {
  const variables = account('session');
  const sync = await ended(command, ['sync', '--json'], variables);
  expect({ code: sync.code, status: JSON.parse(sync.stdout).status }).toEqual({ code: 3, status: 'partial' });
  for (const [program, args] of [
    [command, ['serve']],
    [server, []],
  ] as const) {
    const client = new Client({ name: 'installed-test', version: '1' });
    onTestFinished(() => client.close());
    await client.connect(
      new StdioClientTransport({ command: program, args: [...args], env: { ...USER_ENV, ...variables } }),
    );
    expect(client.getServerVersion()).toMatchObject({ name: 'testio-mcp', version: manifest.version });
    const { structuredContent } = await client.callTool({ name: 'list_products', arguments: {} });
    const { products } = structuredContent as { products: { id: number }[] };
    expect(products.map(({ id }) => id).sort()).toEqual(sandbox.state().ids.products);
  }
});

test('compiled code is kept for the owner alone, and not before there is a home', ASKING, async () => {
  await ended(command, ['--version'], home('absent'));
  expect(existsSync(join(folder, 'absent'))).toBe(false);
  const cache = join(folder, 'session', 'cache');
  await ended(command, ['--version'], home('session'));
  expect(statSync(cache).mode & 0o777).toBe(0o700);
  expect(readdirSync(cache)).not.toEqual([]);
});

test('a written report has its charts', ASKING, async () => {
  const input = JSON.stringify({ product_ids: sandbox.state().ids.products, period: 'all', format: 'html' });
  const { code, stdout } = await ended(
    command,
    ['call', 'generate_quality_report', input, '--json'],
    account('session'),
  );
  expect(code).toBe(0);
  const { file } = JSON.parse(stdout) as { file: { path: string } };
  expect(readFileSync(file.path, 'utf8')).toContain('<svg');
});

test('what is asked first is answered without the ORM, the HTTP library and the charts', ASKING, async () => {
  const recorder = join(ROOT, 'apps/mcp-server/test/black-box/record-modules.mjs');
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', recorder, join(globalPrefix, 'lib/node_modules/testio-mcp/bin/testio-mcp.js')],
    env: { ...USER_ENV, ...account('session'), TESTIO_REFRESH_INTERVAL_SECONDS: '0' },
    stderr: 'pipe',
  });
  const client = new Client({ name: 'installed-test', version: '1' });
  onTestFinished(() => client.close());
  let loaded = '';
  transport.stderr?.on('data', (text: Buffer) => {
    loaded += text;
  });
  // Where code came from stands before it in the bundle.
  const isLoaded = (library: string) =>
    [...loaded.matchAll(/^loaded file:\/\/(.+\/dist\/.+)$/gm)].some(([, file = '']) =>
      readFileSync(file, 'utf8').includes(`/node_modules/${library}/`),
    );
  await client.connect(transport);
  await client.listTools();
  await client.callTool({ name: 'list_products', arguments: { freshness: 'cached' } });
  const answering = ['@modelcontextprotocol/sdk', '@mikro-orm/core', 'undici', 'vega-lite'].map(isLoaded);
  expect(answering).toEqual([true, false, false, false]);
  // They are there, and their files are told by what is looked for.
  const bundle = join(globalPrefix, 'lib/node_modules/testio-mcp/dist');
  const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file));
  const code = files.map((file) => readFileSync(join(bundle, file), 'utf8')).join('');
  expect(['@mikro-orm/core', 'undici', 'vega-lite'].filter((name) => !code.includes(`/node_modules/${name}/`))).toEqual(
    [],
  );
});
