import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, requestsSeen, run, start, temporaryHome } from './testio-mcp.ts';

const cleanings: (() => void)[] = [];
let sandbox: Sandbox;
let settings: ReturnType<typeof account>;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 6 });
  settings = account(
    temporaryHome((clean) => cleanings.push(clean)),
    sandbox,
  );
  expect((await run(['sync'], settings)).code).toBe(3);
});

afterAll(async () => {
  await sandbox.close();
  for (const clean of cleanings) clean();
});

test('an answer is short text for people, and exactly the structured content with --json', async () => {
  const text = await run(['call', 'list_products'], settings);
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/^Products: .+\n(.+ \| .+\n)+As of /);
  const { code, stdout, stderr } = await run(['call', 'list_products', '--json'], settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answer = JSON.parse(stdout);
  expect(answer.products.map(({ id }: { id: number }) => id).sort()).toEqual(sandbox.state().ids.products);
  expect(answer).toMatchObject({ total: 3, returned: 3, as_of: expect.any(String), completeness: { complete: false } });
});

test('a name of the older product is answered, one without a successor is refused with the call to use', async () => {
  const stats = await run(['call', 'get_database_stats', '--json'], settings);
  expect(stats.code).toBe(0);
  expect(JSON.parse(stats.stdout)).toMatchObject({ store: { counts: sandbox.state().counts } });
  const { code, stdout } = await run(['call', 'clear_cache', '--json'], settings);
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'tool_withdrawn',
    next: expect.stringContaining('sync_data'),
  });
});

test('input comes as an argument or from stdin, and global flags may stand anywhere', async () => {
  const input = JSON.stringify({ statuses: ['running'], per_page: 1 });
  const byArgument = await run(['call', 'list_tests', input, '--json'], settings);
  const byStdin = await run(['--json', 'call', '--quiet', 'list_tests', '-'], settings, input);
  expect(byArgument.code).toBe(0);
  expect(JSON.parse(byArgument.stdout)).toMatchObject({ returned: 1, filters: { statuses: ['running'] } });
  expect(byStdin).toEqual(byArgument);
});

const MISTAKES: [string, string, string | undefined, number, object][] = [
  [
    'an unknown tool',
    'list_test',
    undefined,
    2,
    { code: 'unknown_tool', accepted: expect.arrayContaining(['list_tests']) },
  ],
  ['input that is no JSON', 'list_tests', '{product_id: 5}', 2, { code: 'invalid_json' }],
  ['input that is no object', 'list_tests', '[1]', 2, { kind: 'validation' }],
  ['an unknown parameter', 'list_tests', '{"statusses": "running"}', 2, { kind: 'validation' }],
  ['a value out of range', 'list_tests', '{"per_page": 5000}', 2, { kind: 'validation' }],
  ['an unknown enum value', 'list_tests', '{"statuses": "runing"}', 2, { kind: 'validation' }],
  ['an id that does not exist', 'get_product_summary', '{"product_id": 4}', 1, { code: 'product_not_found' }],
];

test.each(MISTAKES)('%s is an error with its code and a next step', async (_, name, input, exitCode, error) => {
  const args = ['call', name, ...(input === undefined ? [] : [input])];
  const { code, stdout, stderr } = await run([...args, '--json'], settings);
  expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ error: expect.objectContaining({ ...error, message: expect.any(String) }) });
});

test('SIGTERM while the API is asked ends 143', async () => {
  sandbox.clearRequests();
  // The first request fails, so that it shows in the log; whatever is tried after it takes far too long.
  const match = { path: '/exploratory_tests/' };
  sandbox.addFaults([
    { match, fault: 'status:503', times: 1 },
    { match, fault: 'slow:30000' },
  ]);
  const [id] = sandbox.state().ids.tests;
  const input = JSON.stringify({ test_id: id, freshness: 'now' });
  const running = start(['call', 'get_test_summary', input, '--json'], settings);
  await requestsSeen(sandbox, 1);
  running.child.kill('SIGTERM');
  const { code, stdout } = await running.ended;
  sandbox.clearFaults();
  expect(code).toBe(143);
  expect(JSON.parse(stdout).error.code).toBe('cancelled');
});

test('an error for people goes to stderr: what, what is accepted, what next', async () => {
  const { code, stdout, stderr } = await run(['call', 'list_test'], settings);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Error: .+"list_test".*\nAccepted: list_tests, .+\nNext: .+\n$/);
});

describe('with the API down', () => {
  const down = { TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:9/customer/v2', HTTP_TIMEOUT_SECONDS: '1' };

  test('a filled store answers as of when it was filled', async () => {
    const { code, stdout } = await run(['call', 'list_tests', '--json'], { ...settings, ...down });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.total).toBe(sandbox.state().counts.tests);
    expect(Date.parse(answer.as_of)).toBe(Date.parse(sandbox.now));
  });

  test('an empty store refuses to answer, and a sync says why it failed', async () => {
    const empty = { ...settings, ...down, TESTIO_HOME: temporaryHome() };
    const call = await run(['call', 'list_products', '--json'], empty);
    expect(call.code).toBe(1);
    expect(JSON.parse(call.stdout).error).toMatchObject({ code: 'store_never_synced', retryable: true });
    const sync = await run(['sync'], empty);
    expect(sync.code).toBe(1);
    expect(sync.stderr).toMatch(/127\.0\.0\.1/);
    expect(sync.stderr).toContain('Next:');
  });
});
