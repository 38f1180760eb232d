import { ControlError, type Sandbox, type SandboxEdit } from '@testio-mcp/sandbox';
import { describe, expect, test } from 'vitest';
import { call, control, sandboxForTest } from './sandbox-client.ts';

const DAY = 86_400_000;

function ago(sandbox: Sandbox, days: number): string {
  return new Date(Date.parse(sandbox.now) - days * DAY).toISOString().replace('.000Z', 'Z');
}

async function listed(sandbox: Sandbox, product: number): Promise<number[]> {
  const { json } = await call(sandbox, `/products/${product}/exploratory_tests?page=1&per_page=100`);
  return json.exploratory_tests.map((item: { id: number }) => item.id);
}

async function first<T>(sandbox: Sandbox, path: string, name: string): Promise<T> {
  return (await call(sandbox, path)).json[name][0];
}

describe('tests', () => {
  test('are added, found everywhere, and deleted with their bugs', async () => {
    const sandbox = await sandboxForTest();
    const [, product = 0] = sandbox.state().ids.products;
    const set = {
      title: 'Added',
      status: 'running',
      start_at: ago(sandbox, 1),
      end_at: ago(sandbox, -2),
      created_by: 'New Person',
    };
    const [id = 0] = sandbox.edit([{ op: 'add', kind: 'test', parent: product, set }]);
    const item = (await call(sandbox, `/exploratory_tests/${id}`)).json.exploratory_test;
    expect(item).toMatchObject({ id, ...set, test_title: 'Added', product: { id: product } });
    expect(item.features).toHaveLength(1);
    expect(await listed(sandbox, product)).toContain(id);
    const [bug = 0] = sandbox.edit([
      { op: 'add', kind: 'bug', parent: id, set: { title: 'Broken', author: { name: 'newtester' } } },
    ]);
    const wire = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json.bugs[0];
    expect(wire).toMatchObject({ id: bug, title: 'Broken', status: 'forwarded', test: { id, title: 'Added' } });
    expect(wire.test_feature.id).toBe(item.features[0].id);
    expect(sandbox.state().counts).toMatchObject({ tests: 61, bugs: 401, people: 20 });
    sandbox.edit([{ op: 'delete', kind: 'test', id }]);
    expect((await call(sandbox, `/exploratory_tests/${id}`)).status).toBe(404);
    expect((await call(sandbox, `/bugs/${bug}`)).status).toBe(404);
    expect(sandbox.state().counts).toMatchObject({ tests: 60, bugs: 400, people: 18 });
  });

  test('deleting a seeded one takes its bugs out of every answer', async () => {
    const sandbox = await sandboxForTest();
    const [, product] = sandbox.state().ids.products;
    const bug = await first<{ id: number; test: { id: number } }>(
      sandbox,
      `/bugs?filter_product_ids=${product}`,
      'bugs',
    );
    const own = (await call(sandbox, `/bugs?filter_test_cycle_ids=${bug.test.id}`)).json.meta.record_count;
    sandbox.edit([{ op: 'delete', kind: 'test', id: bug.test.id }]);
    expect((await call(sandbox, `/bugs/${bug.id}`)).status).toBe(404);
    expect((await call(sandbox, `/bugs?filter_test_cycle_ids=${bug.test.id}`)).json.bugs).toEqual([]);
    expect(sandbox.state().counts.bugs).toBe(400 - own);
  });

  test('move in the list when their end changes; equal ends are ordered by id', async () => {
    const sandbox = await sandboxForTest();
    const [, product = 0] = sandbox.state().ids.products;
    const before = await listed(sandbox, product);
    const [last = 0, other = 0] = before.toReversed();
    sandbox.edit([{ op: 'change', kind: 'test', id: last, set: { end_at: '2030-01-01T10:00:00+01:00' } }]);
    const order = await listed(sandbox, product);
    expect(order.toSorted()).toEqual(before.toSorted());
    expect(order.indexOf(last)).toBeLessThan(before.length - 1);
    expect(order.filter((id) => id !== last)).toEqual(before.filter((id) => id !== last));
    sandbox.edit([{ op: 'change', kind: 'test', id: other, set: { end_at: '2030-01-01T09:00:00Z' } }]);
    const tied = await listed(sandbox, product);
    expect(Math.abs(tied.indexOf(last) - tied.indexOf(other))).toBe(1);
    expect(tied.indexOf(Math.max(last, other))).toBeLessThan(tied.indexOf(Math.min(last, other)));
    sandbox.edit([{ op: 'change', kind: 'test', id: other, set: { end_at: null } }]);
    const moved = (await listed(sandbox, product)).indexOf(other);
    expect(moved).toBeLessThan((await listed(sandbox, product)).indexOf(last));
    const item = (await call(sandbox, `/exploratory_tests/${last}`)).json.exploratory_test;
    expect(item.end_at).toBe('2030-01-01T10:00:00+01:00');
  });

  test('a change shows in list, single read, bugs and runs, and leaves everything else alone', async () => {
    const sandbox = await sandboxForTest();
    const [product = 0] = sandbox.state().ids.products;
    const bug = await first<{ id: number; test: { id: number } }>(
      sandbox,
      `/bugs?filter_product_ids=${product}`,
      'bugs',
    );
    const { id } = bug.test;
    const path = `/exploratory_tests/${id}?includes[]=user_stories`;
    const before = (await call(sandbox, path)).json.exploratory_test;
    const bugsBefore = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json.bugs;
    const set = {
      title: 'Renamed',
      status: 'paused',
      goal: 'Find **it**',
      created_by: 'Somebody Else',
      start_at: null,
    };
    sandbox.edit([{ op: 'change', kind: 'test', id, set }]);
    expect((await call(sandbox, path)).json.exploratory_test).toEqual({
      ...before,
      ...set,
      test_title: 'Renamed',
      goal_text: 'Find it',
    });
    const bugs = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json.bugs;
    expect(bugs).toEqual(bugsBefore.map((b: object) => ({ ...b, test: { id, title: 'Renamed' } })));
    expect(sandbox.state().ids.people).toContain('customer:Somebody Else');
  });

  test('features of a test can be exchanged, its bugs then hang on one that is left', async () => {
    const sandbox = await sandboxForTest();
    const [, product = 0] = sandbox.state().ids.products;
    const bug = await first<{ test: { id: number }; test_feature: { id: number } }>(
      sandbox,
      `/bugs?filter_product_ids=${product}`,
      'bugs',
    );
    const feature = await first<{ id: number; title: string }>(sandbox, `/products/${product}/features`, 'features');
    const { id } = bug.test;
    sandbox.edit([
      { op: 'change', kind: 'test', id, set: { features: [{ feature_id: feature.id, title: 'As it was' }] } },
    ]);
    const { features } = (await call(sandbox, `/exploratory_tests/${id}`)).json.exploratory_test;
    expect(features).toMatchObject([{ feature_id: feature.id, title: 'As it was' }]);
    const { bugs } = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json;
    expect(new Set(bugs.map((b: { test_feature: { id: number } }) => b.test_feature.id))).toEqual(
      new Set([features[0].id]),
    );
  });
});

describe('bugs', () => {
  test('a change shows in every endpoint', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json;
    const bug = bugs.find((b: { status: string; external_idx: null }) => b.status === 'rejected');
    const set = {
      status: 'accepted',
      title: 'New',
      external_idx: 'KEY-1',
      exported_at: sandbox.now,
      comments: [{ body: 'Hm' }],
    };
    sandbox.edit([{ op: 'change', kind: 'bug', id: bug.id, set }]);
    const expected = {
      ...bug,
      ...set,
      auto_accepted: false,
      comments: [{ id: expect.any(Number), body: 'Hm', author: null }],
    };
    expect((await call(sandbox, `/bugs/${bug.id}`)).json.bug).toEqual(expected);
    const list = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json.bugs;
    expect(list).toEqual(bugs.map((b: { id: number }) => (b.id === bug.id ? expected : b)));
    const search = await call(sandbox, '/bugs', { method: 'POST', body: '{"bug":{"external_idx":"KEY-1"}}' });
    expect(search.json.bugs).toEqual([expected]);
    expect((await call(sandbox, `/bugs?filter_product_ids=${product}&export_status=exported`)).text).toContain('KEY-1');
  });

  test('a new status without auto_accepted is one that a person gave', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json;
    const [one, two] = bugs.filter((bug: { auto_accepted: boolean }) => bug.auto_accepted === true);
    sandbox.edit([
      { op: 'change', kind: 'bug', id: one.id, set: { status: 'rejected' } },
      { op: 'change', kind: 'bug', id: two.id, set: { title: 'Same status' } },
    ]);
    expect((await call(sandbox, `/bugs/${one.id}`)).json.bug).toEqual({
      ...one,
      status: 'rejected',
      auto_accepted: false,
    });
    expect((await call(sandbox, `/bugs/${two.id}`)).json.bug).toEqual({ ...two, title: 'Same status' });
  });

  test('a forwarded one older than ten days is accepted by the system', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.tests;
    const add = (days: number): SandboxEdit => ({
      op: 'add',
      kind: 'bug',
      parent: id ?? 0,
      set: { reported_at: ago(sandbox, days) },
    });
    const [young, old] = sandbox.edit([add(9.99), add(10)]);
    const read = async (bug: number | undefined) => (await call(sandbox, `/bugs/${bug}`)).json.bug;
    expect(await read(young)).toMatchObject({ status: 'forwarded', auto_accepted: false });
    expect(await read(old)).toMatchObject({ status: 'accepted', auto_accepted: true });
    sandbox.edit([{ op: 'change', kind: 'bug', id: young ?? 0, set: { reported_at: ago(sandbox, 30) } }]);
    expect(await read(young)).toMatchObject({ status: 'accepted', auto_accepted: true });
    sandbox.edit([{ op: 'change', kind: 'bug', id: old ?? 0, set: { status: 'rejected' } }]);
    expect(await read(old)).toMatchObject({ status: 'rejected', auto_accepted: false });
    const list = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json.bugs;
    expect(list.find((b: { id: number }) => b.id === young)).toMatchObject({ status: 'accepted', auto_accepted: true });
  });

  test('are deleted from lists, single reads, metrics and people', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${product}`)).json;
    const [bug] = bugs;
    const total = async () =>
      (await call(sandbox, `/exploratory_tests/${bug.test.id}`)).json.exploratory_test.analytics.total_bugs;
    const before = await total();
    sandbox.edit([{ op: 'delete', kind: 'bug', id: bug.id }]);
    expect((await call(sandbox, `/bugs/${bug.id}`)).status).toBe(404);
    expect((await call(sandbox, `/bugs?filter_product_ids=${product}`)).json.bugs).toEqual(bugs.slice(1));
    expect(await total()).toBe(before - 1);
    expect(sandbox.state().ids.bugs).not.toContain(bug.id);
    sandbox.edit([{ op: 'change', kind: 'bug', id: bugs[1].id, set: { author: { name: 'stranger' } } }]);
    expect(sandbox.state().ids.people).toContain('tester:stranger');
  });
});

describe('products and features', () => {
  test('a product is added, changed in every test, and deleted with all it has', async () => {
    const sandbox = await sandboxForTest();
    const [id = 0] = sandbox.edit([
      { op: 'add', kind: 'product', set: { name: 'Fresh', sections: [{ name: 'One' }, { name: 'Two' }] } },
    ]);
    const product = (await call(sandbox, `/products/${id}`)).json.product;
    expect(product.sections.map((s: { name: string }) => s.name)).toEqual(['One', 'Two']);
    expect((await call(sandbox, `/products/${id}/features`)).status).toBe(422);
    const [feature = 0, test = 0] = sandbox.edit([
      {
        op: 'add',
        kind: 'feature',
        parent: id,
        set: { title: 'Door', user_stories: ['Open', 'Close'], section_ids: [product.sections[1].id] },
      },
      { op: 'add', kind: 'test', parent: id, set: { section: { id: product.sections[1].id } } },
    ]);
    sandbox.edit([{ op: 'change', kind: 'product', id, set: { name: 'Fresher' } }]);
    const item = (await call(sandbox, `/exploratory_tests/${test}`)).json.exploratory_test;
    expect(item).toMatchObject({ product: { name: 'Fresher' }, section: { name: 'Two' } });
    expect(item.features).toMatchObject([{ feature_id: feature, title: 'Door', user_stories: ['Open', 'Close'] }]);
    expect(sandbox.state().counts).toMatchObject({ products: 4, features: 28, user_stories: 95, tests: 61 });
    sandbox.edit([{ op: 'delete', kind: 'product', id }]);
    expect((await call(sandbox, `/exploratory_tests/${test}`)).status).toBe(404);
    expect(sandbox.state().counts).toEqual((await sandboxForTest()).state().counts);
  });

  test('a product that gets sections wants one named from then on', async () => {
    const sandbox = await sandboxForTest();
    const [, product = 0] = sandbox.state().ids.products;
    const before = (await call(sandbox, `/products/${product}/features`)).json;
    sandbox.edit([{ op: 'change', kind: 'product', id: product, set: { sections: [{ name: 'All' }] } }]);
    expect((await call(sandbox, `/products/${product}/features`)).status).toBe(422);
    const [section] = (await call(sandbox, `/products/${product}`)).json.product.sections;
    expect((await call(sandbox, `/products/${product}/sections/${section.id}/features`)).json).toEqual(before);
    const tests = (await call(sandbox, `/products/${product}/exploratory_tests?page=1`)).json.exploratory_tests;
    expect(tests.every((item: { section: { id: number } }) => item.section.id === section.id)).toBe(true);
    expect(sandbox.state().counts.features).toBe(27);
  });

  test('stories whose text stays keep their ids; tests keep their copy of a feature that goes', async () => {
    const sandbox = await sandboxForTest();
    const [, product = 0] = sandbox.state().ids.products;
    const bug = await first<{ test: { id: number }; test_feature: { feature_id: number } }>(
      sandbox,
      `/bugs?filter_product_ids=${product}`,
      'bugs',
    );
    const id = bug.test_feature.feature_id;
    const path = `/products/${product}/features?includes[]=user_stories`;
    const find = async () => (await call(sandbox, path)).json.features.find((f: { id: number }) => f.id === id);
    const [story] = (await find()).user_stories;
    sandbox.edit([
      { op: 'change', kind: 'feature', id, set: { title: 'Anew', user_stories: [story.path, 'Another one'] } },
    ]);
    const changed = await find();
    expect(changed.title).toBe('Anew');
    expect(changed.user_stories).toMatchObject([story, { path: 'Another one', feature_id: id }]);
    const { user_stories: stories } = (await call(sandbox, `/products/${product}/user_stories`)).json;
    const ids = stories.map((item: { id: number }) => item.id);
    expect(ids).toEqual(ids.toSorted((a: number, b: number) => a - b));
    const test = (await call(sandbox, `/exploratory_tests/${bug.test.id}`)).json.exploratory_test;
    sandbox.edit([{ op: 'delete', kind: 'feature', id }]);
    expect(await find()).toBeUndefined();
    expect((await call(sandbox, `/user_stories/${story.id}`)).status).toBe(404);
    expect((await call(sandbox, `/exploratory_tests/${bug.test.id}`)).json.exploratory_test).toEqual(test);
    expect(sandbox.state().counts.features).toBe(26);
  });
});

describe('malformed edits', () => {
  test.each([
    [{ op: 'add' }, /must be a list/],
    [[{ op: 'grow', kind: 'test', id: 1 }], /op must be one of/],
    [[{ op: 'add', kind: 'user' }], /kind must be one of/],
    [[{ op: 'change', kind: 'test', set: {} }], /id is missing/],
    [[{ op: 'change', kind: 'test', id: 1, set: {} }], /no test 1/],
    [[{ op: 'delete', kind: 'bug', id: 1 }], /no bug 1/],
    [[{ op: 'delete', kind: 'product', id: 1, set: {} }], /no member "set"/],
    [[{ op: 'add', kind: 'test' }], /parent is missing/],
    [[{ op: 'add', kind: 'feature', parent: 1 }], /no product 1/],
    [[{ op: 'add', kind: 'product', parent: 1 }], /a product has none/],
    [[{ op: 'add', kind: 'product', set: { colour: 'red' } }], /no member "colour"/],
    [[{ op: 'add', kind: 'product', set: { name: 1 } }], /name must be a text/],
    [[{ op: 'add', kind: 'product', set: [] }], /set must be an object/],
    [[{ op: 'add', kind: 'product', id: 'x' }], /id must be a positive/],
    [[{ op: 'poison', id: 1 }], /no test 1/],
    [[{ op: 'cure' }], /id is missing/],
  ])('%j are refused', async (body, message) => {
    const sandbox = await sandboxForTest();
    const reply = await control(sandbox, 'POST', 'edits', body);
    expect(reply.status).toBe(400);
    expect(reply.json.error).toMatch(message);
    expect(reply.json.error).toMatch(/^[^\n]+\.$/);
  });

  test('a list is applied whole or not at all', async () => {
    const sandbox = await sandboxForTest();
    const [product = 0] = sandbox.state().ids.products;
    const { tests, bugs, features } = sandbox.state().ids;
    const before = sandbox.state();
    const pages = async () => (await call(sandbox, `/products/${product}/exploratory_tests?page=1&per_page=10`)).text;
    const page = await pages();
    const edits: SandboxEdit[] = [
      { op: 'add', kind: 'product', set: { name: 'Gone again' } },
      { op: 'add', kind: 'test', parent: product, set: { end_at: '2040-01-01T00:00:00Z' } },
      { op: 'change', kind: 'feature', id: features[0] ?? 0, set: { title: 'Gone again' } },
      { op: 'change', kind: 'test', id: tests[3] ?? 0, set: { end_at: null } },
      { op: 'delete', kind: 'test', id: tests[0] ?? 0 },
      { op: 'delete', kind: 'bug', id: bugs.at(-1) ?? 0 },
      { op: 'poison', id: tests[5] ?? 0 },
      { op: 'cure', id: before.poisoned[0] ?? 0 },
      { op: 'delete', kind: 'product', id: product },
      { op: 'change', kind: 'bug', id: 1, set: {} },
    ];
    expect(() => sandbox.edit(edits)).toThrow(ControlError);
    expect(sandbox.state()).toEqual(before);
    expect(await pages()).toBe(page);
    expect(() => sandbox.edit(edits.slice(0, -1))).not.toThrow();
    expect(sandbox.state()).not.toEqual(before);
  });

  test('a date without an offset and a taken id are refused', async () => {
    const sandbox = await sandboxForTest();
    const [id = 0] = sandbox.state().ids.tests;
    const [product = 0] = sandbox.state().ids.products;
    const change = (set: Record<string, unknown>) => () => sandbox.edit([{ op: 'change', kind: 'test', id, set }]);
    expect(change({ end_at: '2026-03-17T00:00:00' })).toThrow(/end_at must be an ISO 8601 date/);
    expect(change({ features: [{ id: 1 }] })).toThrow(/no feature with the id 1/);
    expect(change({ section: { id: 1 } })).toThrow(/section must have the id/);
    expect(change({ test_environment: { id: 1 } })).toThrow(/test_environment must have the id/);
    expect(() => sandbox.edit([{ op: 'add', kind: 'test', id, parent: product }])).toThrow(/a test \d+ already/);
    const [given] = sandbox.edit([{ op: 'add', kind: 'test', id: 7, parent: product }]);
    expect(given).toBe(7);
  });
});
