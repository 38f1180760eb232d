import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { idsOf } from './support/queue-row.ts';
import { DAY, HOUR, NOW, sharedRig } from './support/rig.ts';

describe('get_triage_queue', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'App' }));
    await each.tests(1, exploratoryTest({ id: 10, title: 'Smoke' }), exploratoryTest({ id: 11 }));
    await each.tests(2, exploratoryTest({ id: 20 }));
    await each.bugs(
      [10, 11, 20],
      bug({ id: 1, testId: 10, title: 'Seat is\u200B lost', severity: 'low', reportedAt: NOW - 9 * DAY - HOUR / 2 }),
      bug({ id: 2, testId: 20, severity: 'visual', reportedAt: NOW - DAY }),
      bug({ id: 3, testId: 20, severity: 'critical', reportedAt: NOW - DAY, known: true }),
      bug({ id: 4, testId: 11, severity: 'odd', reportedAt: null }),
      bug({ id: 5, testId: 11, severity: 'high', reportedAt: NOW - 10 * DAY }),
      bug({ id: 6, testId: 11, severity: 'high', reportedAt: NOW - 12 * DAY, status: 'accepted' }),
      bug({ id: 7, testId: 11, severity: 'high', reportedAt: NOW, status: 'rejected' }),
      bug({ id: 8, testId: 20, severity: 'critical', reportedAt: NOW - DAY }),
    );
  });
  const ask = (input: object = {}) => own().ask('get_triage_queue', input);
  const ids = async (input: object) => idsOf((await ask(input)).bugs);

  test('lists open bugs by deadline, then severity, then id; those without a known report last', async () => {
    const { bugs, total, overdue, by_severity } = await ask();
    expect(idsOf(bugs)).toEqual([5, 1, 3, 8, 2, 4]);
    expect({ total, overdue }).toEqual({ total: 6, overdue: 1 });
    expect(by_severity).toEqual({ critical: 2, high: 1, low: 1, visual: 1, content: 0, custom: 0, other: 1 });
    expect(bugs[1]).toEqual({
      id: 1,
      title: 'Seat is lost',
      severity: 'low',
      known: false,
      reported_at: '2026-03-08T11:30:00Z',
      auto_acceptance_at: '2026-03-18T11:30:00Z',
      hours_left: 23,
      overdue: false,
      test: { id: 10, title: 'Smoke' },
      product: { id: 1, title: 'Shop' },
    });
    expect(bugs[2].known).toBe(true);
    expect(bugs[5]).toMatchObject({ auto_acceptance_at: null, hours_left: null, overdue: false });
  });

  test('tells of a deadline that has passed since when, and that the API decides', async () => {
    const { bugs } = await ask({ due_within_hours: 0 });
    expect(bugs).toHaveLength(1);
    expect(bugs[0]).toMatchObject({ id: 5, auto_acceptance_at: '2026-03-17T12:00:00Z', hours_left: 0, overdue: true });
    const { text } = await own().call('get_triage_queue');
    expect(text.split('\n').slice(0, 5)).toEqual([
      'Open bugs, due first: items 1–6 of 6. By severity: 2 critical, 1 high, 1 low, 1 visual, 1 other.',
      '1 bug overdue: whether Test IO has accepted them by now, only the next sync tells.',
      'id | title | severity | left | product | test',
      '5 | Bug 5 | high | due since 2026-03-17T12:00:00Z | Shop | Test 11',
      '1 | Seat is lost | low | 23 h | Shop | Smoke',
    ]);
  });

  test('narrows by product, test, severity and deadline, which all hold together', async () => {
    expect(await ids({ product_ids: ['app'] })).toEqual([3, 8, 2]);
    expect(await ids({ product_id: 1 })).toEqual([5, 1, 4]);
    expect(await ids({ test_ids: [10, 20] })).toEqual([1, 3, 8, 2]);
    expect(await ids({ severities: 'critical, other' })).toEqual([3, 8, 4]);
    expect(await ids({ due_within_hours: 24 })).toEqual([5, 1]);
    expect(await ids({ due_within_hours: 23 })).toEqual([5]);
    expect(await ids({ product_ids: '1,2', severities: 'high', due_within_hours: 240 })).toEqual([5]);
    const { filters, by_severity, overdue } = await ask({ product_ids: [2], severities: ['critical'] });
    expect(filters).toEqual({ products: [{ id: 2, title: 'App' }], severities: ['critical'] });
    expect([by_severity.critical, by_severity.visual, overdue]).toEqual([2, 0, 0]);
  });

  test('refuses what it does not know', async () => {
    expect((await own().refuse('get_triage_queue', { product_ids: [1, 77] })).code).toBe('product_not_found');
    expect((await own().refuse('get_triage_queue', { test_ids: [77] })).code).toBe('test_not_found');
    expect((await own().refuse('get_triage_queue', { due_within_hours: 241 })).facts.field).toBe('due_within_hours');
    const { completeness } = await ask({ test_ids: [10, 77] });
    expect(completeness.missing).toEqual([{ what: 'tests', count: 1, why: 'Not in the store: 77.' }]);
  });
});
