import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectStore, storeFile } from './inspect-store.ts';
import { account, requestsSeen, run, SLOW, start, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 5 });
});

afterAll(() => sandbox.close());

test('a sync with a test that cannot be read ends 3 and lists it; a second one writes nothing', SLOW, async () => {
  const home = temporaryHome();
  const first = await run(['sync', '--json'], account(home, sandbox));
  expect(first).toMatchObject({ code: 3, stderr: '' });
  const record = JSON.parse(first.stdout);
  expect(record).toMatchObject({ status: 'partial', error: null });
  expect(record.failures).toHaveLength(sandbox.state().poisoned.length);
  expect(record.failures[0]).toMatchObject({ kind: 'test_position', test_id: null, position: expect.any(Number) });
  expect(record.rows_written).toBeGreaterThan(1_000);
  expect(record.requests).toBeGreaterThan(10);
  expect(record.outcomes.map((outcome: { phase: string }) => outcome.phase)).toContain('bugs');

  const status = await run(['status', '--json'], account(home, sandbox));
  expect(JSON.parse(status.stdout).store.counts).toEqual(sandbox.state().counts);

  const second = await run(['sync', '--json', '--full'], account(home, sandbox));
  expect(second.code).toBe(3);
  expect(JSON.parse(second.stdout)).toMatchObject({ status: 'partial', rows_written: 0 });
});

test('neither the token nor anything of a test environment is stored, logged or printed', async () => {
  const home = temporaryHome();
  const log = join(home, 'all.log');
  const logging = { LOG_LEVEL: 'trace', LOG_FILE: log };
  const { stdout, stderr } = await run(['sync'], { ...account(home, sandbox), ...logging });
  const places = { stdout, stderr, log: readFileSync(log), store: readFileSync(storeFile(home)) };
  expect(places.log.length).toBeGreaterThan(1_000);
  expect(sandbox.secrets.length).toBeGreaterThan(3);
  for (const secret of [sandbox.token, ...sandbox.secrets]) {
    for (const [place, content] of Object.entries(places)) {
      expect(content.includes(secret), `${secret} in ${place}`).toBe(false);
    }
  }
});

test('for people, the summary is on stdout and what is missing on stderr', async () => {
  const { code, stdout, stderr } = await run(['sync'], account(temporaryHome(), sandbox));
  expect(code).toBe(3);
  expect(stdout).toMatch(/^Sync completed in part in \d+\.\d s: \d+ requests, [\d,]+ rows written\.\n/);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^Product +Features +Tests +Bugs +Result$/m);
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toMatch(/1 thing could not be read:\n {2}- .+ test list: Test no\. \d+/);
  expect(stderr).not.toContain('\u001b');
});

test('--quiet says only what went wrong', async () => {
  const { code, stdout, stderr } = await run(['--quiet', 'sync'], account(temporaryHome(), sandbox));
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^1 thing could not be read:/);
});

describe('--product', () => {
  test('narrows the sync to these products, however they are listed', async () => {
    const ids = sandbox.state().ids.products;
    for (const product of [ids.slice(1).map(String), [ids.slice(1).join(',')]]) {
      const { code, stdout } = await run(
        ['sync', '--json', '--product', ...product],
        account(temporaryHome(), sandbox),
      );
      expect(code).toBe(0);
      const record = JSON.parse(stdout);
      const touched = record.outcomes.map((outcome: { product_id: number | null }) => outcome.product_id);
      expect(new Set(touched)).toEqual(new Set([null, ...ids.slice(1)]));
      expect(record.status).toBe('completed');
    }
  });

  test('that the account does not have is refused, with those it has', async () => {
    const { code, stdout } = await run(['sync', '--json', '--product', '4'], account(temporaryHome(), sandbox));
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'unknown_product',
      received: [4],
      accepted: sandbox.state().ids.products,
    });
  });
});

test('a wrong token is named as such, and ends 1', async () => {
  const wrong = { ...account(temporaryHome(), sandbox), TESTIO_CUSTOMER_API_TOKEN: 'not-the-token-of-this-account' };
  const forPeople = await run(['sync'], wrong);
  expect(forPeople.code).toBe(1);
  expect(forPeople.stderr).toMatch(/token/i);
  const { code, stdout } = await run(['sync', '--json'], wrong);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'failed',
    error: { kind: 'authentication', upstream_status: 401 },
  });
  expect(forPeople.stdout + forPeople.stderr + stdout).not.toContain('not-the-token');
});

test(
  'a token that was replaced is named with the command that mends it: by a sync, the status and answers',
  SLOW,
  async () => {
    const good = account(temporaryHome(), sandbox);
    await run(['sync'], good);
    const replaced = { ...good, TESTIO_CUSTOMER_API_TOKEN: 'the-token-of-last-year' };
    const answer = JSON.parse((await run(['tests', 'list', '--freshness', 'now', '--json'], replaced)).stdout);
    expect(answer.tests.length).toBeGreaterThan(0);
    const sync = JSON.parse((await run(['sync', '--json'], replaced)).stdout);
    const status = JSON.parse((await run(['status', '--json'], replaced)).stdout);
    const refresh = answer.completeness.missing.find(({ what }: { what: string }) => what === 'refresh');
    for (const message of [refresh.why, sync.error.message, status.sync.last_attempt.error.message]) {
      expect(message).toMatch(/\(401\).*testio-mcp setup --token-only/);
    }
  },
);

test('without a token nothing is done, and one sentence says what to do', async () => {
  for (const command of [['sync'], ['serve'], [], ['call', 'list_products']]) {
    const { code, stdout, stderr } = await run(command, { TESTIO_HOME: temporaryHome() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('TESTIO_CUSTOMER_API_TOKEN');
    expect(stderr).toContain('testio-mcp demo');
  }
});

describe('on a slow API', () => {
  let slow: Sandbox;

  beforeAll(async () => {
    slow = await startSandbox({ size: 'small', seed: 5, latencyMs: 150 });
  });

  afterAll(() => slow.close());

  async function interrupted(home: string, signal: NodeJS.Signals) {
    slow.clearRequests();
    const running = start(['sync', '--json'], account(home, slow));
    await requestsSeen(slow, 8);
    running.child.kill(signal);
    return running.ended;
  }

  test('SIGTERM during a sync ends 143 with a consistent store, and the next sync completes it', SLOW, async () => {
    const home = temporaryHome();
    const { code, stdout } = await interrupted(home, 'SIGTERM');
    expect(code).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    const store = inspectStore(home);
    expect(store).toMatchObject({ integrity: ['ok'], brokenForeignKeys: 0, runs: ['cancelled'] });

    const next = await run(['sync', '--json'], account(home, slow));
    expect(next.code).toBe(3);
    const status = await run(['status', '--json'], account(home, slow));
    expect(JSON.parse(status.stdout).store.counts).toEqual(slow.state().counts);
    expect(inspectStore(home).runs).toEqual(['cancelled', 'partial']);
  });

  test('a sync that finds another process at work ends 4, at once or when its time to wait is over', SLOW, async () => {
    const home = temporaryHome();
    slow.clearRequests();
    slow.addFaults([{ match: { path: '/bugs' }, fault: 'slow:60000' }]);
    const first = start(['sync'], account(home, slow));
    await requestsSeen(slow, 8);
    const [second, waiting] = await Promise.all([
      run(['sync', '--json'], account(home, slow)),
      run(['sync', '--wait', '0.5'], account(home, slow)),
    ]);
    slow.clearFaults();
    first.child.kill('SIGTERM');
    expect(second.code).toBe(4);
    expect(JSON.parse(second.stdout).error).toMatchObject({ code: 'sync_in_progress', kind: 'busy', retryable: true });
    expect(waiting).toMatchObject({ code: 4, stdout: '' });
    expect(waiting.stderr).toContain(`cli (process ${first.child.pid} on `);
    expect(waiting.stderr).toContain('--wait');
    expect((await first.ended).code).toBe(143);
  });

  test('a sync with time to wait syncs once the other has ended', SLOW, async () => {
    const home = temporaryHome();
    slow.clearRequests();
    const first = start(['sync'], account(home, slow));
    await requestsSeen(slow, 8);
    const second = await run(['sync', '--wait', '120', '--json'], account(home, slow));
    expect((await first.ended).code).toBe(3);
    expect(second.code).toBe(3);
    expect(JSON.parse(second.stdout)).toMatchObject({ id: 2, status: 'partial', rows_written: 0 });
    expect(inspectStore(home).runs).toEqual(['partial', 'partial']);
  });

  test('a signal ends the waiting, too', SLOW, async () => {
    const home = temporaryHome();
    slow.clearRequests();
    slow.addFaults([{ match: { path: '/bugs' }, fault: 'slow:60000' }]);
    const first = start(['sync'], account(home, slow));
    await requestsSeen(slow, 8);
    const logging = { LOG_LEVEL: 'info', LOG_FORMAT: 'json' };
    const waiting = start(['sync', '--wait', '120'], { ...account(home, slow), ...logging });
    await new Promise<void>((resolve) => {
      waiting.child.stderr.on('data', (chunk) => String(chunk).includes('sync started') && resolve());
    });
    waiting.child.kill('SIGINT');
    expect((await waiting.ended).code).toBe(130);
    slow.clearFaults();
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(143);
  });

  test('SIGINT ends 130', async () => {
    expect((await interrupted(temporaryHome(), 'SIGINT')).code).toBe(130);
  });

  test('a second signal ends the command at once, and the store survives it', async () => {
    const home = temporaryHome();
    const running = start(['sync'], account(home, slow));
    slow.clearRequests();
    await requestsSeen(slow, 8);
    running.child.kill('SIGTERM');
    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect([130, 143]).toContain(code);
    expect(inspectStore(home)).toMatchObject({ integrity: ['ok'], brokenForeignKeys: 0 });
  });
});

test('a dry run says what would be asked for and why, and asks for nothing', SLOW, async () => {
  const home = temporaryHome();
  const unknown = await run(['sync', '--dry-run', '--json'], { TESTIO_HOME: home });
  expect(unknown).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(unknown.stdout)).toMatchObject({ ever_synced: false, requests: null });
  await run(['sync', '--quiet'], account(home, sandbox));
  const before = sandbox.requests().length;
  const plan = await run(['sync', '--dry-run', '--json'], account(home, sandbox));
  const text = await run(['sync', '--dry-run'], account(home, sandbox));
  expect(sandbox.requests()).toHaveLength(before);
  const { requests, phases } = JSON.parse(plan.stdout);
  expect(phases.map((phase: { phase: string }) => phase.phase)).toEqual(expect.arrayContaining(['tests', 'bugs']));
  expect(text.stdout).toContain(`A sync (incremental) would send ${requests} requests`);
  for (const line of text.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a period is read alone, and one that is none is refused', SLOW, async () => {
  const home = temporaryHome();
  const wrong = await run(['sync', '--since', 'some day', '--json'], account(home, sandbox));
  expect(wrong.code).toBe(2);
  expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'invalid_period', field: 'since' } });
  const { stdout } = await run(['sync', '--since', 'last 30 days', '--json'], account(home, sandbox));
  const period = JSON.parse(stdout);
  expect(period.mode).toBe('period');
  const all = JSON.parse((await run(['sync', '--json'], account(home, sandbox))).stdout);
  expect(all.mode).toBe('incremental');
  expect(all.rows_written).toBeGreaterThan(0);
});
