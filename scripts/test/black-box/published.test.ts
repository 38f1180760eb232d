import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../step.ts';
import { ended, npmInstall, pack, USER_ENV } from './packed.ts';

/** Building the types of all packages, and a hundred packages for npm to fetch the first time. */
const INSTALLING = 300_000;

const NODE_TYPES = JSON.parse(readFileSync(join(ROOT, 'node_modules/@types/node/package.json'), 'utf8'));

const consumer = mkdtempSync(join(tmpdir(), 'testio-published-'));
let tarballs: string[];

beforeAll(async () => {
  tarballs = await pack([], consumer);
}, INSTALLING);

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

test('publint finds nothing to complain about in any package', async () => {
  expect(tarballs).toHaveLength(9);
  for (const file of tarballs) {
    const bytes = readFileSync(file);
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    });
    expect({ file: basename(file), complaints: messages.map((message) => formatMessage(message, pkg)) }).toEqual({
      file: basename(file),
      complaints: [],
    });
  }
});

test('a project that installs the libraries checks their types in full, and runs', {
  timeout: INSTALLING,
}, async () => {
  const libraries = tarballs.filter((file) => /testio-mcp-(?!server-)[a-z-]+-\d/.test(basename(file)));
  expect(libraries).toHaveLength(7);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await npmInstall(['--prefer-offline', `@types/node@${NODE_TYPES.version}`, ...libraries], consumer);
  copyFileSync(join(ROOT, 'examples/sync-and-ask/src/main.ts'), join(consumer, 'main.ts'));
  writeFileSync(join(consumer, 'others.ts'), "export { loadConfig, openRuntime } from '@testio-mcp/runtime';\n");
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(CONSUMER_TSCONFIG));
  const types = await ended(join(ROOT, 'node_modules/.bin/tsc'), ['-p', consumer]);
  expect(types).toEqual({ code: 0, stdout: '', stderr: '' });
  const run = await ended(process.execPath, [join(consumer, 'main.ts')]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/^Sync partial: \d+ requests.+\nWhich tests are running now\?\n.+/s);
});

test('the sandbox is a command of its own', { timeout: 60_000 }, async () => {
  const sandbox = spawn(join(consumer, 'node_modules/.bin/testio-sandbox'), ['--size', 'small'], {
    env: USER_ENV,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void sandbox.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: sandbox.stdout }), 'line');
  const { url, token } = JSON.parse(String(line));
  const asked = await fetch(`${url}/products`, { headers: { authorization: `Token ${token}` } });
  expect(asked.status).toBe(200);
  sandbox.kill('SIGTERM');
  expect((await once(sandbox, 'exit'))[0]).toBe(0);
});

/** What a careful project sets. MikroORM's own types do not hold under it, so none of ours may lead to them. */
const CONSUMER_TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
  include: ['*.ts'],
};
