import { request } from 'node:http';
import type { FaultRule, Sandbox } from '@testio-mcp/sandbox';
import { describe, expect, test } from 'vitest';
import { call, control, sandboxForTest } from './sandbox-client.ts';

async function withFault(rule: FaultRule): Promise<Sandbox> {
  const sandbox = await sandboxForTest();
  sandbox.addFaults([rule]);
  return sandbox;
}

describe('a fault', () => {
  test.each([401, 403, 404, 422, 500, 502, 503])('status:%i answers so, in the shape of an error', async (status) => {
    const sandbox = await withFault({ fault: `status:${status}` });
    expect(await call(sandbox, '/products')).toMatchObject({ status, json: { error: expect.any(String) } });
  });

  test('429 asks for a pause, in seconds or by a date', async () => {
    const sandbox = await withFault({ fault: '429:seconds', times: 1 });
    sandbox.addFaults([
      { fault: '429:date', times: 1 },
      { fault: '429:20', times: 1 },
    ]);
    const [seconds, date, twenty] = [
      await call(sandbox, '/products'),
      await call(sandbox, '/products'),
      await call(sandbox, '/products'),
    ];
    expect([seconds.status, date.status, twenty.status]).toEqual([429, 429, 429]);
    expect(seconds.headers.get('retry-after')).toBe('1');
    expect(twenty.headers.get('retry-after')).toBe('20');
    const pause = Date.parse(String(date.headers.get('retry-after'))) - Date.now();
    expect(pause).toBeGreaterThan(-1_000);
    expect(pause).toBeLessThanOrEqual(2_000);
    expect((await call(sandbox, '/products')).status).toBe(200);
  });

  test('reset breaks the connection', async () => {
    const sandbox = await withFault({ fault: 'reset', times: 1 });
    const code = await new Promise((resolve) => {
      const outgoing = request(`${sandbox.url}/products`, () => resolve('answered'));
      outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      outgoing.end();
    });
    expect(code).toBe('ECONNRESET');
    expect(sandbox.requests()).toMatchObject([{ path: '/customer/v2/products', status: 0 }]);
    expect((await call(sandbox, '/products')).status).toBe(200);
  });

  test('timeout never answers', async () => {
    const sandbox = await withFault({ fault: 'timeout', times: 1 });
    const answer = call(sandbox, '/products', { signal: AbortSignal.timeout(80) });
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(sandbox.requests()).toMatchObject([{ status: 0 }]);
  });

  test('truncate cuts the JSON', async () => {
    const sandbox = await withFault({ fault: 'truncate', times: 1 });
    const cut = await call(sandbox, '/products');
    const whole = await call(sandbox, '/products');
    expect([cut.status, cut.json]).toEqual([200, undefined]);
    expect(whole.text.startsWith(cut.text)).toBe(true);
    expect(cut.text.length).toBeGreaterThan(0);
  });

  test('garbage is HTML with status 200', async () => {
    const reply = await call(await withFault({ fault: 'garbage' }), '/products');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(reply.text).toMatch(/^<!DOCTYPE html>/);
  });

  test('slow gives the right answer late', async () => {
    const sandbox = await withFault({ fault: 'slow:60', times: 1 });
    const [slow, quick] = [await call(sandbox, '/products'), await call(sandbox, '/products')];
    expect(slow.text).toBe(quick.text);
    expect(sandbox.requests()[0]?.ms).toBeGreaterThanOrEqual(55);
  });

  test('drift is valid JSON of another shape', async () => {
    const sandbox = await withFault({ fault: 'drift', times: 1 });
    const [bent, right] = [await call(sandbox, '/products'), await call(sandbox, '/products')];
    expect(Object.keys(bent.json)).toEqual(['products_v3']);
    const ids = bent.json.products_v3.map((product: { id?: string }) => product.id);
    expect(ids.some((id: unknown) => typeof id === 'string')).toBe(true);
    expect(ids.some((id: unknown) => typeof id === 'number')).toBe(false);
    expect(bent.text).toContain(right.json.products[0].name);
    expect(JSON.stringify(bent.json)).not.toMatch(/"id":\d/);
  });
});

describe('which requests', () => {
  test('are matched by method, part of the path, and turn', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const statuses = async (...paths: string[]) => {
      const found = [];
      for (const path of paths) found.push((await call(sandbox, path)).status);
      return found;
    };
    sandbox.addFaults([{ match: { path: '/bugs', method: 'get', nth: 2 }, fault: 'status:503' }]);
    expect(await statuses('/bugs/reject_reasons', '/products', '/bugs/reject_reasons', '/bugs/reject_reasons')).toEqual(
      [200, 200, 503, 200],
    );
    sandbox.clearFaults();
    sandbox.addFaults([{ match: { path: `/products/${product}` }, fault: 'status:502', times: 2 }]);
    expect(await statuses('/products', `/products/${product}`, `/products/${product}`, `/products/${product}`)).toEqual(
      [200, 502, 502, 200],
    );
    sandbox.clearFaults();
    sandbox.addFaults([{ match: { method: 'POST' }, fault: 'status:500' }]);
    expect(await statuses('/products')).toEqual([200]);
    expect((await call(sandbox, '/bugs', { method: 'POST', body: '{}' })).status).toBe(500);
    sandbox.addFaults([{ fault: 'status:503' }]);
    expect(await statuses('/products', '/products')).toEqual([503, 503]);
    sandbox.clearFaults();
    expect(await statuses('/products')).toEqual([200]);
  });

  test('a request counts for every rule it matches', async () => {
    const sandbox = await sandboxForTest();
    sandbox.addFaults([
      { match: { nth: 1 }, fault: 'status:500' },
      { match: { nth: 2 }, fault: 'status:502' },
    ]);
    const found = [];
    for (let i = 0; i < 3; i++) found.push((await call(sandbox, '/products')).status);
    expect(found).toEqual([500, 502, 200]);
  });
});

describe('malformed faults', () => {
  test.each([
    [{}, /must be a list/],
    [[1], /faults\[0\] must be an object/],
    [[{ fault: 'boom' }], /no fault/],
    [[{ fault: 'status:200' }], /no fault/],
    [[{ fault: 'slow:fast' }], /no fault/],
    [[{}], /fault must be a text/],
    [[{ fault: 'reset', match: { pth: 'x' } }], /no member "pth"/],
    [[{ fault: 'reset', match: { nth: 0 } }], /nth must be a positive/],
    [[{ fault: 'reset', times: -1 }], /times must be a positive/],
    [[{ fault: 'status:500' }, { fault: 'nope' }], /no fault/],
  ])('%j is refused whole', async (body, message) => {
    const sandbox = await sandboxForTest();
    const reply = await control(sandbox, 'POST', 'faults', body);
    expect(reply.status).toBe(400);
    expect(reply.json.error).toMatch(message);
    expect((await call(sandbox, '/products')).status).toBe(200);
  });
});
