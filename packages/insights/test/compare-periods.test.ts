import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { type Rig, sharedRig } from './support/rig.ts';

/** January: one test, 10 bugs, 1 rejected. February: two tests, 40 bugs, 20 rejected. March: one running test. Product 2: one bug. */
async function fill(own: Rig): Promise<void> {
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  const ended = (id: number, month: number) =>
    exploratoryTest({ id, status: 'archived', endAt: Date.UTC(2026, month - 1, 10) });
  await own.tests(1, ended(1, 1), ended(2, 2), ended(3, 2), exploratoryTest({ id: 4, endAt: Date.UTC(2026, 2, 20) }));
  await own.tests(2, ended(5, 2));
  const bugs = (testId: number, count: number, rejected: number) =>
    Array.from({ length: count }, (_, nth) =>
      bug({ id: testId * 100 + nth, testId, status: nth < rejected ? 'rejected' : 'accepted' }),
    );
  await own.bugs([1, 2, 3, 4, 5], ...bugs(1, 10, 1), ...bugs(2, 20, 10), ...bugs(3, 20, 10), ...bugs(5, 1, 0));
}

describe('compare_periods', () => {
  const own = sharedRig(fill);
  const ask = (input: object) => own().ask('compare_periods', input);
  const metricOf = (answer: { metrics: { metric: string }[] }, name: string) =>
    answer.metrics.find(({ metric }) => metric === name);

  test('compares a month with the one before', async () => {
    const answer = await ask({ product_id: 'Shop', period: '2026-02' });
    expect([answer.this, answer.against]).toEqual([
      { product: { id: 1, title: 'Shop' }, from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z', is_over: true },
      { product: { id: 1, title: 'Shop' }, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', is_over: true },
    ]);
    expect(metricOf(answer, 'bug_count')).toMatchObject({
      this: { value: 40, n: null },
      against: { value: 10, n: null },
      difference: 30,
      change: 3,
      direction: 'up',
      caution: null,
    });
    expect(metricOf(answer, 'rejection_rate')).toMatchObject({
      this: { value: 0.5, n: 40 },
      against: { value: 0.1, n: 10 },
      direction: 'up',
      caution: 'Small sample: n is 10 on a side.',
    });
    expect(metricOf(answer, 'test_count')).toMatchObject({ difference: 1, caution: expect.stringContaining('chance') });
    expect(metricOf(answer, 'auto_acceptance_rate')).toMatchObject({ difference: 0, direction: 'same' });
    expect(answer.notes).toEqual([]);
    expect(answer.completeness.complete).toBe(true);
  });

  test('says what cannot be compared', async () => {
    const answer = await ask({ product_id: 1, period: '2026-03', metrics: 'rejection_rate,bug_count' });
    expect(metricOf(answer, 'rejection_rate')).toMatchObject({
      this: { value: null, n: 0 },
      difference: null,
      direction: 'unknown',
      interval: null,
      caution: expect.stringContaining('Unknown'),
    });
    expect(answer.notes).toEqual(['A period is not over: counts of it are of a part, and bugs of it wait for review.']);
  });

  test('compares any two periods, and says when they are no equals', async () => {
    const { notes, against } = await ask({ period: '2026-Q1', against: '2026-01', metrics: 'bug_count' });
    expect(against).toMatchObject({ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' });
    expect(notes.join(' ')).toMatch(/not over.*differ in length.*overlap/);
  });

  test('compares two products in one period', async () => {
    const answer = await ask({
      product_id: 'Shop',
      against_product_id: 'Bank',
      period: '2026-02',
      metrics: 'bug_count',
    });
    expect(answer.against).toMatchObject({ product: { id: 2 }, from: '2026-02-01T00:00:00Z' });
    expect(answer.metrics[0]).toMatchObject({ this: { value: 40 }, against: { value: 1 }, difference: 39 });
    expect(answer.notes).toEqual([]);
  });

  test('obeys filters on both sides, and agrees with query_metrics', async () => {
    const filters = ['bug_status=rejected'];
    const answer = await ask({ period: '2026-02', metrics: 'bug_count,test_count', filters });
    const { totals } = await own().ask('query_metrics', {
      metrics: 'bug_count,test_count',
      period: '2026-02',
      filters,
    });
    expect(totals).toEqual({ bug_count: 20, test_count: 2 });
    expect(answer.metrics.map((each: { this: { value: number } }) => each.this.value)).toEqual([20, 2]);
    expect(answer.metrics.map((each: { against: { value: number } }) => each.against.value)).toEqual([1, 1]);
  });

  test.each([
    [{ period: 'all' }, 'against'],
    [{ period: 'soonish' }, 'period'],
    [{ against: 'soonish' }, 'against'],
    [{ metrics: 'happiness' }, 'metrics'],
    [{ product_id: 1, filters: 'product=2' }, 'filters'],
    [{ product_id: 1, against_product_id: 99 }, 'product_id'],
  ])('refuses %j', async (input, field) => {
    expect((await own().refuse('compare_periods', input)).facts.field).toBe(field);
  });
});
