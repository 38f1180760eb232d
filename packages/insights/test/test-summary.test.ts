import { type Test, TestioError } from '@testio-mcp/domain';
import { describe, expect, test, vi } from 'vitest';
import { bug, device, exploratoryTest, product, requirement, snapshot } from './support/entities.ts';
import { DAY, HOUR, NOW, type Rig, rig, sharedRig } from './support/rig.ts';

const story = (id: number, executionStatus: string | null) => ({
  id,
  path: `Path ${id}`,
  title: id === 1 ? null : `Story ${id}`,
  featureId: 100,
  versionId: id * 10,
  executionStatus,
  testedByCount: 3,
  bugsFound: 1,
});

const mac = { id: 4, key: 'mac', name: 'macOS' };
const version = (name: string) => ({ id: null, name });
const browser = (name: string) => ({ id: null, key: null, name });
const category = (name: string) => ({ id: null, key: null, name });

const detailed: Test = exploratoryTest({
  id: 10,
  title: 'Spring\u202E timetable',
  status: 'running',
  goal: 'Find\u200B bugs',
  instructions: 'Step by step. '.repeat(100),
  outOfScope: null,
  startAt: NOW - DAY,
  endAt: NOW + DAY,
  reviewStatus: 'review_successful',
  createdBy: 'Imke Sander',
  submittedBy: 'Omar',
  enableLow: false,
  enableCritical: null,
  environment: { id: 22, title: 'Preview' },
  features: [
    snapshot({
      id: 1000,
      featureId: 100,
      title: 'Seats',
      executionStatus: 'failed',
      testerCount: 4,
      userStories: [story(1, 'passed'), story(2, 'failed'), story(3, 'odd'), story(4, 'blocked')],
    }),
    snapshot({ id: 1001, title: 'Menu', executionStatus: 'not_tested' }),
  ],
  requirements: [
    requirement({
      operatingSystem: mac,
      minVersion: version('13'),
      category: category('Computers'),
      browsers: [browser('Safari')],
    }),
    requirement({
      operatingSystem: mac,
      minVersion: version('13'),
      category: category('Computers'),
      browsers: [browser('Chrome'), browser('Safari')],
    }),
    requirement({ operatingSystem: mac, minVersion: version('12'), maxVersion: version('14') }),
    requirement({ operatingSystem: mac, minVersion: version('12'), maxVersion: version('12') }),
    requirement({ operatingSystem: mac, maxVersion: version('11') }),
    requirement({ operatingSystem: mac }),
    requirement({ category: category('Tablets') }),
  ],
  analytics: {
    testersCount: 4,
    devicesCount: 5,
    totalFeatures: 2,
    testedFeatures: 1,
    passedFeatures: 0,
    failedFeatures: 1,
    totalUserStories: 4,
    testedUserStories: 3,
    passedUserStories: 1,
    failedUserStories: 1,
    blockedUserStories: 1,
    totalBugs: null,
  },
});

async function fill(own: Rig): Promise<void> {
  await own.products(product({ id: 1, title: 'Ferries' }));
  await own.tests(1, detailed, exploratoryTest({ id: 11, title: 'Plain', status: 'archived' }));
  await own.details(1, detailed);
  await own.bugs(
    [10],
    bug({
      id: 1,
      testId: 10,
      severity: 'critical',
      testFeatureId: 1000,
      reportedAt: NOW - 6,
      devices: [device('macOS', 'Computers', ['Safari', 'Chrome']), device('iOS', 'Smartphones', ['Safari'])],
    }),
    bug({
      id: 2,
      testId: 10,
      severity: 'visual',
      testFeatureId: 1000,
      reportedAt: NOW - 5,
      status: 'accepted',
      known: true,
      devices: [device('macOS', null, ['Safari']), device('macOS', 'Computers', [])],
    }),
    bug({
      id: 3,
      testId: 10,
      severity: 'low',
      testFeatureId: 77,
      reportedAt: NOW - 4,
      status: 'rejected',
      devices: [device(null, null, [])],
    }),
    bug({ id: 4, testId: 10, severity: null, reportedAt: null, status: 'odd' }),
    bug({ id: 5, testId: 10, reportedAt: NOW - 3 }),
    bug({ id: 6, testId: 10, reportedAt: NOW - 3 }),
    bug({ id: 7, testId: 10, testFeatureId: 1001, reportedAt: NOW - 1 }),
  );
}

describe('get_test_summary', () => {
  const own = sharedRig(fill);
  const summary = (input: object = {}) => own().ask('get_test_summary', { test_id: 10, freshness: 'cached', ...input });

  test('shows what the test is', async () => {
    const answer = await summary();
    expect(answer.test).toEqual({
      id: 10,
      title: 'Spring timetable',
      status: 'running',
      testing_type: 'coverage',
      review_status: 'review_successful',
      goal: 'Find bugs',
      instructions: expect.stringMatching(/^Step by step\. .*…$/),
      out_of_scope: null,
      texts_cut: ['instructions'],
      start_at: '2026-03-16T12:00:00Z',
      end_at: '2026-03-18T12:00:00Z',
      product: { id: 1, title: 'Ferries' },
      environment: { id: 22, title: 'Preview' },
      created_by: { id: expect.any(Number), name: 'Imke Sander' },
      submitted_by: { id: expect.any(Number), name: 'Omar' },
      enable_low: false,
      enable_high: true,
      enable_critical: null,
      requirements_summary: [
        { platform: 'macOS 13+ (Computers)', browsers: ['Safari', 'Chrome'] },
        { platform: 'macOS 12–14', browsers: [] },
        { platform: 'macOS 12', browsers: [] },
        { platform: 'macOS ≤11', browsers: [] },
        { platform: 'macOS', browsers: [] },
      ],
    });
    const full = await summary({ detail: 'full' });
    expect(full.test.instructions).toHaveLength(14 * 100 - 1);
    expect(full.test).not.toHaveProperty('texts_cut');
  });

  test('shows features and stories with their results, what went wrong first', async () => {
    const { features, user_stories, analytics } = await summary();
    expect(features).toEqual([
      { id: 100, snapshot_id: 1000, title: 'Seats', execution_status: 'failed', tester_count: 4, bugs: 2 },
      { id: null, snapshot_id: 1001, title: 'Menu', execution_status: 'not_tested', tester_count: null, bugs: 1 },
    ]);
    expect(user_stories).toMatchObject({
      total: 4,
      by_status: { not_tested: 0, passed: 1, failed: 1, blocked: 1, other: 1 },
    });
    expect(user_stories.items.map(({ id }: { id: number }) => id)).toEqual([2, 4, 1, 3]);
    expect(user_stories.items[2]).toEqual({
      id: 1,
      title: 'Path 1',
      snapshot_id: 1000,
      execution_status: 'passed',
      tested_by_count: 3,
      bugs_found: 1,
    });
    expect(analytics).toMatchObject({ testers_count: 4, passed_user_stories: 1, total_bugs: null });
    expect(analytics).not.toHaveProperty('test_id');
  });

  test('counts bugs in parts that add up', async () => {
    const { bugs } = await summary();
    expect(bugs).toMatchObject({
      total: 7,
      known: 1,
      without_feature: 4,
      by_status: { open: 4, accepted: 1, auto_accepted: 0, rejected: 1, other: 1 },
      by_severity: { critical: 1, high: 0, low: 4, visual: 1, content: 0, custom: 0, other: 1 },
      by_type: { functional: 5, visual: 1, content: 0, custom: 0, other: 1 },
    });
    expect(bugs.rates.review_rate).toEqual({ value: 2 / 7, numerator: 2, n: 7 });
  });

  test('counts each bug once per platform', async () => {
    const { by_platform } = (await summary()).bugs;
    expect(by_platform).toEqual({
      operating_systems: [
        { name: 'macOS', bugs: 2 },
        { name: null, bugs: 1 },
        { name: 'iOS', bugs: 1 },
      ],
      browsers: [
        { name: 'Safari', bugs: 2 },
        { name: 'Chrome', bugs: 1 },
      ],
      device_categories: [
        { name: null, bugs: 2 },
        { name: 'Computers', bugs: 2 },
        { name: 'Smartphones', bugs: 1 },
      ],
      without_device: 4,
    });
  });

  test('shows the five newest bugs', async () => {
    const { recent } = (await summary()).bugs;
    expect(recent.map(({ id }: { id: number }) => id)).toEqual([7, 6, 5, 3, 2]);
    expect(recent[0]).toMatchObject({ severity: 'low', bug_type: 'functional', severity_level: 'low', status: 'open' });
  });

  test('knows nothing of what was never read', async () => {
    const answer = await summary({ test_id: 'plain' });
    expect(answer).toMatchObject({ user_stories: null, analytics: null, bugs: null, features: [] });
    expect(answer.completeness.missing).toEqual([
      expect.objectContaining({ what: 'test_details', count: 1 }),
      expect.objectContaining({ what: 'bugs_of_tests', count: 1 }),
    ]);
  });

  test('renders some lines', async () => {
    const { text } = await own().call('get_test_summary', { test_id: 10, freshness: 'cached' });
    expect(text.split('\n')).toEqual([
      'Spring timetable (10) of Ferries (1): running, coverage.',
      'From 2026-03-16 to 2026-03-18; 2 features.',
      'User stories: 4 (1 passed, 1 failed, 1 blocked, 1 other).',
      'Bugs: 7 (4 open, 1 accepted, 1 rejected, 1 other); by severity: 1 critical, 4 low, 1 visual, 1 other.',
      'Accepted 14.3 %, rejected 14.3 %, reviewed 28.6 % of 7 bugs.',
      expect.stringMatching(/^Newest: Bug 7 \(7\) low open; /),
      'As of 2026-03-17T12:00:00Z. Complete.',
    ]);
  });

  test('a brief answer shows 50 stories of many, a full one all', async () => {
    const each = await rig();
    const stories = Array.from({ length: 60 }, (_, index) => story(index + 1, index === 59 ? 'failed' : 'passed'));
    const many = exploratoryTest({ id: 10, features: [snapshot({ id: 1000, userStories: stories })] });
    await each.products(product({ id: 1 }));
    await each.tests(1, many);
    await each.details(1, many);
    const brief = (await each.ask('get_test_summary', { test_id: 10 })).user_stories;
    expect(brief).toMatchObject({ total: 60, by_status: { passed: 59, failed: 1 } });
    expect(brief.items).toHaveLength(50);
    expect(brief.items[0].id).toBe(60);
    expect((await each.ask('get_test_summary', { test_id: 10, detail: 'full' })).user_stories.items).toHaveLength(60);
  });
});

describe('get_test_summary refreshes first', () => {
  async function refreshed(
    input: object,
    changes: { age?: number; refresh?: (id: number, signal: AbortSignal) => Promise<void> } = {},
  ) {
    const own = await rig();
    await fill(own);
    own.clock.set(NOW + (changes.age ?? 0));
    const refreshTest = vi.fn(changes.refresh ?? (() => own.bugs([10], bug({ id: 1, testId: 10 }))));
    const answer = await own.ask('get_test_summary', input, { refreshTest });
    return { answer, calls: refreshTest.mock.calls.map(([id]) => id) };
  }

  test('when something was never read', async () => {
    const { calls } = await refreshed({ test_id: 11 });
    expect(calls).toEqual([11]);
  });

  test('when what it has is older than the cache age, an hour unless set', async () => {
    expect((await refreshed({ test_id: 10 }, { age: HOUR })).calls).toEqual([]);
    const { calls, answer } = await refreshed({ test_id: 10 }, { age: HOUR + 1 });
    expect(calls).toEqual([10]);
    expect(answer.bugs.total).toBe(1);
    const own = await rig();
    await fill(own);
    own.clock.set(NOW + 11);
    const refreshTest = vi.fn(async () => undefined);
    await own.ask(
      'get_test_summary',
      { test_id: 10 },
      { refreshTest, limits: { defaultPageSize: 50, cacheTtlMs: 10 } },
    );
    expect(refreshTest).toHaveBeenCalledOnce();
  });

  test('always or never when that is asked for', async () => {
    expect((await refreshed({ test_id: 10, freshness: 'now' })).calls).toEqual([10]);
    expect((await refreshed({ test_id: 10, freshness: 'cached' }, { age: 99 * DAY })).calls).toEqual([]);
  });

  test('and answers from the store when that fails, saying so', async () => {
    const failure = new TestioError({
      kind: 'upstream',
      code: 'api_unavailable',
      message: 'The API answered with 503.',
    });
    const { answer } = await refreshed({ test_id: 10, freshness: 'now' }, { refresh: () => Promise.reject(failure) });
    expect(answer.bugs.total).toBe(7);
    expect(answer.completeness).toEqual({
      complete: false,
      missing: [
        {
          what: 'refresh',
          count: 1,
          why: 'Refreshing the test failed, so it is shown as it was stored. The API answered with 503.',
        },
      ],
    });
  });

  test.each([
    ['auto', 2_000],
    ['now', 30_000],
  ])('but with %s waits no longer than %i ms', async (freshness, deadline) => {
    const own = await rig();
    await fill(own);
    own.clock.set(NOW + 2 * HOUR);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let given: AbortSignal | undefined;
      const asked = Promise.withResolvers<void>();
      const refreshTest = (_: number, signal: AbortSignal) => {
        given = signal;
        asked.resolve();
        return new Promise<void>(() => undefined);
      };
      const answering = own.ask('get_test_summary', { test_id: 10, freshness }, { refreshTest });
      await asked.promise;
      await vi.advanceTimersByTimeAsync(deadline - 1);
      expect(given?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(given?.aborted).toBe(true);
      const answer = await answering;
      expect(answer.bugs.total).toBe(7);
      expect(answer.completeness.missing[0].why).toContain(`within ${deadline / 1000} seconds`);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('and ends when the caller gives up', async () => {
    const own = await rig();
    await fill(own);
    const caller = new AbortController();
    const refreshTest = () => {
      caller.abort();
      return new Promise<void>(() => undefined);
    };
    const error = await own.refuse(
      'get_test_summary',
      { test_id: 10, freshness: 'now' },
      { refreshTest, signal: caller.signal },
    );
    expect(error.code).toBe('cancelled');
  });

  test('without an API only who asks for a refresh is told', async () => {
    const own = await rig();
    await fill(own);
    own.clock.set(NOW + DAY);
    expect((await own.ask('get_test_summary', { test_id: 10 })).completeness.complete).toBe(true);
    const { completeness } = await own.ask('get_test_summary', { test_id: 10, freshness: 'now' });
    expect(completeness.missing).toEqual([expect.objectContaining({ what: 'refresh' })]);
  });
});

describe('a test that the store does not have', () => {
  const notFound = new TestioError({ kind: 'not_found', code: 'api_not_found', message: 'No such test.' });

  test('is fetched', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    const refreshTest = () => own.tests(1, exploratoryTest({ id: 99, title: 'Fresh' }));
    expect((await own.ask('get_test_summary', { test_id: 99 }, { refreshTest })).test.title).toBe('Fresh');
  });

  test.each([
    ['the API does not know it either', { refreshTest: () => Promise.reject(notFound) }, false],
    ['there is no API', {}, false],
    [
      'the API cannot be asked',
      { refreshTest: () => Promise.reject(new TestioError({ kind: 'network', code: 'x', message: 'Down.' })) },
      true,
    ],
  ])('is not found when %s', async (_, changes, retryable) => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    const error = await own.refuse('get_test_summary', { test_id: 99 }, changes);
    expect(error.report()).toMatchObject({
      code: 'test_not_found',
      kind: 'not_found',
      field: 'test_id',
      received: 99,
      retryable,
    });
    expect(error.facts.next).toBeTruthy();
  });

  test('is not asked for when only stored data is wanted', async () => {
    const own = await rig();
    const refreshTest = vi.fn(async () => undefined);
    const error = await own.refuse('get_test_summary', { test_id: 99, freshness: 'cached' }, { refreshTest });
    expect(error.code).toBe('test_not_found');
    expect(refreshTest).not.toHaveBeenCalled();
  });

  test('any more, because it was deleted, is not shown', async () => {
    const own = await rig();
    await fill(own);
    await own.tests(1, exploratoryTest({ id: 11 }));
    expect((await own.refuse('get_test_summary', { test_id: 10, freshness: 'cached' })).code).toBe('test_not_found');
  });
});
