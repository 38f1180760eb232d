import { personId } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, type Rig, rig } from './support/rig.ts';

const TINA = personId('tester', 'Tina');

async function shop(): Promise<Rig> {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  await it.tests(
    1,
    exploratoryTest({ id: 10, startAt: NOW - 40 * DAY, createdBy: 'Carl', submittedBy: 'Carl' }),
    exploratoryTest({ id: 11, startAt: NOW + 5 * DAY, createdBy: 'Tina Turner', submittedBy: 'Carl' }),
  );
  await it.tests(2, exploratoryTest({ id: 20, startAt: NOW - 2 * DAY, createdBy: 'Tina' }));
  await it.bugs(
    [10, 11, 20],
    bug({ id: 1, testId: 10, author: 'Tina', reportedAt: NOW - 30 * DAY, status: 'accepted', severity: 'critical' }),
    bug({ id: 2, testId: 10, author: 'Tina', reportedAt: NOW - DAY, status: 'rejected', known: true }),
    bug({ id: 3, testId: 20, author: 'Tina', reportedAt: null, severity: 'odd' }),
    bug({ id: 4, testId: 20, author: 'Tom', reportedAt: NOW }),
  );
  return it;
}

test('summarises a tester', async () => {
  const it = await shop();
  const summary = await it.ask('get_user_summary', { user_id: TINA });
  expect(summary).toMatchObject({
    user: { id: TINA, username: 'Tina', user_type: 'tester' },
    bugs_reported: 3,
    tests_created: 0,
    tests_submitted: 0,
    first_activity: '2026-02-15T12:00:00Z',
    last_activity: '2026-03-16T12:00:00Z',
    bugs: {
      total: 3,
      known: 1,
      by_status: { open: 1, accepted: 1, auto_accepted: 0, rejected: 1, other: 0 },
      by_severity: { critical: 1, low: 1, other: 1 },
      rates: { rejection_rate: { value: 1 / 3, numerator: 1, n: 3 } },
    },
    products: {
      total: 2,
      items: [
        { id: 1, title: 'Shop', bugs_reported: 2 },
        { id: 2, title: 'Bank', bugs_reported: 1 },
      ],
    },
  });
  expect(summary.newest_bugs.map(({ id }: { id: number }) => id)).toEqual([2, 1, 3]);
  expect(summary).not.toHaveProperty('newest_tests');
  expect(summary.months).toHaveLength(12);
  expect(summary.months.slice(-3)).toEqual([
    { month: '2026-01', bugs_reported: 0, tests_created: 0, tests_submitted: 0 },
    { month: '2026-02', bugs_reported: 1, tests_created: 0, tests_submitted: 0 },
    { month: '2026-03', bugs_reported: 1, tests_created: 0, tests_submitted: 0 },
  ]);
});

test('summarises a customer: a planned test is no activity yet', async () => {
  const it = await shop();
  const summary = await it.ask('get_user_summary', { user_id: 'carl' });
  expect(summary).toMatchObject({
    user: { username: 'Carl', user_type: 'customer' },
    bugs_reported: 0,
    tests_created: 1,
    tests_submitted: 2,
    first_activity: '2026-02-05T12:00:00Z',
    last_activity: '2026-02-05T12:00:00Z',
    newest_tests: [
      { id: 11, created: false, submitted: true, product: { id: 1, title: 'Shop' } },
      { id: 10, created: true, submitted: true },
    ],
  });
  expect(summary).not.toHaveProperty('bugs');
  expect(summary).not.toHaveProperty('newest_bugs');
});

test('takes names, and asks which one when a name is both tester and customer', async () => {
  const it = await shop();
  expect((await it.ask('get_user_summary', { user_id: 'turner' })).user.username).toBe('Tina Turner');
  const which = await it.refuse('get_user_summary', { user_id: 'tina' });
  expect(which.code).toBe('ambiguous_user');
  expect(which.facts.accepted).toEqual([`${TINA}: Tina (tester)`, `${personId('customer', 'Tina')}: Tina (customer)`]);
  const [named] = which.facts.accepted ?? [];
  const shown = String(named).replace(/^\d+: /, '');
  expect((await it.ask('get_user_summary', { user_id: shown })).user.username).toBe(shown.replace(/ \(.+/, ''));
  expect((await it.refuse('get_user_summary', { user_id: 'nobody' })).code).toBe('user_not_found');
  expect((await it.refuse('get_user_summary', { user_id: 5 })).code).toBe('user_not_found');
});

test('puts what happened around midnight into the month of the zone', async () => {
  const it = await shop();
  await it.bugs([10], bug({ id: 9, testId: 10, author: 'Zoe', reportedAt: Date.UTC(2026, 1, 28, 23) }));
  const monthsIn = async (timeZone: string) => {
    const { months } = await it.ask('get_user_summary', { user_id: 'Zoe' }, { timeZone });
    return months
      .filter((one: { bugs_reported: number }) => one.bugs_reported > 0)
      .map((one: { month: string }) => one.month);
  };
  expect(await monthsIn('UTC')).toEqual(['2026-02']);
  expect(await monthsIn('Europe/Berlin')).toEqual(['2026-03']);
});

test('forgets what is gone', async () => {
  const it = await shop();
  await it.bugs([10]);
  const { bugs, bugs_reported, products } = await it.ask('get_user_summary', { user_id: TINA });
  expect([bugs.total, bugs_reported, products.total]).toEqual([1, 1, 1]);
});

test('needs as many statements for 200 bugs as for 10', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  await it.tests(1, exploratoryTest({ id: 10 }));
  const by = (author: string, from: number, count: number) =>
    Array.from({ length: count }, (_, index) => bug({ id: from + index, testId: 10, author, reportedAt: NOW }));
  await it.bugs([10], ...by('few', 1, 10), ...by('many', 1000, 200));
  const statementsFor = async (user: string, total: number) => {
    await it.touch();
    it.statements.length = 0;
    const summary = await it.ask('get_user_summary', { user_id: personId('tester', user) });
    expect(summary.bugs.total).toBe(total);
    return it.statements.length;
  };
  const few = await statementsFor('few', 10);
  expect(await statementsFor('many', 200)).toBe(few);
  expect(few).toBeLessThanOrEqual(12);
});
