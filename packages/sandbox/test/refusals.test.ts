import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from './sandbox-client.ts';

describe('the token', () => {
  test('must be there and right; the scheme may be spelled in any case', async () => {
    const sandbox = await sandboxForTest();
    const ask = (authorization: string) => call(sandbox, '/products', { headers: { authorization } });
    expect((await ask(`token ${sandbox.token}`)).status).toBe(200);
    expect((await ask(`TOKEN ${sandbox.token}`)).status).toBe(200);
    for (const wrong of ['', 'Token', `Token ${sandbox.token}x`, `Bearer ${sandbox.token}`, sandbox.token]) {
      const reply = await ask(wrong);
      expect([reply.status, reply.json]).toEqual([401, { error: 'Token is missing or not valid' }]);
    }
    const without = await fetch(`${sandbox.url}/products`);
    expect(without.status).toBe(401);
    expect((await fetch(`${sandbox.url}/nowhere`)).status).toBe(401);
  });

  test('follows from the seed unless it is given', async () => {
    const one = await sandboxForTest({ seed: 7 });
    const same = await sandboxForTest({ seed: 7, size: 'medium' });
    const other = await sandboxForTest({ seed: 8 });
    const given = await sandboxForTest({ token: 'my-own-token' });
    expect(one.token).toMatch(/^[0-9a-f]{40}$/);
    expect(same.token).toBe(one.token);
    expect(other.token).not.toBe(one.token);
    expect((await call(given, '/products', { headers: { authorization: 'Token my-own-token' } })).status).toBe(200);
  });
});

describe('what is not there', () => {
  test.each([
    '/products/1',
    '/products/abc',
    '/products/1/features',
    '/products/1/exploratory_tests?page=1',
    '/exploratory_tests/999999999',
    '/exploratory_tests/x',
    '/bugs/1',
    '/bugs/0x10',
    '/user_stories/1',
    '/sections',
    '/users',
    '/features/1',
    '/exploratory_tests/1/bugs',
    '/products/',
    '//products',
    '/customer/v2/products',
    '/__sandbox/state',
  ])('%s answers 404', async (path) => {
    const sandbox = await sandboxForTest();
    const reply = await call(sandbox, path);
    expect(reply.status).toBe(404);
    expect(reply.json.error).toEqual(expect.any(String));
  });

  test.each([
    ['POST', '/products'],
    ['PUT', '/products/1'],
    ['DELETE', '/products/1'],
    ['PUT', '/products/1/features/copy'],
    ['POST', '/features'],
    ['DELETE', '/products/1/user_stories/2'],
    ['POST', '/products/1/exploratory_tests'],
    ['POST', '/exploratory_tests/1/launch'],
    ['PUT', '/bugs/1/accept'],
    ['POST', '/products/1/test_environments'],
    ['POST', '/bug_report_confirmations'],
    ['PUT', '/connections/1'],
    ['POST', '/binary_apps'],
    ['PATCH', '/products'],
  ])('%s %s answers 405', async (method, path) => {
    const sandbox = await sandboxForTest();
    const reply = await call(sandbox, path, { method, body: method === 'DELETE' ? null : '{}' });
    expect(reply.status).toBe(405);
    expect(sandbox.state().counts).toMatchObject({ products: 3, tests: 60, bugs: 400 });
  });
});

describe('switches', () => {
  test('foreign ids can be forbidden instead of unknown', async () => {
    const sandbox = await sandboxForTest({ switches: { foreignIds: 403 } });
    const { products, tests } = sandbox.state().ids;
    const between = (ids: readonly number[]) =>
      ids.map((id) => id + 1).find((id) => !ids.includes(id) && id < (ids.at(-1) ?? 0));
    expect((await call(sandbox, `/products/${between(products)}`)).status).toBe(403);
    expect((await call(sandbox, `/exploratory_tests/${between(tests)}`)).status).toBe(403);
    expect((await call(sandbox, '/products/1')).status).toBe(404);
  });

  test('a product with sections may answer without a section, or refuse in the other way', async () => {
    const sandbox = await sandboxForTest({ switches: { featuresWithoutSection: 200, storiesWithoutSection: 400 } });
    const [product] = sandbox.state().ids.products;
    expect((await call(sandbox, `/products/${product}/features`)).json.features).toHaveLength(14);
    const stories = await call(sandbox, `/products/${product}/user_stories`);
    expect([stories.status, stories.json]).toEqual([400, { error: 'section_id is missing' }]);
  });

  test('errors can have no body, or one of HTML', async () => {
    const empty = await sandboxForTest({ switches: { errorBody: 'empty' } });
    expect(await call(empty, '/products/1')).toMatchObject({ status: 404, text: '' });
    const html = await sandboxForTest({ switches: { errorBody: 'html' } });
    expect((await call(html, '/products/1')).text).toMatch(/^<!DOCTYPE html>/);
  });

  test('staging pages nothing and leaves auto_accepted out', async () => {
    const sandbox = await sandboxForTest({ switches: { staging: true } });
    const [, product] = sandbox.state().ids.products;
    const page = (n: number) => call(sandbox, `/products/${product}/exploratory_tests?page=${n}&per_page=5`);
    expect((await page(1)).json.exploratory_tests).toHaveLength(18);
    expect((await page(2)).json).toEqual((await page(1)).json);
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json;
    expect(bugs.some((bug: object) => 'auto_accepted' in bug)).toBe(false);
  });
});
