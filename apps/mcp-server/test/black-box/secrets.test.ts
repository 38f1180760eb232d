import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultRule, type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startServer } from './server-process.ts';

/** Every way in which the API can fail. */
const FAULTS: readonly FaultRule['fault'][] = [
  'status:401',
  'status:403',
  'status:404',
  'status:422',
  'status:500',
  'status:503',
  '429:1',
  '429:date',
  'reset',
  'timeout',
  'truncate',
  'garbage',
  'slow:5',
  'drift',
];

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());

/** Everything that lies in a folder, by path. */
function filesIn(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]));
}

test('whatever fails, the token is in no answer, line, file, crash, report or title of the process', async () => {
  const home = mkdtempSync(join(tmpdir(), 'testio-secrets-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const reports = join(home, 'reports-of-node');
  mkdirSync(reports);
  const server = startServer({
    nodeArgs: [
      ...['--report-on-signal', '--report-signal=SIGUSR1', `--report-directory=${reports}`],
      // A crash whose message holds the token, at a moment of our choosing.
      '--import=data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("crashed with "+process.env.TESTIO_CUSTOMER_API_TOKEN)})',
    ],
    env: {
      TESTIO_HOME: home,
      TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
      TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
      TESTIO_REFRESH_INTERVAL_SECONDS: '0',
      HTTP_TIMEOUT_SECONDS: '1',
      LOG_LEVEL: 'debug',
    },
  });
  onTestFinished(() => void server.child.kill('SIGKILL'));
  await server.initialize();
  const call = (name: string, args: object) => server.request('tools/call', { name, arguments: args });
  const [product = 0] = sandbox.state().ids.products;
  for (const fault of FAULTS) {
    sandbox.addFaults([{ match: {}, fault, times: 4 }]);
    await call('get_server_diagnostics', { ping: true });
    await call('list_tests', { product_id: product, freshness: 'now' });
    await call('get_test_summary', { test_id: 'no such test' });
    sandbox.clearFaults();
  }
  sandbox.addFaults([{ match: { path: '/bugs' }, fault: 'status:401' }]);
  await call('sync_data', { product_ids: [product] });
  sandbox.clearFaults();

  const titles = ['cmdline', 'comm'].map((name) => readFileSync(`/proc/${server.child.pid}/${name}`));
  server.child.kill('SIGUSR1');
  await expect.poll(() => readdirSync(reports).length, { timeout: 10_000 }).toBe(1);
  server.child.kill('SIGUSR2');
  expect(await server.exit()).toBe(1);

  const files = filesIn(home);
  const log = files.get(join(home, 'logs', 'server.log'))?.toString() ?? '';
  // Enough was logged for a token to show.
  for (const proof of ['API request', 'call failed', 'api_timeout', 'api_unauthorized', 'crashed with [redacted]']) {
    expect(log).toContain(proof);
  }
  expect(server.stderr()).toContain('crashed with [redacted]');
  const places: [string, { includes(text: string): boolean }][] = [
    ['stdout', server.lines.join('\n')],
    ['stderr', server.stderr()],
    ...titles.map((title): [string, Buffer] => ['title', title]),
    ...files,
  ];
  for (const [place, content] of places) expect(content.includes(sandbox.token), place).toBe(false);
}, 120_000);
