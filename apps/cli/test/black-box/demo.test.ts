import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { startSandbox } from '@testio-mcp/sandbox';
import { expect, test } from 'vitest';
import { BIN, run, SLOW, start, temporaryHome } from './testio-mcp.ts';

test('demo --json is one object whose numbers are the account, and a private page on disk', SLOW, async () => {
  const home = temporaryHome();
  const { code, stdout, stderr } = await run(['demo', '--json', '--size', 'small'], { TESTIO_HOME: home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(stdout);

  const sandbox = await startSandbox({ size: 'small', seed: 1 });
  const { counts, poisoned } = sandbox.state();
  await sandbox.close();
  const { products, tests, bugs, people } = counts;
  expect(result).toMatchObject({ products, tests, bugs, people, not_read: poisoned.length });
  expect(result.requests).toBeGreaterThan(10);
  expect(result.duration_ms).toBeGreaterThan(0);
  expect(result.questions).toHaveLength(8);
  for (const question of result.questions) {
    expect(question).toEqual({
      tool: expect.stringMatching(/^[a-z_]+$/),
      question: expect.stringMatching(/\?$/),
      ms: expect.any(Number),
      ok: true,
    });
  }

  expect(statSync(result.report_path).mode & 0o777).toBe(0o600);
  const page = readFileSync(result.report_path, 'utf8');
  expect(page).toContain(`<dd>${tests}</dd>`);
  expect(page).toContain('What is missing');
  for (const secret of [...sandbox.secrets, sandbox.token]) {
    expect(page).not.toContain(secret);
    expect(stdout).not.toContain(secret);
  }
  // The store of a demo is gone afterwards.
  expect(readdirSync(join(home, 'demo', 'stores'))).toEqual([]);
});

test(
  'the demo tells people what it does, honestly, and leaves store and settings of the user alone',
  SLOW,
  async () => {
    const home = temporaryHome();
    const reports = join(home, 'my reports');
    const files = { 'config.env': 'TESTIO_PRODUCT_IDS=nonsense\n', 'stores/acme.db': 'the store of a real customer' };
    mkdirSync(join(home, 'stores'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content);
    const { code, stdout } = await run(['demo', '--size', 'small'], {
      TESTIO_HOME: home,
      TESTIO_REPORTS_DIR: reports,
      TESTIO_CUSTOMER_NAME: 'acme',
      TESTIO_CUSTOMER_API_TOKEN: 'the-real-token',
      TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:9/never-asked',
      TESTIO_DB_PATH: join(home, 'stores', 'acme.db'),
      TESTIO_PRODUCT_IDS: '4',
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('1 thing could not be read:');
    expect(stdout).toMatch(/^1\. Which products do we test\?\n {3}list_products \{\} \([\d.]+ ms\)\n {3}Products: /m);
    expect(stdout).toMatch(/^8\. /m);
    expect(stdout).toContain(`${join(reports, 'demo-small-')}`);
    expect(readdirSync(reports)).toHaveLength(1);
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    for (const [name, content] of Object.entries(files)) expect(readFileSync(join(home, name), 'utf8')).toBe(content);
  },
);

test('--demo works with a store of its own, which demo --keep fills', SLOW, async () => {
  const home = temporaryHome();
  const now = { TESTIO_NOW: '2026-03-17T00:00:00Z' };
  const kept = await run(['demo', '--keep', '--json'], { TESTIO_HOME: home, ...now });
  expect(kept.code).toBe(0);
  const stores = join(home, 'demo', 'stores');
  expect(readdirSync(stores)).toEqual(['demo-medium-2026-03-17T00.00.00.db']);

  const answer = await run(['--demo', 'call', 'list_products', '--json'], { TESTIO_HOME: home, ...now });
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(answer.stdout)).toMatchObject({
    total: JSON.parse(kept.stdout).products,
    as_of: expect.stringContaining('2026-03-17T00:00:00'),
  });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--', BIN, 'serve', '--demo', '--quiet'],
    env: { ...(process.env as Record<string, string>), TESTIO_HOME: home, ...now },
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const { structuredContent } = await client.callTool({ name: 'list_products', arguments: {} });
  await client.close();
  expect(structuredContent).toEqual(JSON.parse(answer.stdout));
  // The store is there, so that nothing is synced again: another day's data would be another store.
  expect(readdirSync(stores)).toEqual(['demo-medium-2026-03-17T00.00.00.db']);
  expect(existsSync(join(home, 'stores'))).toBe(false);
});

test('a part that --demo syncs first is not all that the next command finds', SLOW, async () => {
  const env = { TESTIO_HOME: temporaryHome(), TESTIO_NOW: '2026-03-17T00:00:00Z' };
  const part = await run(['--demo', 'sync', '--since', 'today', '--json'], env);
  expect(JSON.parse(part.stdout)).toMatchObject({ failures: expect.any(Array) });
  const { stdout } = await run(['--demo', 'call', 'list_tests', '{"per_page":1}', '--json'], env);
  expect(JSON.parse(stdout).total).toBeGreaterThan(700);
});

test('the data of --keep is that of --demo, so no other size can be kept', async () => {
  const { code, stderr } = await run(['demo', '--keep', '--size', 'small'], { TESTIO_HOME: temporaryHome() });
  expect(code).toBe(2);
  expect(stderr).toContain('medium');
});

test('SIGTERM ends the demo 143 and leaves no store behind', async () => {
  const home = temporaryHome();
  const running = start(['demo'], { TESTIO_HOME: home });
  const stores = join(home, 'demo', 'stores');
  while (!existsSync(stores)) await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(143);
  expect(readdirSync(stores)).toEqual([]);
});
