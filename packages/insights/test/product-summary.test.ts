import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { DAY, HOUR, NOW, rig, sharedRig } from './support/rig.ts';

const story = (id: number, featureId: number | null) => ({ id, path: `Story ${id}`, title: null, featureId });

describe('get_product_summary', () => {
  const own = sharedRig(async (each) => {
    const sections = [
      { id: 31, title: 'Front' },
      { id: 32, title: 'Back' },
    ];
    await each.products(
      product({
        id: 1,
        title: 'Shop',
        description: 'Sells\nthings',
        sections,
        sectionsWithDefault: [{ id: 30, title: 'default-section' }, ...sections],
      }),
      product({ id: 2, title: 'Empty' }),
      product({ id: 3, title: 'Unread' }),
    );
    const running = Array.from({ length: 7 }, (_, index) =>
      exploratoryTest({
        id: 10 + index,
        status: 'running',
        startAt: NOW - DAY,
        endAt: index === 0 ? null : NOW + index * HOUR,
      }),
    );
    await each.tests(
      1,
      ...running,
      exploratoryTest({ id: 20, status: 'archived', startAt: NOW - 5 * DAY, endAt: NOW - 3 * DAY }),
      exploratoryTest({ id: 21, status: 'odd', endAt: NOW - DAY }),
      exploratoryTest({ id: 22, status: 'initialized', startAt: NOW + DAY }),
    );
    await each.tests(2);
    const stories = [story(1, 5), story(2, 5)];
    await each.features(
      1,
      { feature: feature({ id: 5, userStories: stories }), sectionIds: [31, 32] },
      { feature: feature({ id: 6 }), sectionIds: [32] },
    );
    await each.features(2, { feature: feature({ id: 6, userStories: [story(3, 6)] }), sectionIds: [] });
    await each.bugs(
      [...running.map(({ id }) => id), 20, 21, 22],
      ...Array.from({ length: 6 }, (_, index) =>
        bug({ id: 100 + index, testId: 10, severity: 'high', reportedAt: NOW - index * HOUR }),
      ),
      bug({ id: 200, testId: 20, status: 'accepted', severity: 'critical', reportedAt: NOW - 4 * DAY }),
      bug({ id: 201, testId: 20, status: 'accepted', autoAccepted: true, severity: 'visual', known: true }),
      bug({ id: 202, testId: 20, status: 'rejected', severity: 'odd' }),
      bug({ id: 203, testId: 20, status: 'odd', severity: null, known: true }),
    );
  });
  const summary = (product_id: unknown) => own().ask('get_product_summary', { product_id });

  test('identifies the product with its real sections', async () => {
    expect((await summary(1)).product).toEqual({
      id: 1,
      title: 'Shop',
      type: 'website',
      description: 'Sells\nthings',
      sections: [
        { id: 31, title: 'Front' },
        { id: 32, title: 'Back' },
      ],
    });
    expect((await summary(2)).product).not.toHaveProperty('sections');
  });

  test('counts features once, whatever the number of their sections, and their stories', async () => {
    expect(await summary(1)).toMatchObject({ feature_count: 2, user_story_count: 3 });
    expect(await summary(2)).toMatchObject({ feature_count: 1, user_story_count: 1 });
  });

  test('counts tests and bugs in parts that add up', async () => {
    const { tests, bugs } = await summary(1);
    expect(tests).toEqual({
      total: 10,
      by_status: {
        initialized: 1,
        waiting: 0,
        running: 7,
        locked: 0,
        customer_finalized: 0,
        archived: 1,
        cancelled: 0,
        other: 1,
      },
    });
    expect(bugs).toMatchObject({
      total: 10,
      known: 2,
      by_status: { open: 6, accepted: 1, auto_accepted: 1, rejected: 1, other: 1 },
      by_severity: { critical: 1, high: 6, low: 0, visual: 1, content: 0, custom: 0, other: 2 },
    });
  });

  test('gives each rate with the numbers it was made from', async () => {
    const { bugs } = await summary(1);
    expect(bugs.rates).toEqual({
      active_acceptance_rate: { value: 0.1, numerator: 1, n: 10 },
      overall_acceptance_rate: { value: 0.2, numerator: 2, n: 10 },
      auto_acceptance_rate: { value: 0.5, numerator: 1, n: 2 },
      rejection_rate: { value: 0.1, numerator: 1, n: 10 },
      review_rate: { value: 0.2, numerator: 2, n: 10 },
    });
    const empty = (await summary(2)).bugs;
    expect(empty.total).toBe(0);
    expect(empty.rates.rejection_rate).toEqual({ value: null, numerator: 0, n: 0 });
  });

  test('shows a few running tests, the next end first, and the open bugs that are accepted next', async () => {
    const { running_tests, next_auto_accepted_bugs } = await summary(1);
    expect(running_tests.map(({ id }: { id: number }) => id)).toEqual([11, 12, 13, 14, 15]);
    expect(running_tests[0]).toEqual({
      id: 11,
      title: 'Test 11',
      start_at: '2026-03-16T12:00:00Z',
      end_at: '2026-03-17T13:00:00Z',
    });
    expect(next_auto_accepted_bugs.map(({ id }: { id: number }) => id)).toEqual([105, 104, 103, 102, 101]);
    expect(next_auto_accepted_bugs[0]).toMatchObject({
      auto_acceptance_at: '2026-03-27T07:00:00Z',
      test: { id: 10, title: 'Test 10' },
    });
  });

  test('tells the last activity that has happened', async () => {
    expect((await summary(1)).last_activity).toEqual({
      test_started_at: '2026-03-16T12:00:00Z',
      test_ended_at: '2026-03-14T12:00:00Z',
      bug_reported_at: '2026-03-17T12:00:00Z',
    });
    expect((await summary(2)).last_activity).toEqual({
      test_started_at: null,
      test_ended_at: null,
      bug_reported_at: null,
    });
  });

  test('knows nothing of what was never read', async () => {
    expect(await summary('Unread')).toMatchObject({
      feature_count: null,
      user_story_count: null,
      tests: null,
      bugs: null,
    });
    expect((await summary(2)).tests.total).toBe(0);
  });

  test('renders some lines', async () => {
    const { text } = await own().call('get_product_summary', { product_id: 1 });
    expect(text.split('\n')).toEqual([
      'Shop (1), website; 2 features.',
      'Tests: 10 (1 initialized, 7 running, 1 archived, 1 other).',
      'Bugs: 10 (6 open, 1 accepted, 1 auto accepted, 1 rejected, 1 other); by severity: 1 critical, 6 high, 1 visual, 2 other.',
      'Accepted 20 %, rejected 10 %, reviewed 20 % of 10 bugs.',
      expect.stringMatching(/^Running: Test 11 \(11\) until 2026-03-17; /),
      'Next accepted by the system: Bug 105 (105) on 2026-03-27.',
      'As of 2026-03-17T12:00:00Z. Complete.',
    ]);
    expect((await own().call('get_product_summary', { product_id: 3 })).text).toContain('Tests: unknown.');
  });
});

test('bugs of tests that were never loaded are unknown, not none', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  expect((await own.ask('get_product_summary', { product_id: 1 })).bugs).toBeNull();
  await own.bugs([10]);
  const { bugs, completeness } = await own.ask('get_product_summary', { product_id: 1 });
  expect(bugs.total).toBe(0);
  expect(completeness.missing).toContainEqual(expect.objectContaining({ what: 'bugs_of_tests', count: 1 }));
});
