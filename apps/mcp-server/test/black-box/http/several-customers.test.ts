import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type Operation, operations, publishedTool } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY, NEXT_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../server-process.ts';
import { type HttpServer, startHttp } from './http-server.ts';

/** Two accounts with the same ids throughout, told apart by every title, and by a product less in one. */
const NAMES = ['acme', 'globex'] as const;
type Name = (typeof NAMES)[number];
const MARK = { acme: 'Anvil', globex: 'Gizmo' } as const;
const other = (name: Name): Name => (name === 'acme' ? 'globex' : 'acme');

let sandboxes: Record<Name, Sandbox>;
let home: string;
let server: HttpServer;
let client: Client;

async function account(name: Name): Promise<Sandbox> {
  const sandbox = await startSandbox({ size: 'small', seed: 7, token: `token-of-${name}-0123456789` });
  const { products, tests, bugs, features } = sandbox.state().ids;
  const titled = (kind: 'product' | 'test' | 'bug' | 'feature', ids: readonly number[], member: string) =>
    ids.map((id) => ({ op: 'change', kind, id, set: { [member]: `${MARK[name]} ${kind} ${id}` } }) as const);
  sandbox.edit([
    ...titled('product', products, 'name'),
    ...titled('test', tests, 'title'),
    ...titled('bug', bugs, 'title'),
    ...titled('feature', features, 'title'),
  ]);
  const [first = 0] = bugs;
  if (name === 'globex') sandbox.edit([{ op: 'delete', kind: 'bug', id: first }]);
  return sandbox;
}

function writeConfig(): void {
  mkdirSync(join(home, 'customers'), { recursive: true });
  writeFileSync(join(home, 'config.env'), 'TESTIO_CUSTOMER_NAME=acme\n');
  for (const name of NAMES) {
    const { url, token } = sandboxes[name];
    const lines = [`TESTIO_CUSTOMER_API_TOKEN=${token}`, `TESTIO_CUSTOMER_API_BASE_URL=${url}`];
    if (name === 'globex') lines.push('DISABLED_TOOLS=sync_data');
    writeFileSync(join(home, 'customers', `${name}.env`), `${lines.join('\n')}\n`);
  }
}

const env = (): Record<string, string> => ({
  TESTIO_HOME: home,
  TESTIO_NOW: sandboxes.acme.now,
  LOG_LEVEL: 'debug',
  LOG_FILE: join(home, 'log'),
});

/** Waits for the server's own sync in the background, which nobody asks for. */
async function synced(name: Name): Promise<void> {
  for (;;) {
    const { sync } = await rest(`/api/v1/sync?customer=${name}`);
    if ((sync as { last_success: unknown }).last_success !== null) return;
    await pause(50);
  }
}

async function rest(path: string, init?: RequestInit): Promise<Record<string, unknown>> {
  return (await (await server.get(path, init)).json()) as Record<string, unknown>;
}

beforeAll(async () => {
  sandboxes = { acme: await account('acme'), globex: await account('globex') };
  home = mkdtempSync(join(tmpdir(), 'testio-several-'));
  writeConfig();
  server = await startHttp(env());
  client = new Client({ name: 'several-customers-test', version: '1' });
  // The SDK's own type of its transport does not fit exactOptionalPropertyTypes.
  const transport: object = new StreamableHTTPClientTransport(new URL('/mcp', server.address));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  await Promise.all(NAMES.map(synced));
});
afterAll(async () => {
  await client.close();
  await server.stop();
  await Promise.all(NAMES.map((name) => sandboxes[name].close()));
  rmSync(home, { recursive: true });
});

async function ask(name: string, input: Record<string, unknown>): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult;
}

/** The least that an operation asks for; the ids are those of both accounts. */
function leastInput({ input }: Operation): Record<string, unknown> {
  const { products, tests, bugs, features, people } = sandboxes.acme.state().ids;
  const [kind = '', name = ''] = people[0]?.split(':') ?? [];
  const known: Record<string, unknown> = {
    product_id: products[0],
    test_id: tests.at(-1),
    bug_id: bugs[1],
    feature_id: features[0],
    user_id: `${name} (${kind})`,
    query: 'product OR test OR bug',
    metrics: ['bug_count'],
  };
  const required = Object.entries(input.shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  return Object.fromEntries(required.map(([field]) => [field, known[field]]));
}

describe('no answer holds what is of another customer', () => {
  const reading = operations.filter(({ effects }) => effects.readOnly);

  test.each(reading.map(({ name }) => name))('%s', async (name) => {
    const operation = operations.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`There is no ${name}.`);
    const input = leastInput(operation);
    for (const freshness of 'freshness' in operation.input.shape ? ['cached', 'now'] : [undefined]) {
      const asked = freshness === undefined ? input : { ...input, freshness };
      // At the same time, so that what is shared by mistake gets its chance.
      const [selected, ...both] = await Promise.all([
        ask(name, asked),
        ...NAMES.map((customer) => ask(name, { ...asked, customer })),
      ]);
      for (const [index, customer] of NAMES.entries()) {
        const answer = both[index];
        expect(answer?.isError).toBeFalsy();
        expect(answer?.structuredContent).toMatchObject({ customer });
        expect(JSON.stringify(answer)).toContain(`Customer: ${customer}.`);
        expect(JSON.stringify(answer)).not.toContain(MARK[other(customer)]);
      }
      expect(selected?.structuredContent).toMatchObject({ customer: 'acme' });
    }
  });

  test('titles and counts are each its own', async () => {
    for (const customer of NAMES) {
      const { structuredContent } = await ask('list_products', { customer });
      expect(JSON.stringify(structuredContent)).toContain(MARK[customer]);
      const { total } = (await ask('list_bugs', { customer })).structuredContent as { total: number };
      expect(total).toBe(sandboxes[customer].state().counts.bugs);
    }
  });

  test('each account was asked with its own token alone', () => {
    for (const name of NAMES) {
      const requests = sandboxes[name].requests();
      expect(requests.length).toBeGreaterThan(5);
      expect(requests.filter(({ status }) => status === 401)).toEqual([]);
    }
  });
});

describe('MCP', () => {
  test('tools take a customer and say whose an answer is', async () => {
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(operations.length);
    for (const { inputSchema, outputSchema } of tools) {
      expect(inputSchema.properties?.customer).toMatchObject({ type: 'string', enum: ['acme', 'globex'] });
      expect(inputSchema.required ?? []).not.toContain('customer');
      expect(outputSchema?.properties).toHaveProperty('customer');
    }
    expect(client.getInstructions()).toContain('acme, globex');
  });

  test('calls that may follow stay with the customer', async () => {
    const { _meta } = await ask('list_products', { customer: 'globex', per_page: 1 });
    const next = _meta?.[NEXT_META_KEY] as { name: string; arguments: Record<string, unknown> }[];
    expect(next.length).toBeGreaterThan(0);
    for (const call of next) {
      expect(call.arguments.customer).toBe('globex');
      const followed = await ask(call.name, call.arguments);
      expect(followed.isError).toBeFalsy();
      expect(JSON.stringify(followed)).not.toContain(MARK.acme);
    }
  });

  test.each(['Globex', 'initech', '../acme'])('there is no customer %j', async (customer) => {
    const { isError, _meta } = await ask('list_products', { customer });
    expect(isError).toBe(true);
    expect(_meta?.[ERROR_META_KEY]).toMatchObject({ code: 'unknown_customer', accepted: ['acme', 'globex'] });
  });

  test('what a customer switches off is not done for it', async () => {
    const { isError, _meta } = await ask('sync_data', { customer: 'globex' });
    expect([isError, _meta?.[ERROR_META_KEY]]).toEqual([true, expect.objectContaining({ code: 'tool_not_offered' })]);
    expect((await ask('sync_data', { customer: 'acme' })).isError).toBeFalsy();
  });

  test('prompts take a customer: what they name is found there, and so are their calls', async () => {
    const { prompts } = await client.listPrompts();
    for (const { arguments: taken } of prompts) expect(taken?.map(({ name }) => name)).toContain('customer');
    const textOf = async (given: Record<string, string>) => {
      const { messages } = await client.getPrompt({ name: 'triage-test', arguments: given });
      return JSON.stringify(messages);
    };
    const [id = 0] = sandboxes.globex.state().ids.tests;
    const globex = await textOf({ test: String(id), customer: 'globex' });
    expect(globex).toContain(`${MARK.globex} test ${id}`);
    expect(globex).not.toContain(MARK.acme);
    expect(globex.replaceAll('\\', '')).toContain('"customer":"globex"');
    const acme = await textOf({ test: String(id) });
    expect(acme).toContain(`${MARK.acme} test ${id}`);
    expect(acme.replaceAll('\\', '')).not.toContain('"customer":');
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'triage-test' },
      argument: { name: 'test', value: MARK.globex },
      context: { arguments: { customer: 'globex' } },
    });
    expect(completion.values.length).toBeGreaterThan(0);
    await expect(textOf({ test: '1', customer: 'initech' })).rejects.toThrow('initech');
  });

  test('resources and completions are the selected customer’s', async () => {
    const { resources } = await client.listResources();
    const [product] = resources.filter(({ uri }) => uri.startsWith('testio://products/'));
    expect(JSON.stringify(resources)).not.toContain(MARK.globex);
    const { contents } = await client.readResource({ uri: product?.uri ?? '' });
    expect(JSON.stringify(contents)).toContain(MARK.acme);
    expect(JSON.stringify(contents)).not.toContain(MARK.globex);
  });

  test('reports of the same name are kept apart, and each is found at its address', async () => {
    const input = { output_file: 'same.md', format: 'markdown' };
    for (const customer of NAMES) {
      const answer = await ask('generate_quality_report', { ...input, customer });
      const { file } = answer.structuredContent as { file: { uri: string; path: string } };
      const { contents } = await client.readResource({ uri: file.uri });
      for (const text of [JSON.stringify(contents), readFileSync(file.path, 'utf8')]) {
        expect(text).toContain(MARK[customer]);
        expect(text).not.toContain(MARK[other(customer)]);
      }
      const downloaded = await server.get(`/api/v1/reports/same.md?customer=${customer}`);
      expect(await downloaded.text()).toContain(MARK[customer]);
    }
  });
});

describe('HTTP', () => {
  test('REST takes the customer in the query or in the body', async () => {
    const byQuery = await rest('/api/v1/products?customer=globex');
    const headers = { 'Content-Type': 'application/json' };
    const byBody = await rest('/api/v1/products', { method: 'POST', headers, body: '{"customer": "globex"}' });
    expect(byQuery).toEqual(byBody);
    expect(byQuery.customer).toBe('globex');
    expect((await rest('/api/v1/products')).customer).toBe('acme');
    const older = await server.get('/api/products?customer=globex');
    expect(older.headers.get('Location')).toBe('/api/v1/products?customer=globex');
    const unknown = await server.get('/api/v1/products?customer=initech');
    expect([unknown.status, await unknown.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'unknown_customer', accepted: ['acme', 'globex'] }),
    ]);
  });

  test('the description of the routes has the parameter and is valid', async () => {
    const document = await rest('/openapi.json');
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(document).toMatchObject({
      paths: { '/sync': { get: { parameters: [{ name: 'customer', in: 'query', required: false }] } } },
    });
  });

  test('the status page shows one customer, with ways to the others', async () => {
    for (const [path, shown] of [
      ['/', 'acme'],
      ['/?customer=globex', 'globex'],
    ] as const) {
      const page = await (await server.get(path)).text();
      expect(page).toContain(MARK[shown]);
      expect(page).not.toContain(MARK[other(shown)]);
      expect(page).toContain(`/?customer=${other(shown)}`);
    }
  });

  test('figures say whose they are; health names nobody', async () => {
    const figures = await (await server.get('/metrics')).text();
    for (const name of NAMES) {
      const { bugs } = sandboxes[name].state().counts;
      expect(figures).toContain(`testio_mcp_store_rows{customer="${name}",entity="bugs"} ${bugs}`);
    }
    const health = await (await server.get('/health/ready')).text();
    expect(health).toContain('"ready"');
    for (const name of NAMES) expect(health).not.toContain(name);
  });

  test('no token of any customer is in the log, and each line says whose it is', () => {
    const log = readFileSync(join(home, 'log'), 'utf8');
    expect(log).toContain('"customer":"globex"');
    for (const name of NAMES) expect(log).not.toContain(sandboxes[name].token);
    expect(readdirSync(join(home, 'stores')).filter((file) => file.endsWith('.db'))).toEqual(['acme.db', 'globex.db']);
  });
});

describe('a server', () => {
  async function refused(variables: Record<string, string>): Promise<string> {
    const started = startServer({ env: { ...env(), ...variables } });
    expect(await started.exit()).toBe(2);
    return started.stderr();
  }

  test('may serve fewer: then nothing shows of the others', async () => {
    const started = startServer({
      env: { ...env(), TESTIO_SERVED_CUSTOMERS: 'acme', TESTIO_REFRESH_INTERVAL_SECONDS: '0' },
    });
    await started.initialize();
    const { result } = await started.request('tools/list');
    expect(result).toEqual({ tools: JSON.parse(JSON.stringify(operations.map(publishedTool))) as unknown });
    const call = (input: object) => started.request('tools/call', { name: 'list_products', arguments: input });
    expect(JSON.stringify(await call({ freshness: 'cached' }))).not.toContain('"customer"');
    expect(JSON.stringify(await call({ customer: 'globex' }))).toContain('unknown_customer');
    started.child.stdin.end();
    expect(await started.exit()).toBe(0);
  });

  test('opens a store when somebody asks about it, if nothing is to be kept fresh', async () => {
    const own = mkdtempSync(join(tmpdir(), 'testio-demand-'));
    mkdirSync(join(own, 'customers'));
    for (const name of NAMES) {
      writeFileSync(join(own, 'customers', `${name}.env`), `TESTIO_CUSTOMER_API_TOKEN=token-of-${name}-0123456789\n`);
    }
    const stores = () => readdirSync(join(own, 'stores')).filter((file) => file.endsWith('.db'));
    const variables = { TESTIO_HOME: own, TESTIO_CUSTOMER_NAME: 'acme', TESTIO_REFRESH_INTERVAL_SECONDS: '0' };
    const started = startServer({ env: variables });
    const call = (input: object) => started.request('tools/call', { name: 'get_server_diagnostics', arguments: input });
    await started.initialize();
    expect(JSON.stringify(await call({}))).toContain('"customer":"acme"');
    expect(stores()).toEqual(['acme.db']);
    expect(JSON.stringify(await call({ customer: 'globex' }))).toContain('"customer":"globex"');
    expect(stores()).toEqual(['acme.db', 'globex.db']);
    started.child.stdin.end();
    expect(await started.exit()).toBe(0);
    rmSync(own, { recursive: true });
  });

  test('answers about the others when the store of one is broken', async () => {
    const broken = join(home, 'broken.db');
    writeFileSync(broken, 'this is no database, however long one looks at it. '.repeat(200));
    const file = join(home, 'customers', 'initech.env');
    writeFileSync(file, `TESTIO_CUSTOMER_API_TOKEN=${sandboxes.acme.token}\nTESTIO_DB_PATH=${broken}\n`);
    try {
      const started = startServer({ env: { ...env(), TESTIO_REFRESH_INTERVAL_SECONDS: '3600' } });
      await started.initialize();
      await started.seen(
        /cannot keep the store of a customer fresh.*initech|initech.*cannot keep the store of a customer fresh/,
      );
      const call = async (customer: string) =>
        JSON.stringify(
          await started.request('tools/call', {
            name: 'list_products',
            arguments: { customer, freshness: 'cached' },
          }),
        );
      expect(await call('initech')).toMatch(/"kind":"storage"/);
      for (const name of NAMES) expect(await call(name)).toContain(MARK[name]);
      started.child.stdin.end();
      expect(await started.exit()).toBe(0);
    } finally {
      rmSync(file);
    }
  });

  test('does not start with a customer that is not known, has a mistake or shares a store', async () => {
    expect(await refused({ TESTIO_CUSTOMER_NAME: 'initech' })).toContain('acme, globex');
    expect(await refused({ TESTIO_SERVED_CUSTOMERS: 'acme,initech' })).toContain('initech');
    expect(await refused({ TESTIO_SERVED_CUSTOMERS: 'globex' })).toContain('selected customer, acme');
    expect(await refused({ TESTIO_DB_PATH: join(home, 'stores', 'globex.db') })).toContain('the same store');
  });
});
