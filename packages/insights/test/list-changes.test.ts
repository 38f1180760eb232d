import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, HOUR, NOW, type Rig, rig } from './support/rig.ts';

interface Row {
  readonly entity: 'test' | 'bug';
  readonly id: number;
  readonly title: string;
  readonly status: string;
  readonly changes: string[];
}

const told = (rows: readonly Row[]) => rows.map(({ entity, id, changes }) => `${entity} ${id}: ${changes.join('+')}`);

/** Two products that were read two days ago, on a clock that never moves again: time tells nothing apart. */
async function account(): Promise<Rig> {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'App' }));
  await own.tests(1, exploratoryTest({ id: 10, title: 'Smoke' }), exploratoryTest({ id: 11 }));
  await own.tests(2, exploratoryTest({ id: 20 }));
  await own.bugs([10, 20], bug({ id: 1, testId: 10 }), bug({ id: 2, testId: 10 }), bug({ id: 3, testId: 20 }));
  return own;
}

describe('since a watermark', () => {
  test('tells what is new, changed, finished, accepted, rejected and deleted, by what it was and not by the clock', async () => {
    const own = await account();
    const first = await own.ask('list_changes', { since: 'all' });
    expect(first.total).toBe(6);
    expect((await own.ask('list_changes', { since: first.watermark })).changes).toEqual([]);

    await own.tests(1, exploratoryTest({ id: 10, title: 'Smoke', status: 'archived' }), exploratoryTest({ id: 12 }));
    await own.tests(2, exploratoryTest({ id: 20, status: 'locked' }));
    await own.bugs(
      [10, 20],
      bug({ id: 1, testId: 10, status: 'accepted' }),
      bug({ id: 2, testId: 10, title: 'Renamed' }),
      bug({ id: 4, testId: 10, status: 'rejected' }),
      bug({ id: 5, testId: 20 }),
    );
    await own.bugs([20], bug({ id: 5, testId: 20, status: 'rejected', severity: 'high' }));
    const { changes, tests, bugs, total, since, watermark } = await own.ask('list_changes', { since: first.watermark });
    expect(told(changes)).toEqual([
      'test 10: finished',
      'test 12: new',
      'test 11: deleted',
      'test 20: status_changed',
      'bug 1: accepted',
      'bug 2: updated',
      'bug 3: deleted',
      'bug 4: new',
      'bug 5: new+rejected',
    ]);
    expect(tests).toEqual({ new: 1, status_changed: 1, finished: 1, updated: 0, deleted: 1 });
    expect(bugs).toEqual({ new: 2, status_changed: 0, accepted: 1, rejected: 1, updated: 1, deleted: 1 });
    expect({ total, since }).toEqual({ total: 9, since: null });
    expect(changes.at(-1)).toEqual({
      entity: 'bug',
      id: 5,
      title: 'Bug 5',
      changes: ['new', 'rejected'],
      status: 'rejected',
      severity: 'high',
      seen_at: '2026-03-17T12:00:00Z',
      test: { id: 20, title: 'Test 20' },
      product: { id: 2, title: 'App' },
    });
    expect((await own.ask('list_changes', { since: watermark })).total).toBe(0);
    await own.bugs([20], bug({ id: 5, testId: 20, status: 'accepted', severity: 'high' }));
    expect(told((await own.ask('list_changes', { since: watermark })).changes)).toEqual(['bug 5: accepted']);
  });

  test('narrows by product, entity and change', async () => {
    const own = await account();
    const { watermark } = await own.ask('list_changes');
    await own.tests(1, exploratoryTest({ id: 10, status: 'cancelled' }), exploratoryTest({ id: 11 }));
    await own.bugs([10, 20], bug({ id: 1, testId: 10 }), bug({ id: 3, testId: 20, status: 'accepted' }));
    const ask = async (input: object) => {
      const answer = await own.ask('list_changes', { since: watermark, ...input });
      return told(answer.changes);
    };
    expect(await ask({})).toEqual(['test 10: finished', 'bug 2: deleted', 'bug 3: accepted']);
    expect(await ask({ product_ids: 'app' })).toEqual(['bug 3: accepted']);
    expect(await ask({ entities: 'test' })).toEqual(['test 10: finished']);
    expect(await ask({ changes: 'accepted, finished' })).toEqual(['test 10: finished', 'bug 3: accepted']);
    expect(await ask({ changes: ['rejected'] })).toEqual([]);
  });

  test('refuses a watermark of another store, one from the future, and one that is none', async () => {
    const own = await account();
    const { watermark } = await own.ask('list_changes');
    const [version, store, base, number, place] = watermark.split('.');
    for (const since of [
      [version, `${store}0`, base, number, place].join('.'),
      [version, store, base, Number(number) + 1, place].join('.'),
      'w1.nonsense',
    ]) {
      const error = await own.refuse('list_changes', { since });
      expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'since' });
      expect(error.facts.next).toContain('last 7 days');
    }
    expect((await own.refuse('list_changes', { since: 'soonish' })).report()).toMatchObject({
      code: 'invalid_period',
      field: 'since',
    });
  });
});

describe('since a time', () => {
  test('new is what was reported or came since; what is old and was read for the first time is no change', async () => {
    const own = await rig();
    own.clock.set(NOW - 3 * DAY);
    await own.products(product({ id: 1 }));
    await own.tests(1, exploratoryTest({ id: 10, startAt: NOW - 20 * DAY }), exploratoryTest({ id: 11 }));
    own.clock.set(NOW - HOUR);
    await own.products(product({ id: 1 }), product({ id: 2 }));
    await own.tests(
      1,
      exploratoryTest({ id: 10, startAt: NOW - 20 * DAY }),
      exploratoryTest({ id: 11, status: 'archived' }),
      exploratoryTest({ id: 12, startAt: NOW - 2 * DAY }),
    );
    await own.tests(
      2,
      exploratoryTest({ id: 20, startAt: NOW - 20 * DAY }),
      exploratoryTest({ id: 21, startAt: NOW + DAY }),
    );
    await own.bugs(
      [10, 20],
      bug({ id: 1, testId: 10, reportedAt: NOW - 20 * DAY }),
      bug({ id: 2, testId: 10, reportedAt: NOW - 2 * HOUR }),
      bug({ id: 3, testId: 20, reportedAt: NOW - 20 * DAY, status: 'accepted' }),
    );
    own.clock.set(NOW);
    const expected = ['test 11: finished', 'test 12: new', 'test 21: new', 'bug 2: new'];
    for (const since of ['yesterday', '2026-03-16', '2026-03-16T00:00:00Z', 'since yesterday', 'last 2 days']) {
      const answer = await own.ask('list_changes', { since });
      expect(told(answer.changes), since).toEqual(expected);
      expect(answer.since, since).toBe('2026-03-16T00:00:00Z');
    }
    expect((await own.ask('list_changes', { period: 'today' })).changes).toHaveLength(4);
    expect((await own.ask('list_changes', { since: '2026-03-17T11:30:00Z' })).changes).toEqual([]);
    own.clock.set(NOW + HOUR);
    await own.bugs([20], bug({ id: 3, testId: 20, reportedAt: NOW - 20 * DAY, status: 'accepted', known: true }));
    expect(told((await own.ask('list_changes', { since: '2026-03-17T12:30:00Z' })).changes)).toEqual([
      'bug 3: updated',
    ]);
  });

  test('of the time before the store was there, it says that it knows only a part', async () => {
    const own = await account();
    const old = await own.ask('list_changes', { since: 'last 2 years' });
    expect(old.completeness.missing).toContainEqual({
      what: 'changes',
      count: null,
      why: expect.stringContaining('The local copy exists since'),
    });
    const since = await own.ask('list_changes', { since: old.watermark });
    expect(since.completeness.missing.map(({ what }: { what: string }) => what)).not.toContain('changes');
  });
});

test('reads well', async () => {
  const own = await account();
  const { text } = await own.call('list_changes', { since: '2026-03-17', per_page: 2 });
  expect(text.split('\n').slice(0, 4)).toEqual([
    'Changes since 2026-03-17T00:00:00Z: items 1–2 of 6. Tests: 3 new. Bugs: 3 new.',
    'kind | id | title | change | status | product',
    'test | 10 | Smoke | new | running | Shop',
    'test | 11 | Test 11 | new | running | Shop',
  ]);
  expect(text).toMatch(/\nNext time: since w1\./);
});
