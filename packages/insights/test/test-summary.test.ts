import { describe, expect, test } from 'vitest';
import { fillDetailed, story } from './support/detailed-test.ts';
import { exploratoryTest, product, snapshot } from './support/entities.ts';
import { rig, sharedRig } from './support/rig.ts';

describe('get_test_summary', () => {
  const own = sharedRig(fillDetailed);
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
      runs: { pending: 0, passed: 1, failed: 0, blocked: 0, cancelled: 0, other: 0 },
      devices: { failed: [], blocked: [], passed: [{ platform: 'iOS 17.1 (Apple iPhone 14, Safari)', runs: 1 }] },
    });
    expect(analytics).toMatchObject({ testers_count: 4, passed_user_stories: 1, total_bugs: null });
    expect(analytics).not.toHaveProperty('test_id');
  });

  test('shows on which devices each story passed, failed or was blocked', async () => {
    const { items } = (await summary()).user_stories;
    const of = (id: number) => items.find((item: { id: number }) => item.id === id);
    expect(of(2)).toMatchObject({ runs: { failed: 2, passed: 1 } });
    expect(of(2).devices).toEqual({
      failed: [
        { platform: 'iOS 17.1 (Apple iPhone 14, Safari)', runs: 2 },
        { platform: 'Android (Tablets)', runs: 1 },
      ],
      blocked: [],
      passed: [{ platform: null, runs: 1 }],
    });
    expect(of(4)).toMatchObject({
      runs: { blocked: 1, other: 1 },
      devices: { blocked: [{ platform: '(Computers, Chrome, Firefox)', runs: 1 }] },
    });
    expect(of(3)).toMatchObject({ runs: { passed: 0, failed: 0 } });
    expect(of(3)).not.toHaveProperty('devices');
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
      expect.objectContaining({ what: 'executions', count: 1 }),
      expect.objectContaining({ what: 'bugs_of_tests', count: 1 }),
    ]);
  });

  test('renders some lines', async () => {
    const { text } = await own().call('get_test_summary', { test_id: 10, freshness: 'cached' });
    expect(text.split('\n')).toEqual([
      'Spring timetable (10) of Ferries (1): running, coverage.',
      'From 2026-03-16 to 2026-03-18; 2 features.',
      'User stories: 4 (1 passed, 1 failed, 1 blocked, 1 other).',
      'Story 2 (2) failed: failed on iOS 17.1 (Apple iPhone 14, Safari), Android (Tablets).',
      'Story 4 (4) blocked: blocked on (Computers, Chrome, Firefox).',
      'Bugs: 7 (4 open, 1 accepted, 1 rejected, 1 other); by severity: 1 critical, 4 low, 1 visual, 1 other.',
      'Accepted 14.3 %, rejected 14.3 %, reviewed 28.6 % of 7 bugs.',
      expect.stringMatching(/^Newest: Bug 7 \(7\) low open; /),
      'As of 2026-03-17T12:00:00Z. Complete.',
    ]);
  });

  test('a brief answer shows 30 stories of many, a full one all', async () => {
    const each = await rig();
    const stories = Array.from({ length: 60 }, (_, index) => story(index + 1, index === 59 ? 'failed' : 'passed'));
    const many = exploratoryTest({ id: 10, features: [snapshot({ id: 1000, userStories: stories })] });
    await each.products(product({ id: 1 }));
    await each.tests(1, many);
    await each.details(1, many);
    const brief = (await each.ask('get_test_summary', { test_id: 10 })).user_stories;
    expect(brief).toMatchObject({ total: 60, by_status: { passed: 59, failed: 1 } });
    expect(brief.items).toHaveLength(30);
    expect(brief.items[0]).toMatchObject({ id: 60, runs: null });
    expect(brief.items[0]).not.toHaveProperty('devices');
    expect((await each.ask('get_test_summary', { test_id: 10, detail: 'full' })).user_stories.items).toHaveLength(60);
  });
});
