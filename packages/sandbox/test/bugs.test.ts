import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from './sandbox-client.ts';

interface Bug {
  id: number;
}

describe('the list', () => {
  test('by product holds exactly the bugs of its tests, with a count', async () => {
    const sandbox = await sandboxForTest();
    const { products, bugs } = sandbox.state().ids;
    const found: Bug[] = [];
    for (const id of products) {
      const { json } = await call(sandbox, `/bugs?filter_product_ids=${id}`);
      expect(json.meta).toEqual({ record_count: json.bugs.length });
      found.push(...json.bugs);
    }
    expect(found.map((bug) => bug.id).sort((a, b) => a - b)).toEqual(bugs);
    expect(new Set(bugs).size).toBe(400);
  });

  test('takes many test ids at once, in ascending order of bug ids, and ignores unknown ones', async () => {
    const sandbox = await sandboxForTest();
    const { tests, bugs } = sandbox.state().ids;
    const found: number[] = [];
    for (let i = 0; i < tests.length; i += 15) {
      const ids = [...tests.slice(i, i + 15), 5].join(',');
      const { json } = await call(sandbox, `/bugs?filter_test_cycle_ids=${ids}`);
      const own = json.bugs.map((bug: Bug) => bug.id);
      expect(own).toEqual([...own].sort((a, b) => a - b));
      found.push(...own);
    }
    expect(found.sort((a, b) => a - b)).toEqual(bugs);
    expect((await call(sandbox, '/bugs?filter_test_cycle_ids=999999999')).json).toEqual({
      bugs: [],
      meta: { record_count: 0 },
    });
  });

  test('several filters must all hold', async () => {
    const sandbox = await sandboxForTest();
    const { products } = (await call(sandbox, '/products')).json;
    const [sectioned, plain] = products;
    const count = async (query: string) => (await call(sandbox, `/bugs?${query}`)).json.meta.record_count;
    const whole = await count(`filter_product_ids=${sectioned.id}`);
    const bySection = [];
    for (const { id } of sectioned.sections)
      bySection.push(await count(`filter_product_ids=${sectioned.id}&filter_section_ids=${id}`));
    expect(bySection.every((part) => part > 0)).toBe(true);
    expect(bySection.reduce((a, b) => a + b, 0)).toBe(whole);
    expect(await count(`filter_product_ids=${plain.id}&filter_section_ids=${sectioned.sections[0].id}`)).toBe(0);
    const byExport = [];
    for (const status of ['exported', 'export_requested', 'not_exported']) {
      byExport.push(await count(`filter_product_ids=${sectioned.id}&export_status=${status}`));
    }
    expect(byExport.reduce((a, b) => a + b, 0)).toBe(whole);
    expect(byExport.every((part) => part > 0)).toBe(true);
  });

  test.each(['filter_product_ids=x', 'filter_section_ids=1,b', 'filter_test_cycle_ids=', 'export_status=maybe'])(
    'refuses %s',
    async (query) => {
      const sandbox = await sandboxForTest();
      const reply = await call(sandbox, `/bugs?${query}`);
      expect([reply.status, Object.keys(reply.json)]).toEqual([400, ['error']]);
    },
  );
});

describe('a bug', () => {
  test('read alone is the bug of the list', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${id}`)).json;
    for (const bug of bugs.slice(0, 20)) expect((await call(sandbox, `/bugs/${bug.id}`)).json).toEqual({ bug });
    expect((await call(sandbox, `/bugs/${bugs[0].id + 100_000_000}`)).status).toBe(404);
  });

  test('is found by its key in the tracker, and only by that', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${id}&export_status=exported`)).json;
    const search = (body: unknown) => call(sandbox, '/bugs', { method: 'POST', body: JSON.stringify(body) });
    const found = (await search({ bug: { external_idx: bugs[0].external_idx } })).json;
    expect(found).toEqual({ bugs: [bugs[0]] });
    expect((await search({ bug: { external_idx: 'NONE-1' } })).json).toEqual({ bugs: [] });
    expect((await search({})).json).toEqual({ error: 'bug is missing' });
    expect((await search({ bug: {} })).status).toBe(400);
    expect((await call(sandbox, '/bugs', { method: 'POST', body: '{' })).status).toBe(400);
  });
});
