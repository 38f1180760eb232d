import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import { operations, publishedTool } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { type HttpServer, startHttp } from './http-server.ts';

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  server = await startHttp({ ...home.env, TESTIO_NOW: sandbox.now });
  client = new Client({ name: 'rest-test', version: '1' });
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

test('the description of the routes is valid OpenAPI and names every operation', async () => {
  const document = (await (await server.get('/openapi.json')).json()) as Record<string, unknown>;
  const validated = await new Validator().validate(structuredClone(document));
  expect(validated).toMatchObject({ valid: true });
  const text = JSON.stringify(document);
  for (const { name, rest } of operations) {
    expect(text).toContain(`"operationId":"${name}"`);
    expect(document.paths).toHaveProperty([rest.path]);
  }
  expect(document.paths).toMatchObject({
    '/sync': {
      get: { operationId: 'get_sync_status' },
      post: { responses: { '200': { content: { 'text/event-stream': {} } } } },
    },
  });
});

test('lists in a query are repeated or separated by commas, and titles serve for ids in a path', async () => {
  const ask = async (query: string) => (await (await server.get(`/api/v1/bugs?${query}`)).json()) as { total: number };
  const repeated = await ask('statuses=rejected&statuses=accepted');
  expect(repeated).toEqual(await ask('statuses=rejected,accepted'));
  expect(repeated.total).toBeGreaterThan(0);
  expect(repeated.total).toBe((await ask('statuses=rejected')).total + (await ask('statuses=accepted')).total);
  const [product] = (
    (await (await server.get('/api/v1/products?per_page=1')).json()) as { products: { id: number; title: string }[] }
  ).products;
  const byTitle = await server.get(`/api/v1/products/${encodeURIComponent(product?.title ?? '')}/summary`);
  expect(await byTitle.json()).toMatchObject({ product: { id: product?.id } });
});

test('an answer that has not changed is not sent again', async () => {
  const first = await server.get('/api/v1/products');
  const tag = first.headers.get('ETag') ?? '';
  const again = await server.get('/api/v1/products', { headers: { 'If-None-Match': tag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await server.get('/api/v1/products?per_page=1', { headers: { 'If-None-Match': tag } })).status).toBe(200);
  const posted = await server.get('/api/v1/products', { method: 'POST' });
  expect(posted.headers.get('ETag')).toBeNull();
  const head = await server.get('/api/v1/products', { method: 'HEAD' });
  expect([head.headers.get('ETag'), await head.text()]).toEqual([tag, '']);
  expect(await posted.json()).toEqual(await first.json());
});

test.each([
  ['/api/products?per_page=2', '/api/v1/products?per_page=2'],
  ['/api/products/7/tests?statuses=locked', '/api/v1/tests?statuses=locked&product_id=7'],
  ['/api/products/7/features', '/api/v1/features?product_id=7'],
  ['/api/products/7/user_stories?feature_id=3', '/api/v1/user-stories?feature_id=3&product_id=7'],
  ['/api/tests/5/summary', '/api/v1/tests/5/summary'],
  ['/api/sync/history', '/api/v1/diagnostics?include_sync_events=true'],
  ['/health', '/health/ready'],
  ['/mcp/', '/mcp'],
])('the older path %s leads to %s', async (older, newer) => {
  const answer = await server.get(older);
  expect([answer.status, answer.headers.get('Location')]).toEqual([308, newer]);
});

test.each([
  ['DELETE', '/api/v1/products', 405, 'method_not_allowed'],
  ['PUT', '/api/v1/sync', 405, 'method_not_allowed'],
  ['GET', '/api/v1/nothing', 404, 'route_not_found'],
  ['GET', '/nothing', 404, 'route_not_found'],
  ['GET', '/api/v1/tests/999999999/summary', 404, 'test_not_found'],
])('%s %s is refused with %i and %s', async (method, path, status, code) => {
  const answer = await server.get(path, { method });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ status, code });
});

test('a body that is no JSON object is refused', async () => {
  const post = (body: string, type: string) =>
    server.get('/api/v1/products', { method: 'POST', body, headers: { 'Content-Type': type } });
  for (const body of ['[1]', '"a"', '{', 'null']) expect((await post(body, 'application/json')).status).toBe(400);
  expect((await post('{}', 'text/plain')).status).toBe(415);
  expect((await post('per_page=1', 'application/x-www-form-urlencoded')).status).toBe(415);
});

test('health tells the truth', async () => {
  expect(await (await server.get('/health/live')).json()).toMatchObject({ status: 'live' });
  const ready = await server.get('/health/ready');
  expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', sync: { running: false } }]);
});

test('the page for people shows how the products do, what could not be read, and the reports', async () => {
  const page = await (await server.get('/')).text();
  expect(page).not.toMatch(/<script|https?:\/\//);
  const { products } = (await (await server.get('/api/v1/products')).json()) as {
    products: { id: number; title: string }[];
  };
  const report = (await (
    await server.get('/api/v1/reports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ period: 'last 90 days' }),
    })
  ).json()) as { by_product: { id: number; health: Record<string, string> }[] };
  const states = ['critical', 'warning', 'healthy', 'unknown'];
  for (const { id, title } of products) {
    const health = Object.values(report.by_product.find((one) => one.id === id)?.health ?? {});
    const state = states.find((each) => health.includes(each)) ?? 'unknown';
    const [, row = ''] = new RegExp(`<a href="/api/v1/products/${id}/summary">(.*?)</tr>`, 's').exec(page) ?? [];
    expect(row).toMatch(new RegExp(`^${title}</a></th>\\s*<td class="\\w*">${state}</td>`));
  }
  expect(new Set(report.by_product.flatMap(({ health }) => Object.values(health))).size).toBeGreaterThan(1);
  expect(page).toContain('What could not be read');
  expect(page).not.toContain('<h2>Reports</h2>');
  const body = JSON.stringify({ output_file: 'for people/first.md' });
  await server.get('/api/v1/reports', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const link = '/api/v1/reports/for%20people%2Ffirst.md';
  expect(await (await server.get('/')).text()).toContain(`<a href="${link}">for people/first.md</a>`);
  expect((await server.get(link)).status).toBe(200);
});

test('the page of the routes has a form for every question that reads, which leads to its answer', async () => {
  const page = await (await server.get('/docs')).text();
  for (const operation of operations.filter(({ effects }) => effects.readOnly)) {
    const { name, inputSchema } = publishedTool(operation);
    expect(page).toContain(`action="/docs/try/${name}"`);
    for (const field of Object.keys(inputSchema.properties)) expect(page).toContain(`id="${name}.${field}"`);
  }
  const tried = await server.get('/docs/try/get_test_summary?test_id=Some+title%2F1&detail=&freshness=cached');
  expect([tried.status, tried.headers.get('Location')]).toEqual([
    303,
    '/api/v1/tests/Some%20title%2F1/summary?freshness=cached',
  ]);
  expect((await server.get('/docs/try/nothing')).status).toBe(404);
});

test('figures for Prometheus count questions and what the store holds', async () => {
  await server.get('/api/v1/products');
  await server.get('/api/v1/products?nonsense=1');
  await client.callTool({ name: 'made_up_name', arguments: { customer: 'nobody' } });
  const answer = await server.get('/metrics');
  expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  const value = (line: string) =>
    Number(
      text
        .split('\n')
        .find((one) => one.startsWith(`${line} `))
        ?.split(' ')[1],
    );
  expect(value('testio_mcp_call_seconds_count{operation="list_products",outcome="ok"}')).toBeGreaterThan(0);
  expect(value('testio_mcp_call_seconds_count{operation="list_products",outcome="invalid_input"}')).toBeGreaterThan(0);
  expect(value('testio_mcp_http_request_seconds_count{surface="rest",method="GET",status="400"}')).toBeGreaterThan(0);
  expect(value('testio_mcp_store_rows{entity="tests"}')).toBe(sandbox.state().counts.tests);
  expect(value('testio_mcp_mcp_sessions')).toBe(1);
  expect(text).toMatch(/^testio_mcp_call_seconds_count\{operation="unknown",/m);
  expect(text).not.toContain('made_up_name');
  for (const { title } of ((await (await server.get('/api/v1/products')).json()) as { products: { title: string }[] })
    .products) {
    expect(text).not.toContain(title);
  }
});

test('a report is made by POST, read over MCP and downloaded, and nothing else is', async () => {
  const made = await server.get('/api/v1/reports', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ output_file: 'sub/all tests.md' }),
  });
  const { file } = (await made.json()) as { file: { uri: string; bytes: number } };
  const { contents } = await client.readResource({ uri: file.uri });
  expect(contents).toMatchObject([{ mimeType: 'text/markdown' }]);
  const download = await server.get('/api/v1/reports/sub%2Fall%20tests.md');
  expect(download.headers.get('Content-Disposition')).toBe("attachment; filename*=UTF-8''all%20tests.md");
  const text = await download.text();
  expect(Buffer.byteLength(text)).toBe(file.bytes);
  expect((contents[0] as { text: string }).text).toBe(text);
  expect((await server.get('/api/v1/reports', { method: 'GET' })).status).toBe(405);
  const completed = await client.complete({
    ref: { type: 'ref/resource', uri: 'testio://reports/{id}' },
    argument: { name: 'id', value: 'all' },
  });
  expect(completed.completion.values).toEqual(['sub%2Fall%20tests.md']);
  for (const path of ['..%2Fconfig.env', '%2e%2e/stores/default.db', '/etc/passwd', '%00.md', '%E0%A4%A', 'none.md']) {
    const answer = await server.raw(`/api/v1/reports/${path}`, {});
    expect({ path, isRefused: [400, 404].includes(answer.status) }).toEqual({ path, isRefused: true });
  }
});
