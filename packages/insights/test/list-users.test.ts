import { personId } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, type Rig, rig } from './support/rig.ts';

/** Tina and Tom report bugs; Carl creates tests, Cora submits them; somebody called Tina is a customer too. */
async function shop(): Promise<Rig> {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  await it.tests(
    1,
    exploratoryTest({ id: 10, startAt: NOW - 40 * DAY, createdBy: 'Carl', submittedBy: 'Cora' }),
    exploratoryTest({ id: 11, startAt: NOW + 5 * DAY, createdBy: 'Carl', submittedBy: 'Cora' }),
  );
  await it.tests(2, exploratoryTest({ id: 20, startAt: NOW - 2 * DAY, createdBy: 'Tina' }));
  await it.bugs(
    [10, 11, 20],
    bug({ id: 1, testId: 10, author: 'Tina', reportedAt: NOW - 30 * DAY }),
    bug({ id: 2, testId: 10, author: 'Tina', reportedAt: NOW - DAY }),
    bug({ id: 3, testId: 20, author: 'Tom', reportedAt: null }),
    bug({ id: 4, testId: 20, author: 'Tom', reportedAt: NOW - 3 * DAY }),
    bug({ id: 5, testId: 20, author: 'Tom', reportedAt: NOW - 100 * DAY }),
  );
  return it;
}

type User = { id: number; username: string; user_type: string; bugs_reported: number; last_activity: string | null };
const names = (answer: { users: User[] }) => answer.users.map(({ username, user_type }) => `${username} ${user_type}`);

test('counts what people did and when, from what happened and not from syncs', async () => {
  const it = await shop();
  it.clock.set(NOW + DAY);
  const { users, total, filters } = await it.ask('list_users', {});
  expect(users).toEqual([
    {
      id: personId('customer', 'Carl'),
      username: 'Carl',
      user_type: 'customer',
      first_activity: '2026-02-05T12:00:00Z',
      last_activity: '2026-02-05T12:00:00Z',
      bugs_reported: 0,
      tests_created: 2,
      tests_submitted: 0,
    },
    expect.objectContaining({ username: 'Cora', tests_created: 0, tests_submitted: 2 }),
    expect.objectContaining({ username: 'Tina', user_type: expect.any(String) }),
    expect.objectContaining({ username: 'Tina' }),
    {
      id: personId('tester', 'Tom'),
      username: 'Tom',
      user_type: 'tester',
      first_activity: '2025-12-07T12:00:00Z',
      last_activity: '2026-03-14T12:00:00Z',
      bugs_reported: 3,
      tests_created: 0,
      tests_submitted: 0,
    },
  ]);
  expect(total).toBe(5);
  expect(filters).toEqual({});
});

test('keeps testers and customers apart', async () => {
  const it = await shop();
  expect(names(await it.ask('list_users', { user_type: 'Tester' }))).toEqual(['Tina tester', 'Tom tester']);
  expect(names(await it.ask('list_users', { kind: 'customer' }))).toEqual([
    'Carl customer',
    'Cora customer',
    'Tina customer',
  ]);
  expect(names(await it.ask('list_users', { search: 'TIN', user_type: 'tester' }))).toEqual(['Tina tester']);
});

test('looks at a period alone when asked for one', async () => {
  const it = await shop();
  const week = await it.ask('list_users', { period: 'last 7 days', sort_by: 'bugs_reported', sort_order: 'desc' });
  expect(week.users.map((user: User) => [user.username, user.user_type, user.bugs_reported])).toEqual(
    expect.arrayContaining([
      ['Tom', 'tester', 1],
      ['Tina', 'tester', 1],
      ['Tina', 'customer', 0],
    ]),
  );
  expect(week.total).toBe(3);
  expect(week.filters.period).toEqual({ from: expect.any(String), to: expect.any(String) });
  const days = await it.ask('list_users', { days: 7, sort_by: 'bugs_reported', sort_order: 'desc' });
  expect(days).toEqual(week);
  expect((await it.refuse('list_users', { days: 'some' })).code).toBe('invalid_period');
  expect((await it.refuse('list_users', { period: 'whenever' })).facts.field).toBe('period');
});

test('takes days in the zone that is set', async () => {
  const it = await shop();
  const asked = { period: '2026-03-16', user_type: 'tester' };
  const { filters } = await it.ask('list_users', asked, { timeZone: 'Asia/Tokyo' });
  expect(filters.period).toEqual({ from: '2026-03-15T15:00:00Z', to: '2026-03-16T15:00:00Z' });
});

test('counts within a product', async () => {
  const it = await shop();
  const { users, filters } = await it.ask('list_users', { product_id: 'bank' });
  expect(names({ users })).toEqual(['Tina customer', 'Tom tester']);
  expect(filters.product).toEqual({ id: 2, title: 'Bank' });
});

test('sorts by activity and counts, unknown last', async () => {
  const it = await shop();
  await it.bugs([10], bug({ id: 6, testId: 10, author: 'Zoe', reportedAt: null }));
  for (const sort_order of ['asc', 'desc']) {
    const { users } = await it.ask('list_users', { sort_by: 'last_activity', sort_order });
    expect(users.at(-1)).toMatchObject({ username: 'Zoe', first_activity: null, last_activity: null });
  }
  const { users } = await it.ask('list_users', { sort_by: 'bugs_reported', sort_order: 'desc', per_page: 1 });
  expect(names({ users })).toEqual(['Tom tester']);
  expect((await it.ask('list_users', { sort_by: 'first_seen' })).sort).toBe('first_activity asc');
});

test('walks everybody once in every order', async () => {
  const it = await shop();
  for (const sort_by of [
    'username',
    'user_type',
    'last_activity',
    'first_activity',
    'bugs_reported',
    'tests_created',
  ]) {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page: { users: User[]; next_cursor: string | null } = await it.ask('list_users', {
        sort_by,
        per_page: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.users.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  }
});

test('forgets what is gone', async () => {
  const it = await shop();
  await it.bugs([20]);
  await it.tests(1);
  expect(names(await it.ask('list_users', {}))).toEqual(['Tina customer']);
});

test('needs as many statements for 200 users as for 10', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  await it.tests(1, exploratoryTest({ id: 10 }));
  await it.bugs([10], ...Array.from({ length: 200 }, (_, id) => bug({ id: id + 1, testId: 10, author: `T${id}` })));
  const statementsFor = async (per_page: number) => {
    await it.touch();
    it.statements.length = 0;
    expect((await it.ask('list_users', { per_page })).returned).toBe(per_page);
    return it.statements.length;
  };
  const few = await statementsFor(10);
  expect(await statementsFor(200)).toBe(few);
  expect(few).toBeLessThanOrEqual(9);
});

test('however the clock goes, what is remembered is what would be added up anew', async () => {
  const it = await shop();
  const lastOfCarl = async () => (await it.ask('list_users', { search: 'Carl' })).users[0].last_activity;
  const starts = [NOW - 40 * DAY, NOW + 5 * DAY];
  for (const instant of starts.flatMap((start) => [start - 1, start, start + 1, start - 1])) {
    it.clock.set(instant);
    const remembered = await lastOfCarl();
    const begun = starts.filter((start) => start <= instant).at(-1);
    expect(remembered).toBe(begun === undefined ? null : new Date(begun).toISOString().replace('.000Z', 'Z'));
  }
  const readsBugs = () => it.statements.filter((sql) => /from tests as t cross join bugs/.test(sql)).length;
  const before = readsBugs();
  await lastOfCarl();
  expect(readsBugs()).toBe(before);
  await it.touch();
  await lastOfCarl();
  expect(readsBugs()).toBe(before + 1);
});
