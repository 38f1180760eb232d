import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../src/index.ts';
import { errorOf, type Fixture, json, startFixture, TOKEN } from './fixture-server.ts';

/** An answer that every endpoint can read. */
const ANYTHING = {
  id: 7,
  product: { id: 7 },
  exploratory_test: { id: 7 },
  bug: { id: 7, test: { id: 9 } },
  test_environment: { id: 7 },
  connection: { id: 7 },
  products: [],
  features: [],
  user_stories: [],
  exploratory_tests: [],
  bugs: [],
  reject_reasons: [],
  user_story_version_executions: [],
  test_environments: [],
  test_templates: [],
};

let fixture: Fixture;
let client: ApiClient;
beforeAll(async () => {
  fixture = await startFixture((_, response) => json(response, ANYTHING));
});
beforeEach(() => {
  fixture.seen.length = 0;
  client = fixture.client();
});
afterAll(() => fixture.close());

type Wire = [path: string, query?: [string, string][]];

describe('what goes over the wire', () => {
  const cases: [name: string, call: (api: ApiClient) => Promise<unknown>, wire: Wire][] = [
    ['all products', (api) => api.listProducts(), ['/products']],
    [
      'some products',
      (api) => api.listProducts({ ids: [3, 4] }),
      [
        '/products',
        [
          ['filter[product_ids][]', '3'],
          ['filter[product_ids][]', '4'],
        ],
      ],
    ],
    ['one product', (api) => api.getProduct(7), ['/products/7']],
    ['features', (api) => api.listFeatures(5), ['/products/5/features', [['includes[]', 'user_stories']]]],
    [
      'features of a section',
      (api) => api.listFeatures(5, { sectionId: 6 }),
      ['/products/5/sections/6/features', [['includes[]', 'user_stories']]],
    ],
    ['user stories', (api) => api.listUserStories(5), ['/products/5/user_stories']],
    [
      'user stories of a section',
      (api) => api.listUserStories(5, { sectionId: 6 }),
      ['/products/5/user_stories', [['section_id', '6']]],
    ],
    ['one user story', (api) => api.getUserStory(7), ['/user_stories/7']],
    [
      'a page of tests',
      (api) => api.listTests(5, { page: 3, perPage: 25 }),
      [
        '/products/5/exploratory_tests',
        [
          ['page', '3'],
          ['per_page', '25'],
        ],
      ],
    ],
    ['one test', (api) => api.getTest(7), ['/exploratory_tests/7', [['includes[]', 'user_stories']]]],
    [
      'bugs by every filter',
      (api) => api.listBugs({ testIds: [1, 2], productIds: [3], sectionIds: [4, 5], exportStatus: 'not_exported' }),
      [
        '/bugs',
        [
          ['filter_product_ids', '3'],
          ['filter_section_ids', '4,5'],
          ['filter_test_cycle_ids', '1,2'],
          ['export_status', 'not_exported'],
        ],
      ],
    ],
    ['one bug', (api) => api.getBug(7), ['/bugs/7']],
    ['reject reasons', (api) => api.listRejectReasons(), ['/bugs/reject_reasons']],
    [
      'executions',
      (api) => api.listExecutions({ page: 2, perPage: 50, userStoryIds: [1, 2], versionIds: [3], order: 'desc' }),
      [
        '/user_story_version_executions',
        [
          ['page', '2'],
          ['per_page', '50'],
          ['user_story_ids[]', '1'],
          ['user_story_ids[]', '2'],
          ['user_story_version_ids[]', '3'],
          ['order', 'desc'],
        ],
      ],
    ],
    ['environments', (api) => api.listTestEnvironments(5), ['/products/5/test_environments']],
    ['one environment', (api) => api.getTestEnvironment(5, 7), ['/products/5/test_environments/7']],
    [
      'templates',
      (api) => api.listTestTemplates(5, { sectionId: 6 }),
      [
        '/test_templates',
        [
          ['product_id', '5'],
          ['section_id', '6'],
        ],
      ],
    ],
    ['one connection', (api) => api.getConnection(7), ['/connections/7']],
  ];

  it.each(cases)('asks for %s', async (_, call, [path, query = []]) => {
    await call(client);
    expect(fixture.seen).toHaveLength(1);
    expect(fixture.seen[0]).toMatchObject({ method: 'GET', path: `/customer/v2${path}`, query, body: '' });
    expect(fixture.seen[0]?.headers).toMatchObject({
      authorization: `Token ${TOKEN}`,
      accept: 'application/json',
      'user-agent': 'testio-mcp',
    });
  });

  it('searches bugs by tracker key with a POST', async () => {
    await client.findBugsByTrackerKey('DECK-318 "ü"');
    expect(fixture.seen[0]).toMatchObject({ method: 'POST', path: '/customer/v2/bugs', query: [] });
    expect(fixture.seen[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(fixture.seen[0]?.body ?? '')).toEqual({ bug: { external_idx: 'DECK-318 "ü"' } });
  });

  it('sends nothing for an empty list of ids', async () => {
    expect(await client.listProducts({ ids: [] })).toEqual([]);
    expect(await client.listBugs({ testIds: [] })).toEqual([]);
    expect(await client.listBugs({ testIds: [1], productIds: [] })).toEqual([]);
    expect(await client.listExecutions({ page: 1, perPage: 25, userStoryIds: [] })).toEqual({
      executions: [],
      recordCount: 0,
    });
    expect(fixture.seen).toEqual([]);
  });

  it('refuses to ask for every bug of the account', async () => {
    expect(await errorOf(client.listBugs({}))).toMatchObject({ code: 'invalid_api_call', kind: 'validation' });
    expect(await errorOf(client.listBugs({ exportStatus: 'exported' }))).toMatchObject({ code: 'invalid_api_call' });
    expect(fixture.seen).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('refuses %d as an id', async (id) => {
    const calls = [client.getTest(id), client.listFeatures(1, { sectionId: id }), client.getTestEnvironment(1, id)];
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: 'invalid_api_call' });
    expect(fixture.seen).toEqual([]);
  });

  it('counts requests, those of a view apart', async () => {
    const view = client.withRetryBudget();
    await view.listProducts();
    await client.listProducts();
    await view.listProducts();
    expect([client.requestsSent, view.requestsSent]).toEqual([3, 2]);
  });
});

describe('base URL', () => {
  it.each([
    ['/customer/v2', '/customer/v2/products/7'],
    ['/customer/v2/', '/customer/v2/products/7'],
    ['/customer/v2//', '/customer/v2/products/7'],
    ['', '/products/7'],
    ['/', '/products/7'],
  ])('joins "%s" without doubling or dropping slashes', async (path, expected) => {
    const origin = new URL(fixture.baseUrl).origin;
    const joined = fixture.client({ baseUrl: `${origin}${path}` });
    await joined.getProduct(7);
    expect(fixture.seen[0]?.path).toBe(expected);
    expect(`${joined.baseUrl}/products/7`).toBe(`${origin}${expected}`);
  });

  it.each(['', 'api.test.io', 'ftp://api.test.io', 'https://user:pw@api.test.io', 'https://api.test.io/?a=1'])(
    'refuses "%s"',
    (baseUrl) => {
      expect(() => createApiClient({ baseUrl, token: TOKEN })).toThrow(
        expect.objectContaining({ code: 'invalid_base_url', kind: 'configuration' }),
      );
    },
  );
});

describe('options', () => {
  it.each([
    [{ token: '' }, 'missing_token'],
    [{ token: ' \n' }, 'missing_token'],
    [{ token: 'two words' }, 'invalid_token'],
    [{ token: 'line\r\nbreak' }, 'invalid_token'],
    [{ maxConcurrent: 0 }, 'invalid_api_option'],
    [{ maxConcurrent: 51 }, 'invalid_api_option'],
    [{ timeoutMs: 2 ** 31 }, 'invalid_api_option'],
    [{ maxAttempts: 1.5 }, 'invalid_api_option'],
    [{ retryBudget: -1 }, 'invalid_api_option'],
    [{ userAgent: 'a\nb' }, 'invalid_api_option'],
    [{ env: { HTTPS_PROXY: 'ftp://proxy:21' } }, 'invalid_proxy'],
    [{ env: { https_proxy: 'http://' } }, 'invalid_proxy'],
  ])('refuses %j', (options, code) => {
    const base = { baseUrl: fixture.baseUrl, token: TOKEN, env: {} };
    expect(() => createApiClient({ ...base, ...options })).toThrow(
      expect.objectContaining({ code, kind: 'configuration' }),
    );
  });

  it('trims the token, as it is often pasted with a line break', async () => {
    await fixture.client({ token: ` ${TOKEN}\n` }).listProducts();
    expect(fixture.seen[0]?.headers.authorization).toBe(`Token ${TOKEN}`);
  });
});
