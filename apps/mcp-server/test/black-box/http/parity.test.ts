import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { type Operation, operations } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { BASE_ENV, NODE_ARGS } from '../server-process.ts';
import { type HttpServer, startHttp } from './http-server.ts';

/** As people run it. Found by its path: the server must not import the command that starts it. */
const COMMAND = fileURLToPath(new URL('../../../../cli/bin/testio-mcp.js', import.meta.url));

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;
let client: Client;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  // What depends on the hour must be the same for all questions.
  env = { ...home.env, TESTIO_NOW: sandbox.now };
  server = await startHttp(env);
  client = new Client({ name: 'parity-test', version: '1' });
  // The SDK's own type of its transport does not fit exactOptionalPropertyTypes.
  const transport: object = new StreamableHTTPClientTransport(new URL('/mcp', server.address));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
});
afterAll(async () => {
  await client.close();
  await server.stop();
  await sandbox.close();
  home.remove();
});

/** The least that an operation asks for, taken from what the account has. */
function leastInput({ input }: Operation): Record<string, unknown> {
  const { products, tests, bugs, features, people } = sandbox.state().ids;
  const [kind = '', name = ''] = people[0]?.split(':') ?? [];
  const known: Record<string, unknown> = {
    product_id: products[0],
    test_id: tests.at(-1),
    bug_id: bugs[0],
    feature_id: features[0],
    user_id: `${name} (${kind})`,
    query: 'checkout',
    metrics: ['bug_count'],
  };
  const required = Object.entries(input.shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  // What is refreshed by the first question would make the second another one.
  const stored = 'freshness' in input.shape ? { freshness: 'cached' } : {};
  const withoutSyncing = 'dry_run' in input.shape ? { dry_run: true } : {};
  return { ...Object.fromEntries(required.map(([field]) => [field, known[field]])), ...stored, ...withoutSyncing };
}

function pathOf(
  { rest }: Operation,
  input: Record<string, unknown>,
): { path: string; others: Record<string, unknown> } {
  const others = { ...input };
  const path = rest.path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = others[field] ?? 'missing';
    delete others[field];
    return encodeURIComponent(String(value));
  });
  return { path: `/api/v1${path}`, others };
}

async function overRest(
  operation: Operation,
  input: Record<string, unknown>,
  method: 'GET' | 'POST',
): Promise<Response> {
  const { path, others } = pathOf(operation, input);
  if (method === 'POST') {
    const headers = { 'Content-Type': 'application/json' };
    return server.get(path, { method, headers, body: JSON.stringify(others) });
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(others)) {
    for (const one of [value].flat()) query.append(name, String(one));
  }
  return server.get(`${path}?${query}`);
}

async function overMcp(name: string, input: Record<string, unknown>): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult;
}

/** Runs `testio-mcp call`. */
async function overCommand(name: string, input: Record<string, unknown>): Promise<{ code: number; answer: unknown }> {
  const args = [...NODE_ARGS, COMMAND, 'call', name, JSON.stringify(input), '--json'];
  const child = spawn(process.execPath, args, { env: { ...BASE_ENV, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [[code], stdout] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  return { code: Number(code), answer: JSON.parse(stdout) as unknown };
}

/** What changes between two questions by itself: the size of the store's files and how long something took. */
function settled(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value) =>
    ['size_bytes', 'latency_ms', 'uptime_seconds'].includes(key) ? null : (value as unknown),
  );
}

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const methods = operation.effects.readOnly ? (['GET', 'POST'] as const) : (['POST'] as const);

  test('gives the same answer and the same error over MCP, over REST and as a command', {
    timeout: 60_000,
  }, async () => {
    const input = leastInput(operation);
    const mistaken = { ...input, nonsense: '1' };
    // Two processes at once, which is what takes its time here.
    const [command, mistakenCommand] = await Promise.all([overCommand(name, input), overCommand(name, mistaken)]);

    const { isError, structuredContent } = await overMcp(name, input);
    expect(isError).toBeFalsy();
    for (const method of methods) {
      const answer = await overRest(operation, input, method);
      expect({ method, status: answer.status }).toEqual({ method, status: 200 });
      expect(settled(await answer.json())).toEqual(settled(structuredContent));
    }
    expect(command.code).toBe(0);
    expect(settled(command.answer)).toEqual(settled(structuredContent));

    const failed = await overMcp(name, mistaken);
    expect(failed.isError).toBe(true);
    const error = failed._meta?.[ERROR_META_KEY] as { code: string; message: string };
    for (const method of methods) {
      const answer = await overRest(operation, mistaken, method);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      const { type, title, status, detail, ...rest } = (await answer.json()) as Record<string, unknown>;
      expect({ message: detail, ...rest }).toEqual(error);
      expect({ type, status }).toEqual({ type: `urn:testio-mcp:error:${error.code}`, status: answer.status });
      expect(answer.status).toBe(400);
      expect(title).toMatch(/^[A-Z]/);
    }
    expect(mistakenCommand).toEqual({ code: 2, answer: { error } });
  });
});

test.each([
  ['get_test_summary', { test_id: 999_999_999 }, 404],
  ['list_bugs', { statuses: ['nonsense'] }, 400],
  ['list_tests', { product_id: 'no such title' }, 404],
  ['query_metrics', { metrics: ['bug_count'], period: 'some day' }, 400],
])('%s %j is refused alike everywhere', async (name, input, status) => {
  const operation = operations.find((each) => each.name === name) as Operation;
  const { _meta } = await overMcp(name, input);
  const error = _meta?.[ERROR_META_KEY] as { message: string; kind: string };
  const answer = await overRest(operation, input, 'POST');
  const { type: _, title: __, status: shown, detail, ...rest } = (await answer.json()) as Record<string, unknown>;
  expect([answer.status, shown]).toEqual([status, status]);
  expect({ message: detail, ...rest }).toEqual(error);
  const command = await overCommand(name, input);
  expect(command).toEqual({ code: error.kind === 'not_found' ? 1 : 2, answer: { error } });
});
