import type { DeviceReport, SnapshotStory, UserStory } from '@testio-mcp/domain';
import { saveExecutions } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { bug, device, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { DAY, NOW, type Rig, rig } from './support/rig.ts';

const story = (id: number): UserStory => ({ id, title: `Story ${id}`, path: `Story ${id}`, featureId: null });

const copy = (id: number, versionId: number, executionStatus: string): SnapshotStory => ({
  ...story(id),
  versionId,
  executionStatus,
  testedByCount: 1,
  bugsFound: 0,
});

const run = (id: number, versionId: number, status: string, devices: DeviceReport[] = []) => ({
  versionId,
  execution: { id, status, comment: null, executedBy: 'tina', executedAt: NOW, testId: null, devices },
});

/** Feature 500 in tests 10 and 11 (details read) and 12 (not read). */
async function shop(): Promise<Rig> {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Shop' }));
  await it.features(1, {
    feature: feature({ id: 500, title: 'Checkout', howToFind: 'x '.repeat(800), userStories: [story(1), story(2)] }),
    sectionIds: [],
  });
  const one = exploratoryTest({
    id: 10,
    endAt: NOW - DAY,
    features: [snapshot({ id: 70, featureId: 500, userStories: [copy(1, 101, 'passed'), copy(2, 102, 'failed')] })],
  });
  const two = exploratoryTest({
    id: 11,
    endAt: NOW,
    features: [snapshot({ id: 71, featureId: 500, userStories: [copy(1, 111, 'blocked'), copy(2, 112, 'odd')] })],
  });
  const three = exploratoryTest({ id: 12, features: [snapshot({ id: 72, featureId: 500 })] });
  await it.tests(1, one, two, three);
  await it.details(1, one);
  await it.details(1, two);
  await it.write((scope) =>
    saveExecutions(scope, 10, [
      run(1, 101, 'passed', [device('iOS', 'Smartphone', ['Safari'])]),
      run(2, 101, 'failed', [device('Android', 'Smartphone', [])]),
      run(3, 101, 'failed', [device('Android', 'Smartphone', []), device('iOS', 'Smartphone', [])]),
      run(4, 102, 'cancelled'),
    ]),
  );
  await it.bugs(
    [10, 11],
    bug({ id: 1, testId: 10, testFeatureId: 70, severity: 'critical', status: 'accepted', known: true }),
    bug({ id: 2, testId: 11, testFeatureId: 71, severity: 'weird', status: 'rejected' }),
    bug({ id: 3, testId: 11, featureId: 500 }),
    bug({ id: 4, testId: 11 }),
  );
  return it;
}

test('tells what is known about a feature', async () => {
  const it = await shop();
  const {
    feature: own,
    tests,
    bugs,
    user_stories,
    completeness,
  } = await it.ask('get_feature_summary', {
    feature_id: 'checkout',
  });
  expect(own).toMatchObject({
    id: 500,
    title: 'Checkout',
    description: null,
    texts_cut: ['how_to_find'],
    products: [{ id: 1, title: 'Shop' }],
  });
  expect(tests).toMatchObject({ total: 3, with_results: 2, with_runs: 1 });
  expect(tests.newest.map(({ id }: { id: number }) => id)).toEqual([11, 10, 12]);
  expect(bugs).toMatchObject({
    total: 3,
    known: 1,
    by_status: { open: 1, accepted: 1, auto_accepted: 0, rejected: 1, other: 0 },
    by_severity: { critical: 1, low: 1, other: 1 },
    rates: { rejection_rate: { numerator: 1, n: 3 } },
  });
  expect(user_stories.total).toBe(2);
  expect(completeness.missing.map(({ what, count }: { what: string; count: number }) => [what, count])).toEqual([
    ['bugs_of_tests', 1],
    ['test_details', 1],
    ['executions', 2],
  ]);
});

test('shows results and devices of every story', async () => {
  const it = await shop();
  const { user_stories } = await it.ask('get_feature_summary', { feature_id: 500 });
  expect(user_stories.items).toEqual([
    {
      id: 1,
      title: 'Story 1',
      tests: { not_tested: 0, passed: 1, failed: 0, blocked: 1, other: 0 },
      runs: { pending: 0, passed: 1, failed: 2, blocked: 0, cancelled: 0, other: 0 },
      devices: {
        failed: [
          { platform: 'Android', runs: 2 },
          { platform: 'iOS', runs: 1 },
        ],
        blocked: [],
        passed: [{ platform: 'iOS', runs: 1 }],
      },
    },
    {
      id: 2,
      title: 'Story 2',
      tests: { not_tested: 0, passed: 0, failed: 1, blocked: 0, other: 1 },
      runs: { pending: 0, passed: 0, failed: 0, blocked: 0, cancelled: 1, other: 0 },
    },
  ]);
});

test('shows whole texts and all stories only with detail full', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  const userStories = Array.from({ length: 45 }, (_, index) => story(index + 1));
  const howToFind = 'menu '.repeat(300).trim();
  await it.features(1, { feature: feature({ id: 500, userStories, howToFind }), sectionIds: [] });
  const brief = await it.ask('get_feature_summary', { feature_id: 500 });
  expect(brief.user_stories.items).toHaveLength(30);
  expect(brief.user_stories.total).toBe(45);
  const full = await it.ask('get_feature_summary', { feature_id: 500, detail: 'full' });
  expect(full.user_stories.items).toHaveLength(45);
  expect(full.feature.how_to_find).toBe(howToFind);
  expect(full.feature).not.toHaveProperty('texts_cut');
  // Neither its tests nor their bugs and results were ever read.
  expect(full).toMatchObject({ tests: null, bugs: null });
  expect(full.user_stories.items[0]).toEqual({ id: 1, title: 'Story 1', tests: null, runs: null });
});

test('rests on the oldest confirmation of lists and results', async () => {
  const it = await shop();
  it.clock.set(NOW + DAY);
  await it.bugs([10, 11, 12]);
  const { as_of, bugs } = await it.ask('get_feature_summary', { feature_id: 500 });
  expect(as_of).toBe('2026-03-17T12:00:00Z');
  expect(bugs.total).toBe(0);
});

test('does not take a snapshot for a feature, nor one that is gone', async () => {
  const it = await shop();
  expect((await it.refuse('get_feature_summary', { feature_id: 70 })).code).toBe('feature_not_found');
  await it.features(1);
  expect((await it.refuse('get_feature_summary', { feature_id: 500 })).code).toBe('feature_not_found');
});

test('needs as many statements for 200 stories and bugs as for 10', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  const ids = (count: number, from: number) => Array.from({ length: count }, (_, index) => from + index);
  const small = ids(10, 1);
  const large = ids(200, 1000);
  await it.features(
    1,
    { feature: feature({ id: 1, userStories: small.map(story) }), sectionIds: [] },
    { feature: feature({ id: 2, userStories: large.map(story) }), sectionIds: [] },
  );
  await it.tests(
    1,
    ...[...small, ...large].map((id) =>
      exploratoryTest({ id, features: [snapshot({ id, featureId: id < 1000 ? 1 : 2 })] }),
    ),
  );
  await it.bugs([...small, ...large], ...[...small, ...large].map((id) => bug({ id, testId: id, testFeatureId: id })));
  const statementsFor = async (feature_id: number, total: number) => {
    await it.touch();
    it.statements.length = 0;
    const { tests, bugs } = await it.ask('get_feature_summary', { feature_id, detail: 'full' });
    expect([tests.total, bugs.total]).toEqual([total, total]);
    return it.statements.length;
  };
  const few = await statementsFor(1, 10);
  expect(await statementsFor(2, 200)).toBe(few);
  expect(few).toBeLessThanOrEqual(20);
});
