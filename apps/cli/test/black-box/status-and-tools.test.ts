import { operations } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, run, SLOW, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 7 });
});

afterAll(() => sandbox.close());

test('tools lists every operation, with its schemas as MCP lists them', async () => {
  const env = { TESTIO_HOME: temporaryHome() };
  const forPeople = await run(['tools'], env);
  expect(forPeople).toMatchObject({ code: 0, stderr: '' });
  for (const line of forPeople.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const { code, stdout, stderr } = await run(['tools', '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { tools } = JSON.parse(stdout);
  expect(tools.map(({ name }: { name: string }) => name)).toEqual(operations.map(({ name }) => name));
  for (const tool of tools) {
    expect(forPeople.stdout).toContain(tool.name);
    expect(Object.keys(tool).sort()).toEqual([
      'annotations',
      'description',
      'inputSchema',
      'name',
      'outputSchema',
      'title',
    ]);
    expect(tool.inputSchema.type).toBe('object');
  }
});

test(
  'status needs no token: first nothing is there, then the last attempt and the last success stand apart',
  SLOW,
  async () => {
    const settings = account(temporaryHome(), sandbox);
    const { TESTIO_CUSTOMER_API_TOKEN: _, ...withoutToken } = settings;
    const before = await run(['status'], withoutToken);
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(before.stdout).toMatch(/^Last attempt +never; run `testio-mcp sync`$/m);
    expect(before.stdout).toMatch(/^Complete +no$/m);

    await run(['sync'], settings);
    await run(['sync'], { ...settings, TESTIO_CUSTOMER_API_TOKEN: 'wrong-token' });
    const { code, stdout } = await run(['status'], withoutToken);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Last attempt +failed, /m);
    expect(stdout).toMatch(/^Last success +partial, /m);
    expect(stdout).toMatch(/^Last complete +never: /m);
    expect(stdout).toMatch(/^Next cycle +(due now|in \d+ \w+), if a server runs$/m);
    expect(stdout).toMatch(/^Last read +products: (.+ ago|just now) \(/m);
    expect(stdout).toMatch(/^ +bugs: (.+ ago|just now) \(/m);
    expect(stdout).toMatch(/^ +test details: .+ never$/m);
    expect(stdout).not.toContain('Syncing now');
    // The list of products that the wrong token could not read, and the poisoned test.
    expect(stdout).toMatch(/^Not readable +2 things; see /m);
    expect(stdout).toMatch(/^Holds +3 products, /m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);

    const json = JSON.parse((await run(['status', '--json'], withoutToken)).stdout);
    expect(json).toMatchObject({
      sync: {
        last_attempt: { status: 'failed' },
        last_success: { status: 'partial' },
        open_failures: 2,
        running: null,
      },
      background: { here: false, next_cycle_at: expect.any(String), circuit_open: null },
      store: { counts: sandbox.state().counts },
    });
  },
);

test('problematic list tells what could not be read, for people and for scripts', SLOW, async () => {
  const settings = account(temporaryHome(), sandbox);
  expect((await run(['sync'], settings)).code).toBe(3);
  const forPeople = await run(['problematic', 'list'], settings);
  expect(forPeople.stdout).toMatch(/test.position/);
  const { stdout } = await run(['problematic', 'list', '--json'], settings);
  const { failures, total } = JSON.parse(stdout);
  expect(total).toBe(sandbox.state().poisoned.length);
  expect(failures[0]).toMatchObject({
    kind: 'test_position',
    product: { id: expect.any(Number) },
    position: expect.any(Number),
    before: { id: expect.any(Number), end_at: expect.any(String) },
    after: { id: expect.any(Number), end_at: expect.any(String) },
    occurrences: 1,
  });
});

test('problematic retry tries again what could not be read, and says what still cannot', SLOW, async () => {
  const settings = account(temporaryHome(), sandbox);
  const { poisoned } = sandbox.state();
  await run(['sync', '--quiet'], settings);
  const inVain = await run(['problematic', 'retry', '--json'], settings);
  expect(inVain.code).toBe(3);
  expect(JSON.parse(inVain.stdout)).toMatchObject({
    tried: poisoned.length,
    remaining: poisoned.length,
    run: { status: 'partial', rows_written: 0 },
  });
  sandbox.edit(poisoned.map((id) => ({ op: 'cure', id })));
  try {
    const { failures } = JSON.parse((await run(['problematic', 'list', '--json'], settings)).stdout);
    const healed = await run(['problematic', 'retry', failures[0].product.title], settings);
    expect(healed.code).toBe(0);
    expect(healed.stdout).toContain('0 still cannot be read');
    const again = await run(['problematic', 'retry', '--json'], settings);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual({ tried: 0, remaining: 0, run: null });
  } finally {
    sandbox.edit(poisoned.map((id) => ({ op: 'poison', id })));
  }
});

test(
  'problematic map reads tests by id, clear forgets records, and neither hides that something is missing',
  SLOW,
  async () => {
    const settings = account(temporaryHome(), sandbox);
    const json = async (args: string[]) => {
      const { code, stdout } = await run([...args, '--json'], settings);
      return { code, answer: JSON.parse(stdout) };
    };
    await run(['sync', '--quiet'], settings);
    const { poisoned, ids } = sandbox.state();
    const [record] = (await json(['problematic', 'list'])).answer.failures;
    const mapped = await json(['problematic', 'map', `${record.id}`, `${poisoned[0]}`, `${ids.tests[0]}`]);
    expect(mapped.answer.read.length + mapped.answer.unread.length).toBe(2);
    expect(mapped.answer.unread.map(({ test_id }: { test_id: number }) => test_id)).toContain(poisoned[0]);
    expect(mapped.code).toBe(3);
    expect((await json(['problematic', 'map', '999', '1'])).answer.error).toMatchObject({ code: 'no_such_record' });

    const unsaid = await json(['problematic', 'clear']);
    expect([unsaid.code, unsaid.answer.error.code]).toEqual([2, 'not_confirmed']);
    expect((await json(['problematic', 'list'])).answer.total).toBe(poisoned.length);
    expect((await json(['problematic', 'clear', '--yes'])).answer).toEqual({ open: poisoned.length, closed: 0 });
    expect((await json(['problematic', 'list'])).answer.total).toBe(0);
    const { completeness } = (await json(['call', 'list_tests', '{"freshness": "cached"}'])).answer;
    expect(completeness.complete).toBe(false);
    expect((await json(['sync'])).answer.failures).toHaveLength(poisoned.length);
    expect((await json(['problematic', 'list'])).answer.total).toBe(poisoned.length);
  },
);

test('--customer gives each customer a store of its own, --env-file the settings', async () => {
  const home = temporaryHome();
  for (const args of [
    ['--customer', 'acme', 'status', '--json'],
    ['status', '--json', '--customer=acme'],
  ]) {
    const { code, stdout } = await run(args, { TESTIO_HOME: home });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).program.customer).toBe('acme');
  }
  const missing = await run(['status', '--env-file', '/nowhere/config.env', '--json'], { TESTIO_HOME: home });
  expect(missing.code).toBe(2);
  expect(JSON.parse(missing.stdout).error.code).toBe('config_file_unreadable');
});
