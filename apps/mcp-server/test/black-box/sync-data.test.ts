import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY } from '@testio-mcp/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, type Home, makeHome } from './filled-store.ts';

let sandbox: Sandbox;
let home: Home;
const clients: Client[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = makeHome(sandbox);
});
afterEach(async () => {
  sandbox.clearFaults();
  for (const client of clients.splice(0)) await client.close();
  home.remove();
});

async function server(): Promise<Client> {
  const client = await connect(home.env);
  clients.push(client);
  return client;
}

interface RunFacts {
  readonly id: number;
  readonly status: string;
  readonly requests: number;
  readonly trigger: string;
}

/** Bugs take this long from now on. */
const slowBugs = (ms: number) => sandbox.addFaults([{ match: { path: '/bugs' }, fault: `slow:${ms}` }]);

const call = async (client: Client, input: object = {}): Promise<CallToolResult> =>
  (await client.callTool({ name: 'sync_data', arguments: { ...input } })) as CallToolResult;

const runOf = ({ structuredContent }: CallToolResult) => (structuredContent as { run: RunFacts }).run;

async function syncFacts(client: Client): Promise<{ last_attempt: RunFacts | null; running: unknown }> {
  const { structuredContent } = await client.callTool({ name: 'get_server_diagnostics', arguments: {} });
  return (structuredContent as { sync: { last_attempt: RunFacts | null; running: unknown } }).sync;
}

test('a sync tells how far it is, on one scale that only grows, and answers with its record', async () => {
  const client = await server();
  const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
  const result = (await client.callTool({ name: 'sync_data', arguments: {} }, CallToolResultSchema, {
    onprogress: (progress) => told.push(progress),
  })) as CallToolResult;
  expect(runOf(result)).toMatchObject({ status: 'partial', requests: expect.any(Number) });
  expect(result.structuredContent).toMatchObject({ failures_total: sandbox.state().poisoned.length });
  expect(told.length).toBeGreaterThan(1);
  const steps = told.map(({ progress }) => progress);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  for (const { progress, total = 0, message } of told) {
    expect(total).toBeGreaterThanOrEqual(progress);
    expect(message).toMatch(/\S/);
  }
  expect((await syncFacts(client)).last_attempt).toMatchObject({ id: runOf(result).id, trigger: 'tool' });
});

test('a client that cancels ends the sync: recorded as cancelled, and the next one goes on', async () => {
  const client = await server();
  slowBugs(30_000);
  const giveUp = new AbortController();
  const begun = Promise.withResolvers<void>();
  const ended = client
    .callTool({ name: 'sync_data', arguments: {} }, CallToolResultSchema, {
      signal: giveUp.signal,
      onprogress: () => begun.resolve(),
    })
    .catch((thrown: unknown) => thrown);
  await begun.promise;
  giveUp.abort();
  expect(await ended).toBeInstanceOf(Error);
  await expect.poll(async () => (await syncFacts(client)).last_attempt?.status, { timeout: 10_000 }).toBe('cancelled');
  sandbox.clearFaults();
  expect(runOf(await call(client))).toMatchObject({ status: 'partial' });
});

test('while another server syncs, a sync says who and since when, or waits for its turn', async () => {
  const [one, other] = await Promise.all([server(), server()]);
  slowBugs(30_000);
  const begun = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const first = one
    .callTool({ name: 'sync_data', arguments: {} }, CallToolResultSchema, {
      signal: giveUp.signal,
      onprogress: () => begun.resolve(),
    })
    .catch((thrown: unknown) => thrown);
  await begun.promise;
  const { isError, _meta } = await call(other);
  expect(isError).toBe(true);
  expect(_meta?.[ERROR_META_KEY]).toMatchObject({
    code: 'sync_in_progress',
    kind: 'busy',
    retryable: true,
    message: expect.stringMatching(/^Another process, tool \(process \d+ on .+\), has been syncing .+ since \d{4}-/),
    next: expect.stringContaining('wait_seconds'),
  });
  const waiting = call(other, { wait_seconds: 60 });
  sandbox.clearFaults();
  giveUp.abort();
  await first;
  expect(runOf(await waiting)).toMatchObject({ status: 'partial' });
});
