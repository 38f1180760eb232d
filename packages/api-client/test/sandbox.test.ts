import { type Bug, hasSections, sectionsToWalk, type Test, TestioError } from '@testio-mcp/domain';
import { type Sandbox, type SandboxOptions, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../src/index.ts';
import { errorOf } from './fixture-server.ts';

const NOW = '2026-03-17T00:00:00Z';

async function open(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; client: ApiClient }> {
  const sandbox = await startSandbox({ now: NOW, ...options });
  const client = createApiClient({
    baseUrl: sandbox.url,
    token: sandbox.token,
    env: {},
    timeoutMs: 2_000,
    sleep: async () => undefined,
  });
  return { sandbox, client };
}

let sandbox: Sandbox;
let client: ApiClient;
beforeAll(async () => {
  ({ sandbox, client } = await open());
});
afterAll(async () => {
  await sandbox.close();
  await client.close();
});

const ascending = (ids: Iterable<number>) => [...new Set(ids)].toSorted((a, b) => a - b);

/** Every test that a list brings: pages of 25, and one by one where a page holds a poisoned test. */
async function everyTest(productId: number): Promise<Test[]> {
  const read = (page: number, perPage: number) => client.listTests(productId, { page, perPage, attempts: 1 });
  const found: Test[] = [];
  for (let page = 1; ; page += 1) {
    try {
      const tests = await read(page, 25);
      if (tests.length === 0) return found;
      found.push(...tests);
    } catch (error) {
      if (!(error instanceof TestioError) || error.code !== 'api_server_error') throw error;
      const ones = Array.from({ length: 25 }, (_, index) => read((page - 1) * 25 + index + 1, 1));
      for (const one of await Promise.allSettled(ones)) if (one.status === 'fulfilled') found.push(...one.value);
    }
  }
}

describe('a whole account', () => {
  it('is read as the sandbox says it is', async () => {
    const state = sandbox.state();
    const products = await client.listProducts();
    expect(ascending(products.map(({ id }) => id))).toEqual(state.ids.products);

    const features: number[] = [];
    const stories: number[] = [];
    const listed: number[] = [];
    const tests: Test[] = [];
    const bugs: Bug[] = [];
    for (const product of products) {
      expect(await client.getProduct(product.id)).toEqual(product);
      const scopes = hasSections(product) ? sectionsToWalk(product).map(({ id }) => ({ sectionId: id })) : [{}];
      for (const scope of scopes) {
        for (const feature of await client.listFeatures(product.id, scope)) {
          features.push(feature.id);
          expect(feature.userStories?.map(({ path }) => path)).toEqual(feature.userStoryTexts);
          for (const story of feature.userStories ?? []) {
            expect(story.featureId).toBe(feature.id);
            stories.push(story.id);
          }
        }
        for (const story of await client.listUserStories(product.id, scope)) listed.push(story.id);
      }
      const own = await everyTest(product.id);
      expect(own.every(({ productId }) => productId === product.id)).toBe(true);
      tests.push(...own);
      for (let at = 0; at < own.length; at += 15) {
        bugs.push(...(await client.listBugs({ testIds: own.slice(at, at + 15).map(({ id }) => id) })));
      }
      await client.listTestEnvironments(product.id);
      await client.listTestTemplates(product.id);
    }
    expect(ascending(features)).toEqual(state.ids.features);
    expect(ascending(stories)).toEqual(state.ids.user_stories);
    expect(ascending(listed)).toEqual(state.ids.user_stories);
    expect(ascending(tests.map(({ id }) => id))).toEqual(state.ids.tests);
    expect(ascending(bugs.map(({ id }) => id))).toEqual(state.ids.bugs);
    const people = new Set<string>();
    for (const { author } of bugs) if (author !== null) people.add(`tester:${author}`);
    for (const { createdBy, submittedBy } of tests) {
      for (const name of [createdBy, submittedBy]) if (name !== null) people.add(`customer:${name}`);
    }
    expect([...people].toSorted()).toEqual(state.ids.people);
    const running = tests.filter(({ status }) => status === 'running').slice(0, 3);
    const details = await Promise.all(running.map(({ id }) => client.getTest(id)));
    expect(details.length).toBeGreaterThan(0);
    expect(details.every(({ analytics }) => analytics?.totalFeatures !== null)).toBe(true);

    // Nothing of the environments' credentials is in anything that was read.
    expect(sandbox.secrets.length).toBeGreaterThan(0);
    const shown = JSON.stringify([products, tests, bugs, details]);
    for (const secret of sandbox.secrets) expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(Math.max(...sandbox.requests().map((entry) => entry.in_flight))).toBeLessThanOrEqual(10);
    expect(client.requestsSent).toBe(sandbox.requests().length);
  });

  it('has single bugs, stories, environments, executions and reasons', async () => {
    const { ids } = sandbox.state();
    const [bugId, storyId] = [ids.bugs[0] ?? 0, ids.user_stories[0] ?? 0];
    expect((await client.getBug(bugId)).id).toBe(bugId);
    expect((await client.getUserStory(storyId)).id).toBe(storyId);
    const [environment] = await client.listTestEnvironments(ids.products[0] ?? 0);
    expect(environment).toEqual({ id: environment?.id, title: environment?.title });
    expect(await client.getTestEnvironment(ids.products[0] ?? 0, environment?.id ?? 0)).toEqual(environment);
    expect((await client.listRejectReasons()).map(({ key }) => key)).toContain('known_bug');
    const page = await client.listExecutions({ page: 1, perPage: 5, order: 'desc' });
    expect(page.recordCount).toBeGreaterThanOrEqual(page.executions.length);
    expect(page.executions.length).toBeGreaterThan(0);
  });
});

describe('faults', () => {
  it.each([
    ['status:401', 'api_unauthorized', 1],
    ['status:403', 'api_forbidden', 1],
    ['status:404', 'api_not_found', 1],
    ['status:422', 'api_rejected', 1],
    ['status:500', 'api_server_error', 4],
    ['status:503', 'api_server_error', 4],
    ['429:seconds', 'api_rate_limited', 4],
    ['429:date', 'api_rate_limited', 4],
    ['429:90', 'api_rate_limited', 1],
    ['reset', 'api_unreachable', 4],
    ['truncate', 'api_unreadable_answer', 4],
    ['garbage', 'api_unreadable_answer', 4],
    ['drift', 'api_unreadable_answer', 1],
  ])('%s is told as %s after %i attempts, and passes with the fault', async (fault, code, attempts) => {
    sandbox.clearRequests();
    sandbox.addFaults([{ fault }]);
    expect(await errorOf(client.listProducts())).toMatchObject({ code });
    expect(sandbox.requests()).toHaveLength(attempts);
    sandbox.clearFaults();
    if (attempts > 1) sandbox.addFaults([{ fault, times: attempts - 1 }]);
    expect(await client.listProducts()).not.toEqual([]);
    sandbox.clearFaults();
  });

  it('timeout is told as api_timeout', async () => {
    const hasty = createApiClient({
      baseUrl: sandbox.url,
      token: sandbox.token,
      env: {},
      timeoutMs: 50,
      maxAttempts: 1,
    });
    sandbox.addFaults([{ fault: 'timeout' }]);
    expect(await errorOf(hasty.listProducts())).toMatchObject({ code: 'api_timeout' });
    sandbox.clearFaults();
    await hasty.close();
  });

  it('a wrong token is told as api_unauthorized', async () => {
    const stranger = createApiClient({ baseUrl: `${sandbox.url}/`, token: 'wrong', env: {} });
    expect(await errorOf(stranger.listProducts())).toMatchObject({ code: 'api_unauthorized' });
    await stranger.close();
  });

  it('an unknown id is told as api_not_found', async () => {
    expect(await errorOf(client.getTest(999_999_999))).toMatchObject({ code: 'api_not_found' });
  });

  it('a sectioned product without section is told as api_rejected and api_server_error', async () => {
    const sectioned = (await client.listProducts()).find(hasSections);
    const id = sectioned?.id ?? 0;
    expect(await errorOf(client.listFeatures(id))).toMatchObject({
      code: 'api_rejected',
      facts: { upstreamStatus: 422 },
    });
    sandbox.clearRequests();
    expect(await errorOf(client.listUserStories(id))).toMatchObject({ code: 'api_server_error' });
    expect(sandbox.requests()).toHaveLength(4);
  });
});

it.each(['empty', 'html'] as const)('survives errors whose body is %s, and staging', async (errorBody) => {
  const other = await open({ switches: { errorBody, staging: true, foreignIds: 403, storiesWithoutSection: 400 } });
  // Unpaged, one poisoned test would make the whole list fail.
  other.sandbox.edit(other.sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const [product] = await other.client.listProducts();
  expect(await errorOf(other.client.getTest(999_999_999))).toMatchObject({
    kind: expect.stringMatching(/not_found|permission/),
  });
  const [first, second] = await Promise.all(
    [1, 2].map((page) => other.client.listTests(product?.id ?? 0, { page, perPage: 5 })),
  );
  expect(first).toEqual(second);
  const bugs = await other.client.listBugs({ productIds: [product?.id ?? 0] });
  expect(bugs.length).toBeGreaterThan(0);
  expect(bugs.every(({ autoAccepted }) => !autoAccepted)).toBe(true);
  await other.sandbox.close();
  await other.client.close();
});
