import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../step.ts';
import { ended, npmInstall, pack, USER_ENV } from './packed.ts';

// The steps of the Dockerfile, without an engine: what it runs and sets is read from it.

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const instructions = [...dockerfile.matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, name = '', rest = '']) => ({ name, rest }));
const of = (wanted: string) => instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);
const words = (text = '') => JSON.parse(text.slice(text.indexOf('['))) as string[];
const variables = Object.fromEntries(of('ENV').map((text) => text.split('=', 2) as [string, string]));

const folder = mkdtempSync(join(tmpdir(), 'testio-image-'));
const [prefix, data, user] = [join(folder, 'image'), join(folder, 'data'), join(folder, 'user')];
const path = [join(prefix, 'bin'), USER_ENV.PATH].join(delimiter);

beforeAll(async () => {
  const build = of('RUN').find((text) => text.includes('dev pack'));
  expect(build).toBe('node dev pack --to /packed @testio-mcp/server');
  const tarballs = await pack(['@testio-mcp/server'], join(folder, 'packed'));
  await npmInstall(['--global', '--prefix', prefix, '--prefer-offline', ...tarballs], folder);
  mkdirSync(data, { mode: 0o700 });
  mkdirSync(user);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('nothing in it runs as root, and what it keeps lies in a volume', () => {
  expect(of('USER')).toEqual(['node']);
  expect(of('VOLUME')).toEqual([variables.TESTIO_HOME]);
  expect(of('RUN').join('\n')).toContain(
    `install --directory --owner=node --group=node --mode=0700 ${variables.TESTIO_HOME}`,
  );
});

test('what is copied into it holds no secrets and nothing that was built elsewhere', () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.git', '**/*.env']));
});

test('it serves, is healthy, answers who knows the secret, and writes to its volume alone', {
  timeout: 60_000,
}, async () => {
  const sandbox = await startSandbox({ size: 'small', seed: 11 });
  onTestFinished(() => sandbox.close());
  const before = readdirSync(prefix, { recursive: true }).length;
  const env = {
    ...variables,
    PATH: path,
    HOME: user,
    TESTIO_HOME: data,
    TESTIO_HTTP_PORT: '0',
    TESTIO_HTTP_TOKEN: 'known-to-clients-0123456789',
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
  };
  const [program = '', ...args] = [...words(of('ENTRYPOINT')[0]), ...words(of('CMD')[0])];
  const server = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  const port = await portOf(server);
  const health = words(of('HEALTHCHECK')[0]);
  const check = (checkedPort: string) => ended(health[0] ?? '', health.slice(1), { TESTIO_HTTP_PORT: checkedPort });
  expect((await check(port)).code).toBe(0);
  // Nobody listens there.
  expect((await check('1')).code).toBe(1);
  const api = `http://127.0.0.1:${port}/api/v1`;
  expect((await fetch(`${api}/products`)).status).toBe(401);
  const headers = { authorization: `Bearer ${env.TESTIO_HTTP_TOKEN}` };
  // Whoever asks for a sync while the first one runs gets its end.
  expect((await fetch(`${api}/sync`, { method: 'POST', headers })).status).toBe(200);
  expect((await fetch(`${api}/products`, { headers })).status).toBe(200);
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect(readdirSync(data)).toContain('stores');
  expect(readdirSync(user)).toEqual([]);
  expect(readdirSync(prefix, { recursive: true })).toHaveLength(before);
});

async function portOf(server: ChildProcess): Promise<string> {
  if (server.stderr === null) throw new Error('The server has no stderr.');
  for await (const line of createInterface({ input: server.stderr })) {
    const port = /serves http:\/\/[^ ]+:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error('The server ended before it listened.');
}
