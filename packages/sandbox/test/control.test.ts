import { describe, expect, test } from 'vitest';
import { call, control, NOW, sandboxForTest } from './sandbox-client.ts';

describe('control routes', () => {
  test('need no token and say what the methods say', async () => {
    const sandbox = await sandboxForTest();
    expect((await control(sandbox, 'GET', 'state')).json).toEqual(sandbox.state());
    expect((await control(sandbox, 'GET', 'bound')).json).toEqual(sandbox.bound());
    expect((await control(sandbox, 'GET', 'requests')).json).toEqual([]);
    expect((await control(sandbox, 'GET', 'nothing')).status).toBe(404);
    expect((await control(sandbox, 'GET', 'toString')).status).toBe(404);
    expect((await control(sandbox, 'PUT', 'state', {})).status).toBe(405);
    expect((await control(sandbox, 'POST', 'edits')).status).toBe(400);
  });

  test('log requests to the API, and only those', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 30 });
    await call(sandbox, '/products?x=1&filter[product_ids]=2');
    await call(sandbox, '/products/1');
    await control(sandbox, 'GET', 'state');
    const { json } = await control(sandbox, 'GET', 'requests');
    expect(json).toEqual([
      {
        method: 'GET',
        path: '/customer/v2/products',
        query: 'x=1&filter[product_ids]=2',
        status: 200,
        ms: expect.any(Number),
        in_flight: 1,
      },
      { method: 'GET', path: '/customer/v2/products/1', query: '', status: 404, ms: expect.any(Number), in_flight: 1 },
    ]);
    expect(json.every((entry: { ms: number }) => entry.ms >= 28)).toBe(true);
    expect(sandbox.requests()).toEqual(json);
    expect((await control(sandbox, 'DELETE', 'requests')).status).toBe(200);
    expect(sandbox.requests()).toEqual([]);
  });

  test('show how many requests were open at a time', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 40 });
    await Promise.all(Array.from({ length: 4 }, () => call(sandbox, '/products')));
    expect(
      sandbox
        .requests()
        .map((entry) => entry.in_flight)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
  });

  test('faults can be set and cleared', async () => {
    const sandbox = await sandboxForTest();
    await control(sandbox, 'POST', 'faults', [{ fault: 'status:503' }]);
    expect((await call(sandbox, '/products')).status).toBe(503);
    expect((await control(sandbox, 'GET', 'state')).status).toBe(200);
    await control(sandbox, 'DELETE', 'faults');
    expect((await call(sandbox, '/products')).status).toBe(200);
  });

  test('edits answer with the ids touched', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const reply = await control(sandbox, 'POST', 'edits', [
      { op: 'change', kind: 'product', id: product, set: { name: 'Renamed' } },
      { op: 'add', kind: 'feature', parent: product, set: { title: 'Fresh' } },
    ]);
    expect(reply.status).toBe(200);
    expect(reply.json.ids).toHaveLength(2);
    expect(reply.json.ids[0]).toBe(product);
    expect(sandbox.state().ids.features).toContain(reply.json.ids[1]);
  });
});

describe('the same seed, size and now', () => {
  const paths = (ids: { products: readonly number[]; tests: readonly number[] }) => [
    '/products',
    `/products/${ids.products[0]}/exploratory_tests?page=1&includes[]=user_stories`,
    `/products/${ids.products[0]}/exploratory_tests?page=2&per_page=10`,
    `/bugs?filter_product_ids=${ids.products[0]}`,
    `/exploratory_tests/${ids.tests.at(-1)}?includes[]=user_stories`,
    '/user_story_version_executions?per_page=100',
  ];

  test('give the same bytes', async () => {
    const one = await sandboxForTest({ seed: 42 });
    const two = await sandboxForTest({ seed: 42 });
    const other = await sandboxForTest({ seed: 43 });
    expect(two.state()).toEqual(one.state());
    let differences = 0;
    for (const path of paths(one.state().ids)) {
      const text = (await call(one, path)).text;
      expect((await call(two, path)).text).toBe(text);
      if ((await call(other, path)).text !== text) differences += 1;
    }
    expect(differences).toBe(6);
  });

  test('an answer does not depend on what was asked before', async () => {
    const one = await sandboxForTest({ seed: 42 });
    const two = await sandboxForTest({ seed: 42 });
    const all = paths(one.state().ids);
    const forward = new Map<string, string>();
    for (const path of all) forward.set(path, (await call(one, path)).text);
    for (const path of all.toReversed()) expect((await call(two, path)).text).toBe(forward.get(path));
  });

  test('now moves the history along and is today by default', async () => {
    const sandbox = await sandboxForTest({ now: '2025-07-01T12:30:00+02:00' });
    expect(sandbox.now).toBe('2025-07-01T10:30:00Z');
    const [product] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json;
    const latest = Math.max(
      ...bugs.map((bug: { reported_at: string | null }) => Date.parse(bug.reported_at ?? '1970-01-01')),
    );
    expect(latest).toBeLessThanOrEqual(Date.parse(sandbox.now));
    expect(latest).toBeGreaterThan(Date.parse(sandbox.now) - 10 * 86_400_000);
    const before = new Date().toISOString().slice(0, 10);
    const { startSandbox } = await import('@testio-mcp/sandbox');
    const today = await startSandbox();
    await today.close();
    const after = new Date().toISOString().slice(0, 10);
    expect([`${before}T00:00:00Z`, `${after}T00:00:00Z`]).toContain(today.now);
    expect(NOW).not.toBe(today.now);
  });
});

test('close ends open connections', async () => {
  const { startSandbox } = await import('@testio-mcp/sandbox');
  const sandbox = await startSandbox({ now: NOW });
  sandbox.addFaults([{ fault: 'timeout' }]);
  const answer = call(sandbox, '/products').then(
    () => 'answered',
    () => 'broken',
  );
  await new Promise<void>((resolve) => {
    const look = () => (sandbox.requests().length > 0 ? resolve() : setImmediate(look));
    look();
  });
  await sandbox.close();
  expect(await answer).toBe('broken');
});
