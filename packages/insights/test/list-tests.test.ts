import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, rig, sharedRig } from './support/rig.ts';

describe('list_tests', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'App' }));
    await each.tests(
      1,
      exploratoryTest({
        id: 10,
        title: 'Smoke\u202E test',
        status: 'running',
        testingType: 'focused',
        reviewStatus: 'review_successful',
        goal: 'Find\r\nanything',
        startAt: NOW - DAY,
        endAt: NOW + DAY,
        environment: { id: 22, title: 'Staging' },
      }),
      exploratoryTest({ id: 11, status: 'archived', testingType: 'rapid' }),
      exploratoryTest({ id: 12, status: 'brand_new', testingType: 'telepathic', title: null }),
      exploratoryTest({ id: 13, status: null, testingType: null }),
    );
    await each.tests(2, exploratoryTest({ id: 20, status: 'running' }));
    await each.bugs(
      [10, 11],
      bug({ id: 1, testId: 10, severity: 'critical' }),
      bug({ id: 2, testId: 10, severity: 'catastrophic', status: 'reopened' }),
      bug({ id: 3, testId: 10, severity: null, status: 'accepted', autoAccepted: true }),
    );
  });
  const list = (input: object = {}) => own().ask('list_tests', { sort_by: 'id', sort_order: 'asc', ...input });
  const ids = async (input: object) => (await list(input)).tests.map(({ id }: { id: number }) => id);

  test('shows what a test is, by the names of the API', async () => {
    const { tests } = await list({ product_id: 1 });
    expect(tests[0]).toEqual({
      id: 10,
      title: 'Smoke test',
      status: 'running',
      testing_type: 'focused',
      review_status: 'review_successful',
      start_at: '2026-03-16T12:00:00Z',
      end_at: '2026-03-18T12:00:00Z',
      product: { id: 1, title: 'Shop' },
      environment: { id: 22, title: 'Staging' },
    });
    expect(tests[2]).toMatchObject({
      title: null,
      status: 'brand_new',
      environment: null,
      start_at: null,
      end_at: null,
    });
  });

  test('asks for the first page of the list of a product, unless another page is shown', async () => {
    const asked: unknown[] = [];
    const refresh = async (shown: { newestTestsOf?: readonly number[] | undefined }) => {
      asked.push(shown.newestTestsOf);
      return { isTried: false, gaps: [] };
    };
    const statuses = 'archived';
    for (const input of [{}, { page: 1, offset: 0 }, { page: 2 }, { offset: 5 }]) {
      await own().ask('list_tests', { product_id: 1, statuses, ...input }, { refresh });
    }
    expect(asked).toEqual([[1], [1], [], []]);
  });

  test('shows goals when asked for everything', async () => {
    const { tests } = await list({ detail: 'full', product_id: 'Shop' });
    expect(tests[0].goal).toBe('Find\nanything');
    expect(tests[1].goal).toBeNull();
  });

  test('finds by product, status, type and title; other stands for what is not known', async () => {
    expect(await ids({})).toEqual([10, 11, 12, 13, 20]);
    expect(await ids({ product_id: 2 })).toEqual([20]);
    expect(await ids({ statuses: 'running' })).toEqual([10, 20]);
    expect(await ids({ statuses: ['archived', 'other'] })).toEqual([11, 12, 13]);
    expect(await ids({ testing_type: 'focused' })).toEqual([10]);
    expect(await ids({ testing_type: 'rapid,other' })).toEqual([11, 12, 13]);
    expect(await ids({ search: 'smoke test', status: 'running' })).toEqual([10]);
    const { filters } = await list({ product_id: 'sho', statuses: 'other', testing_type: 'other', search: 'x' });
    expect(filters).toEqual({
      product: { id: 1, title: 'Shop' },
      statuses: ['other'],
      testing_type: ['other'],
      search: 'x',
    });
  });

  test('finds by the days on which tests ended or started', async () => {
    expect(await ids({ period: 'tomorrow' })).toEqual([10]);
    expect(await ids({ period: 'tomorrow', period_by: 'start_at' })).toEqual([]);
    expect(await ids({ period: 'yesterday', period_by: 'start_at' })).toEqual([10]);
    expect(await ids({ start_date: '2026-03-18' })).toEqual([10]);
    expect(await ids({ end_date: '2026-03-17' })).toEqual([]);
    expect(await ids({ period: 'all' })).toEqual([10, 11, 12, 13, 20]);
    const { filters } = await list({ period: '2026-03', period_by: 'start_at' });
    expect(filters).toEqual({
      period: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
      period_by: 'start_at',
    });
    expect((await list({ period_by: 'start_at' })).filters).toEqual({});
    const inZone = await own().ask('list_tests', { period: '2026-03-19' }, { timeZone: 'Pacific/Kiritimati' });
    expect(inZone.tests.map(({ id }: { id: number }) => id)).toEqual([10]);
    expect((await own().refuse('list_tests', { period: 'soonish' })).code).toBe('invalid_period');
  });

  test('counts bugs when asked to, in parts that add up; null where they were never loaded', async () => {
    const { tests, completeness } = await list({ include_bug_counts: true, product_id: 1 });
    expect(tests[0].bugs).toEqual({
      total: 3,
      by_status: { open: 1, accepted: 0, auto_accepted: 1, rejected: 0, other: 1 },
      by_severity: { critical: 1, high: 0, low: 0, visual: 0, content: 0, custom: 0, other: 2 },
    });
    expect(tests[1].bugs.total).toBe(0);
    expect(tests[2].bugs).toBeNull();
    expect(completeness.missing).toEqual([expect.objectContaining({ what: 'bugs_of_tests', count: 2 })]);
    expect((await list({ product_id: 1 })).tests[0]).not.toHaveProperty('bugs');
    expect((await list({ product_id: 1 })).completeness.complete).toBe(true);
    expect((await list({ include_bug_counts: true, statuses: 'archived' })).completeness.complete).toBe(true);
  });

  test('renders a small table', async () => {
    const { text } = await own().call('list_tests', { product_id: 1, include_bug_counts: true, statuses: 'running' });
    expect(text.split('\n')).toEqual([
      'Tests of Shop (1): items 1–1 of 1.',
      'id | title | status | end | bugs',
      '10 | Smoke test | running | 2026-03-18 | 1 open, 1 auto accepted, 1 other',
      'As of 2026-03-17T12:00:00Z. Complete.',
    ]);
  });
});

test('a long page is rendered in part, and says so', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(
    1,
    ...Array.from({ length: 40 }, (_, index) => exploratoryTest({ id: index + 1, title: '|'.repeat(90) })),
  );
  const { text, output } = await own.call('list_tests');
  expect(output.returned).toBe(40);
  const ids = (output.tests as { id: number }[]).map(({ id }) => id);
  const shown = text.split('\n').filter((line) => /^\d+ \| /.test(line));
  expect(shown.map((line) => Number.parseInt(line, 10))).toEqual(ids.slice(0, 25));
  expect(text).toContain('… and 15 more rows of this page in the structured answer.');
  expect(text.length).toBeLessThan(4000);
});

test('a deleted test does not show', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  await own.tests(1, exploratoryTest({ id: 11 }));
  const { tests, total } = await own.ask('list_tests');
  expect({ total, ids: tests.map(({ id }: { id: number }) => id) }).toEqual({ total: 1, ids: [11] });
});
