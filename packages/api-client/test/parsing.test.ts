import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listIn } from '../src/parse/envelope.ts';
import { test as parseTest } from '../src/parse/test.ts';
import { type Fixture, json, startFixture } from './fixture-server.ts';
import { type Sample, sample } from './samples.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** The first test, bug, feature or product of an answer whose only element has these members beside its id. */
async function read(kind: 'test' | 'bug' | 'feature' | 'product', members: Sample): Promise<Sample> {
  const element = { id: 1, ...(kind === 'bug' ? { test: { id: 9 } } : {}), ...members };
  const lists = { test: 'exploratory_tests', bug: 'bugs', feature: 'features', product: 'products' };
  fixture.handler = (_, response) => json(response, { [lists[kind]]: [element] });
  const client = fixture.client();
  switch (kind) {
    case 'test':
      return (await client.listTests(30417, { page: 1, perPage: 25 }))[0];
    case 'bug':
      return (await client.listBugs({ testIds: [9] }))[0];
    case 'feature':
      return (await client.listFeatures(30417))[0];
    case 'product':
      return (await client.listProducts())[0];
  }
}

describe('fallbacks', () => {
  it.each([
    ['test', { title: 'A', test_title: 'B' }, { title: 'A' }],
    ['test', { test_title: 'B' }, { title: 'B' }],
    ['test', { title: '  ', test_title: 'B' }, { title: 'B' }],
    ['test', { goal: '**A**', goal_text: 'A' }, { goal: 'A' }],
    ['test', { goal: '**A**', goal_text: null }, { goal: '**A**' }],
    ['test', { instructions: '*A*' }, { instructions: '*A*' }],
    ['test', { out_of_scope: '*A*', out_of_scope_text: '' }, { outOfScope: '*A*' }],
    ['test', { product: null }, { productId: 30417 }],
    ['test', { product: { id: 4 } }, { productId: 4 }],
    ['test', { status: 'brand_new' }, { status: 'brand_new' }],
    ['test', { start_at: '2026-03-17T15:00:00+01:00' }, { startAt: Date.UTC(2026, 2, 17, 14) }],
    ['test', { start_at: '2026-03-17T14:00:00.250Z' }, { startAt: Date.UTC(2026, 2, 17, 14, 0, 0, 250) }],
    ['test', { start_at: '2026-03-17T15:00:00', end_at: '2026-02-30T15:00:00Z' }, { startAt: null, endAt: null }],
    ['test', { enable_low: null, enable_high: 1 }, { enableLow: null, enableHigh: null, enableCritical: null }],
    ['test', { test_environment: 'crowd:secret@preview' }, { environment: null }],
    ['test', { test_environment: { id: 'x', title: 'T' } }, { environment: null }],
    ['test', { test_environment: { id: 3, title: 4 } }, { environment: { id: 3, title: null } }],
    ['bug', {}, { title: null, autoAccepted: false, known: false, fixed: null, steps: null, author: null }],
    ['bug', { auto_accepted: null, known: null, fixed: true }, { autoAccepted: false, known: false, fixed: true }],
    ['bug', { steps: 'One text' }, { steps: ['One text'] }],
    ['bug', { steps: [' One ', '', 'Two'] }, { steps: ['One', 'Two'] }],
    ['bug', { steps: [] }, { steps: [] }],
    ['bug', { title: '\u0000 Broken \ud800 title ' }, { title: 'Broken \ufffd title' }],
    ['bug', { author: { name: ' quietheron ' } }, { author: 'quietheron' }],
    ['bug', { author: 'quietheron' }, { author: 'quietheron' }],
    ['bug', { test_feature: { id: 5 }, feature: { id: 8, feature_id: 6 } }, { testFeatureId: 5, featureId: 6 }],
    ['bug', { test_feature: { id: 5, feature_id: 7 }, feature: { feature_id: 6 } }, { featureId: 7 }],
    ['bug', { test_feature: null, feature: { id: 8 } }, { testFeatureId: null, featureId: null }],
    ['bug', { devices: null, attachments: null, comments: null }, { devices: [], attachments: [], comments: [] }],
    ['product', { title: 'T' }, { title: 'T' }],
    ['product', { sections: null, sections_with_default: null }, { sections: [], sectionsWithDefault: [] }],
    ['product', { type: undefined, connection: { name: 'no id' } }, { type: null, connection: null }],
    ['feature', { user_stories: null }, { userStories: [], userStoryTexts: [] }],
    ['feature', {}, { userStories: null, userStoryTexts: [] }],
    ['feature', { user_stories: [' a ', ''] }, { userStories: null, userStoryTexts: ['a'] }],
    [
      'feature',
      { user_stories: [{ id: 4, path: null, title: 'short' }] },
      { userStories: [{ id: 4, path: null, title: 'short', featureId: 1 }], userStoryTexts: ['short'] },
    ],
  ] as const)('reads a %s with %j', async (kind, members, expected) => {
    expect(await read(kind, members)).toMatchObject(expected);
  });

  it.each([
    [
      { device: { id: 1, name: 'Pixel' }, devices: { id: 2, name: 'MacBook' } },
      { id: 1, name: 'Pixel' },
    ],
    [
      { device: { id: 1, name: '' }, devices: { id: 2, name: 'MacBook' } },
      { id: 2, name: 'MacBook' },
    ],
    [{ devices: { name: 'MacBook' } }, { id: null, name: 'MacBook' }],
    [{ devices: [{ id: 2, name: 'MacBook' }] }, { id: 2, name: 'MacBook' }],
    [{ device: { id: 1 } }, { id: 1, name: null }],
    [{ device: 'Pixel' }, null],
  ])('finds the model in %j', async (device, model) => {
    expect((await read('bug', { devices: [device] })).devices[0].device).toEqual(model);
  });

  it('keeps the fields of a custom report in order, whatever their values are', async () => {
    const values = ['text', 7, true, null, ['list'], ' '];
    const data = values.map((value, index) => ({ key: `k${index}`, value }));
    const bug = await read('bug', { report: { content: { data } } });
    expect(bug.report.title).toBeNull();
    expect(bug.report.fields.map(({ value }: Sample) => value)).toEqual(['text', '7', 'true', null, null, null]);
  });

  it('knows where a story of a test belongs', async () => {
    const story = { id: 69820, path: 'P', user_story_version_id: 244010 };
    const test = await read('test', { features: [{ id: 2, feature_id: 3, user_stories: [story, 'text'] }] });
    expect(test.features[0]).toMatchObject({
      userStories: [{ id: 69820, featureId: 3, versionId: 244010 }],
      userStoryTexts: ['P', 'text'],
    });
  });
});

describe('single answers', () => {
  it('reads a user story with and without envelope', async () => {
    const story = { id: 70411, path: 'P', title: 'T', feature_id: 4 };
    const expected = { id: 70411, path: 'P', title: 'T', featureId: 4 };
    for (const body of [story, { user_story: story }]) {
      fixture.handler = (_, response) => json(response, body);
      expect(await fixture.client().getUserStory(70411)).toEqual(expected);
    }
  });

  it('reads bug, connection, environment and search results', async () => {
    const [bug] = sample('bugs').bugs;
    fixture.handler = (_, response) =>
      json(response, {
        bug,
        bugs: [bug],
        connection: { id: 812, name: 'Deck tracker', url: 'https://hooks.example', fixed: false },
        test_environment: { id: 22816, title: 'Preview', password: 'not-a-real-secret' },
      });
    const client = fixture.client();
    const [listed] = await client.listBugs({ testIds: [152903] });
    expect(await client.getBug(3118204)).toEqual(listed);
    expect(await client.findBugsByTrackerKey('X-1')).toEqual([listed]);
    expect(await client.getConnection(812)).toEqual({ id: 812, name: 'Deck tracker', url: 'https://hooks.example' });
    expect(await client.getTestEnvironment(30417, 22816)).toEqual({ id: 22816, title: 'Preview' });
  });

  it('reads executions with and without a total', async () => {
    const execution = {
      id: 5,
      status: 'passed',
      executed_by: 'marblefox',
      executed_at: '2026-03-17T15:21:03.250Z',
      test_cycle: { id: 9 },
    };
    fixture.handler = (_, response) =>
      json(response, { meta: { record_count: 31 }, user_story_version_executions: [execution] });
    expect(await fixture.client().listExecutions({ page: 1, perPage: 1 })).toEqual({
      recordCount: 31,
      executions: [
        {
          id: 5,
          status: 'passed',
          comment: null,
          executedBy: 'marblefox',
          executedAt: Date.UTC(2026, 2, 17, 15, 21, 3, 250),
          testId: 9,
          devices: [],
        },
      ],
    });
    fixture.handler = (_, response) => json(response, { user_story_version_executions: [] });
    expect(await fixture.client().listExecutions({ page: 2, perPage: 1 })).toEqual({
      recordCount: null,
      executions: [],
    });
  });
});

describe('raw', () => {
  it('keeps what nobody knows yet and what is not needed yet', async () => {
    const members = { app_sections: [{ any: 'thing' }], brand_new: { deep: [1, null, 'x'] }, allow_orders: true };
    expect((await read('test', members)).raw).toEqual({ id: 1, ...members });
  });

  it('reduces product, section and environment wherever they stand', async () => {
    const inside = {
      product: { id: 4, name: 'P', sections: [{ id: 5 }] },
      section: { id: 5, name: 'S' },
      test_environment: { id: 6, title: 'T', url: 'https://x', note: 'door code 1234' },
      test_environments: [{ id: 6, title: 'T', url: 'https://x' }, 'crowd:secret'],
    };
    const reduced = {
      product: { id: 4 },
      section: { id: 5 },
      test_environment: { id: 6, title: 'T' },
      test_environments: [{ id: 6, title: 'T' }],
    };
    expect((await read('bug', { ...inside, nested: [inside] })).raw).toEqual({
      id: 1,
      test: { id: 9 },
      ...reduced,
      nested: [reduced],
    });
    expect((await read('bug', { product: 'P', section: 5, test_environment: 'crowd:secret' })).raw).toEqual({
      id: 1,
      test: { id: 9 },
    });
  });

  it('holds only text that a store can keep, also in names', async () => {
    const raw = (await read('bug', { title: ' a\u0000b ', nested: [{ 'c\u0000d': '\udfff' }] })).raw;
    expect(raw).toMatchObject({ title: ' ab ', nested: [{ cd: '\ufffd' }] });
  });

  it('survives nesting that would exhaust the stack, and a name that would change the prototype', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    fixture.handler = (_, response) => {
      response.end(`{"bugs": [{"id": 1, "test": {"id": 9}, "deep": ${deep}, "__proto__": {"polluted": true}}]}`);
    };
    const { raw } = (await fixture.client().listBugs({ testIds: [9] }))[0] as Sample;
    expect(JSON.stringify(raw).length).toBeLessThan(200);
    expect(raw.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(raw)).toBe(Object.prototype);
  });
});

it('parses a page of 25 tests in a few milliseconds', () => {
  const one = sample('tests').exploratory_tests[0];
  const page = {
    exploratory_tests: Array.from({ length: 25 }, (_, index) => ({
      ...one,
      id: index + 1,
      features: Array.from({ length: 4 }, () => one.features[0]),
      requirements: Array.from({ length: 6 }, () => one.requirements[0]),
      instructions_text: 'x'.repeat(8_000),
    })),
  };
  const runs = Array.from({ length: 30 }, () => {
    const start = performance.now();
    expect(listIn(page, 'exploratory_tests', parseTest)).toHaveLength(25);
    return performance.now() - start;
  });
  // The best of many runs, because the machine may be busy; it takes about 2 ms.
  expect(Math.min(...runs)).toBeLessThan(15);
});
