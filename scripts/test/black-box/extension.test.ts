import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { startSandbox } from '@testio-mcp/sandbox';
import { Ajv } from 'ajv';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { EXTENSION_TARGETS, type extensionManifest, OWN_TARGET } from '../../extension/manifest.ts';
import { ROOT } from '../../step.ts';
import { USER_ENV } from './packed.ts';

type Manifest = ReturnType<typeof extensionManifest>;

const MOST_BYTES = 10_000_000;
/** Six files are unpacked, again and again. */
const READING = { timeout: 60_000 };

const folder = mkdtempSync(join(tmpdir(), 'testio-extension-'));
const files = () => readdirSync(folder).filter((name) => name.endsWith('.mcpb'));

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'extension.ts'), '--to', folder]);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function contents(file: string): Record<string, Uint8Array> {
  return unzipSync(readFileSync(join(folder, file)));
}

function manifestOf(file: string): Manifest {
  return JSON.parse(Buffer.from(contents(file)['manifest.json'] ?? []).toString());
}

test('there is one for each system, with one driver, of at most 10 MB, and what was not tried says so', READING, () => {
  expect(files()).toHaveLength(EXTENSION_TARGETS.length);
  for (const target of EXTENSION_TARGETS) {
    const [file = '', ...more] = files().filter((name) => name.includes(`-${target}`));
    expect(more).toEqual([]);
    expect(statSync(join(folder, file)).size).toBeLessThan(MOST_BYTES);
    const drivers = Object.keys(contents(file)).filter((path) => path.endsWith('.node'));
    expect(drivers).toEqual([`node_modules/better-sqlite3/prebuilds/${target}.node`]);
    const isUntried = target !== OWN_TARGET;
    expect(file.includes('unverified')).toBe(isUntried);
    expect(manifestOf(file).long_description.includes('unverified')).toBe(isUntried);
  }
});

test(
  'the manifest is one as Claude Desktop reads it, with the version of the package and the token kept secret',
  READING,
  () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'scripts/extension/mcpb-manifest-0.3.schema.json'), 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'apps/cli/package.json'), 'utf8'));
    for (const file of files()) {
      const manifest = manifestOf(file);
      validate(manifest);
      expect({ file, errors: validate.errors }).toEqual({ file, errors: null });
      expect(manifest).toMatchObject({ version, user_config: { api_token: { sensitive: true, required: true } } });
      expect(Object.keys(contents(file))).toContain(manifest.server.entry_point);
    }
    expect(validate({ ...manifestOf(files()[0] ?? ''), server: undefined })).toBe(false);
  },
);

test('unpacked, it starts with the command of its manifest and answers', READING, async () => {
  const [own = ''] = files().filter((name) => !name.includes('unverified'));
  const unpacked = join(folder, basename(own, '.mcpb'));
  for (const [path, bytes] of Object.entries(contents(own))) {
    mkdirSync(dirname(join(unpacked, path)), { recursive: true });
    writeFileSync(join(unpacked, path), bytes);
  }
  const sandbox = await startSandbox({ size: 'small', seed: 9 });
  onTestFinished(() => sandbox.close());
  const values: Readonly<Record<string, string>> = {
    __dirname: unpacked,
    'user_config.api_token': sandbox.token,
    'user_config.base_url': sandbox.url,
  };
  const filled = (text: string) => text.replace(/\$\{([\w.]+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { command, args, env } = manifestOf(own).server.mcp_config;
  expect(command).toBe('node');
  const client = new Client({ name: 'extension-test', version: '1' });
  onTestFinished(() => client.close());
  const given = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text)]));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: args.map(filled),
      stderr: 'ignore',
      env: { ...USER_ENV, ...given, TESTIO_HOME: join(folder, 'home'), TESTIO_REFRESH_INTERVAL_SECONDS: '0' },
    }),
  );
  await client.callTool({ name: 'sync_data', arguments: {} });
  const { structuredContent } = await client.callTool({ name: 'list_products', arguments: {} });
  expect(structuredContent).toMatchObject({ total: sandbox.state().counts.products });
});
