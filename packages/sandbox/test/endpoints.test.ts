import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from './sandbox-client.ts';

const LOCAL_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+0[12]:00$/;

describe('products', () => {
  test('the list has the members of the documented sample', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    const { status, json, headers } = await call(sandbox, '/products');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(Object.keys(json)).toEqual(['products']);
    expect(json.products.map((p: { id: number }) => p.id)).toEqual(sandbox.state().ids.products);
    for (const product of json.products) {
      expect(Object.keys(product)).toEqual([
        'id',
        'name',
        'description',
        'type',
        'default_section_id',
        'sections',
        'sections_with_default',
        'connection',
        'remote_device_testing',
      ]);
      const [standard] = product.sections_with_default;
      expect(standard).toMatchObject({ id: product.default_section_id, name: 'default-section', connection: null });
      expect(standard.test_templates).toEqual({ total: 10, count: expect.any(Number) });
    }
    const layouts = json.products.map((p: { sections: unknown[] | null; sections_with_default: unknown[] }) => [
      p.sections?.length ?? null,
      p.sections_with_default.length,
    ]);
    expect(layouts).toEqual([
      [4, 5],
      [0, 1],
      [2, 3],
      [0, 1],
      [0, 2],
      [null, 1],
    ]);
    expect(json.products[3].default_section_id).toBe(json.products[3].id);
    expect(json.products[1].connection).toEqual({
      id: expect.any(Number),
      name: expect.any(String),
      url: expect.stringMatching(/^https:/),
      fixed: false,
    });
  });

  test('the filter is read in all its spellings', async () => {
    const sandbox = await sandboxForTest();
    const [first, , third] = sandbox.state().ids.products;
    const idsOf = async (query: string) =>
      (await call(sandbox, `/products?${query}`)).json.products.map((p: { id: number }) => p.id);
    expect(await idsOf(`filter[product_ids][]=${first}&filter[product_ids][]=${third}`)).toEqual([first, third]);
    expect(await idsOf(`filter[product_ids]=${third},${first}`)).toEqual([first, third]);
    expect(await idsOf('filter[product_ids]=1')).toEqual([]);
    expect((await call(sandbox, '/products?filter[product_ids]=abc')).status).toBe(400);
  });

  test('a single one is the same, wrapped', async () => {
    const sandbox = await sandboxForTest();
    const { products } = (await call(sandbox, '/products')).json;
    expect((await call(sandbox, `/products/${products[1].id}`)).json).toEqual({ product: products[1] });
  });
});

describe('features and user stories', () => {
  test('of a product without sections come from the product, its default section gives the same', async () => {
    const sandbox = await sandboxForTest();
    const product = (await call(sandbox, '/products')).json.products[1];
    const { features } = (await call(sandbox, `/products/${product.id}/features`)).json;
    expect(features).toHaveLength(8);
    expect(features.every((f: { user_stories: unknown[] }) => f.user_stories.every((s) => typeof s === 'string'))).toBe(
      true,
    );
    const section = await call(sandbox, `/products/${product.id}/sections/${product.default_section_id}/features`);
    expect(section.json).toEqual({ features });
    const stories = (await call(sandbox, `/products/${product.id}/user_stories`)).json;
    expect(stories.user_stories).toHaveLength(24);
    expect(Object.keys(stories.user_stories[0])).toEqual(['id', 'path', 'title']);
    const same = await call(sandbox, `/products/${product.id}/user_stories?section_id=${product.default_section_id}`);
    expect(same.json).toEqual(stories);
  });

  test('with includes[] stories are objects that name their feature', async () => {
    const sandbox = await sandboxForTest();
    const product = (await call(sandbox, '/products')).json.products[1];
    const plain = (await call(sandbox, `/products/${product.id}/features`)).json.features;
    const full = (await call(sandbox, `/products/${product.id}/features?includes[]=user_stories&includes[]=moon`)).json
      .features;
    expect(full.map((f: { id: number }) => f.id)).toEqual(plain.map((f: { id: number }) => f.id));
    for (const [i, feature] of full.entries()) {
      for (const story of feature.user_stories) {
        expect(story).toEqual({ id: expect.any(Number), path: story.title, title: story.path, feature_id: feature.id });
      }
      expect(feature.user_stories.map((s: { path: string }) => s.path)).toEqual(plain[i].user_stories);
    }
  });

  test('of a product with sections need a section, and some features are in two', async () => {
    const sandbox = await sandboxForTest();
    const product = (await call(sandbox, '/products')).json.products[0];
    const [one, two] = product.sections;
    expect((await call(sandbox, `/products/${product.id}/features`)).status).toBe(422);
    expect((await call(sandbox, `/products/${product.id}/user_stories`)).status).toBe(500);
    const list = async (section: number) =>
      (await call(sandbox, `/products/${product.id}/sections/${section}/features`)).json.features;
    const ids = async (section: number) => (await list(section)).map((f: { id: number }) => f.id);
    const [inOne, inTwo] = [await ids(one.id), await ids(two.id)];
    expect(new Set([...inOne, ...inTwo]).size).toBe(14);
    expect(inOne.length + inTwo.length).toBeGreaterThan(14);
    expect(await list(product.default_section_id)).toEqual([]);
    const stories = await call(sandbox, `/products/${product.id}/user_stories?section_id=${one.id}`);
    const texts = (await list(one.id)).flatMap((f: { user_stories: string[] }) => f.user_stories);
    expect(stories.json.user_stories.map((s: { path: string }) => s.path).sort()).toEqual(texts.sort());
  });

  test('a section of another product is not found', async () => {
    const sandbox = await sandboxForTest();
    const [sectioned, plain] = (await call(sandbox, '/products')).json.products;
    const foreign = plain.default_section_id;
    expect((await call(sandbox, `/products/${sectioned.id}/sections/${foreign}/features`)).status).toBe(404);
    expect((await call(sandbox, `/products/${sectioned.id}/user_stories?section_id=${foreign}`)).status).toBe(404);
    expect((await call(sandbox, `/products/${sectioned.id}/user_stories?section_id=x`)).status).toBe(400);
  });

  test('a single story stands in no envelope', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.user_stories;
    const { json } = await call(sandbox, `/user_stories/${id}`);
    expect(json).toEqual({ id, path: expect.any(String), title: json.path });
  });
});

describe('the rest', () => {
  test('test environments carry plain-text credentials', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.products;
    const { test_environments: list } = (await call(sandbox, `/products/${id}/test_environments`)).json;
    expect(list.length).toBeGreaterThan(0);
    for (const environment of list) {
      expect(Object.keys(environment)).toEqual([
        'id',
        'title',
        'url',
        'username',
        'password',
        'access',
        'proxy',
        'allow_orders',
        'access_type',
        'environment_test_information',
        'binary_app',
      ]);
      expect(sandbox.secrets).toEqual(
        expect.arrayContaining([environment.username, environment.password, environment.access]),
      );
      const single = await call(sandbox, `/products/${id}/test_environments/${environment.id}`);
      expect(single.json).toEqual({ test_environment: environment });
    }
    expect((await call(sandbox, `/products/${id}/test_environments/1`)).status).toBe(404);
  });

  test('templates need a product', async () => {
    const sandbox = await sandboxForTest({ size: 'medium' });
    const found = [];
    for (const id of sandbox.state().ids.products) {
      found.push(...(await call(sandbox, `/test_templates?product_id=${id}`)).json.test_templates);
    }
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toEqual({
      id: expect.any(Number),
      title: expect.any(String),
      test_scenario_template: 'ExploratoryTest',
      max_test_duration: 48,
      min_test_duration: 2,
      default_test_duration: expect.any(Number),
    });
    const missing = await call(sandbox, '/test_templates');
    expect([missing.status, missing.json]).toEqual([400, { error: 'product_id is missing' }]);
    expect((await call(sandbox, '/test_templates?product_id=7')).status).toBe(404);
  });

  test('a connection can be read by the id its product names', async () => {
    const sandbox = await sandboxForTest();
    const { products } = (await call(sandbox, '/products')).json;
    const { connection } = products[1];
    expect((await call(sandbox, `/connections/${connection.id}`)).json).toEqual({ connection });
    expect((await call(sandbox, '/connections/1')).status).toBe(404);
  });

  test('every call for an upload address allocates another app', async () => {
    const sandbox = await sandboxForTest();
    const one = (await call(sandbox, '/binary_apps/upload_url')).json;
    const two = (await call(sandbox, '/binary_apps/upload_url')).json;
    expect(two.binary_app_id).not.toBe(one.binary_app_id);
    expect(one.fields.key).toMatch(/\$\{filename\}$/);
    expect(one.fields.success_action_status).toBe('201');
    expect(Object.values(one.fields).every((value) => typeof value === 'string')).toBe(true);
  });

  test('reject reasons are all seven', async () => {
    const sandbox = await sandboxForTest();
    const { reject_reasons: reasons } = (await call(sandbox, '/bugs/reject_reasons')).json;
    expect(reasons.map((reason: { key: string }) => reason.key)).toEqual([
      'device_not_relevant',
      'ignored_instructions',
      'intended_behavior',
      'irrelevant',
      'known_bug',
      'not_reproducible',
      'request_timeout',
    ]);
    expect(reasons.at(-1).default_comment).toMatch(/rejected automatically.*24 hours/);
  });
});

describe('dates', () => {
  test('of tests and bugs have the local offset of their season, those of runs are UTC', async () => {
    const sandbox = await sandboxForTest();
    const [product] = sandbox.state().ids.products;
    const tests = [];
    for (let page = 1; page <= 35; page++) {
      const reply = await call(sandbox, `/products/${product}/exploratory_tests?page=${page}&per_page=1`);
      if (reply.status === 200) tests.push(...reply.json.exploratory_tests);
    }
    const dates = tests
      .flatMap((t: { start_at: string | null; end_at: string | null }) => [t.start_at, t.end_at])
      .filter(Boolean);
    expect(dates.length).toBeGreaterThan(40);
    for (const date of dates) expect(date).toMatch(LOCAL_DATE);
    expect(dates.some((date) => date?.endsWith('+01:00'))).toBe(true);
    expect(dates.some((date) => date?.endsWith('+02:00'))).toBe(true);
    for (const date of dates) expect(date?.endsWith('+02:00')).toBe(isSummer(String(date)));
    const runs = (await call(sandbox, '/user_story_version_executions')).json.user_story_version_executions;
    for (const run of runs) expect(run.executed_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

/** By the runtime's own tables of time zones. */
function isSummer(date: string): boolean {
  const zone = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' });
  return zone.format(new Date(date)).endsWith('GMT+02:00');
}
