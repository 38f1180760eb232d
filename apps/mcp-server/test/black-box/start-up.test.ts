import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, openRuntime } from '@testio-mcp/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from './server-process.ts';

let home: string;
const settings = (): Record<string, string> => ({
  TESTIO_HOME: home,
  TESTIO_CUSTOMER_API_TOKEN: 'never-sent-0123456789',
});

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'testio-start-'));
  const runtime = await openRuntime(loadConfig({ env: settings() }));
  await runtime.close();
});
afterAll(() => rmSync(home, { recursive: true }));

const recorder = new URL('./record-modules.mjs', import.meta.url).href;

function startRecorded(more: Record<string, string> = {}) {
  return startServer({
    env: { ...settings(), TESTIO_REFRESH_INTERVAL_SECONDS: '0', LOG_LEVEL: 'info', ...more },
    nodeArgs: ['--import', recorder],
  });
}

test('what is in the store is answered without the ORM and the HTTP library', async () => {
  const server = startRecorded();
  await server.initialize();
  await server.request('tools/list');
  await server.request('tools/call', { name: 'list_products', arguments: { freshness: 'cached' } });
  // What this call leaves in the log stands behind everything that was loaded until then.
  await server.request('tools/call', { name: 'no_such_tool' });
  await server.seen(/call failed/);
  expect(server.stderr()).toMatch(/loaded .*better-sqlite3/);
  expect(server.stderr()).not.toMatch(/loaded .*\/(@mikro-orm|undici)\//);
  server.child.stdin.end();
  expect(await server.exit()).toBe(0);
});

test('the ORM is loaded for a store that has to be made', async () => {
  const server = startRecorded({ TESTIO_HOME: join(home, 'another') });
  await server.initialize();
  await server.request('tools/call', { name: 'list_products', arguments: { freshness: 'cached' } });
  await server.seen(/loaded .*\/@mikro-orm\//);
  server.child.stdin.end();
  expect(await server.exit()).toBe(0);
});
