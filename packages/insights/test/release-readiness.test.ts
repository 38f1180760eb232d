import { expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { DAY, NOW, type Rig, rig } from './support/rig.ts';

/** Features 7 (tested last week), 8 (tested long ago), 9 (never), 10 (being tested); one running test. */
async function shop(): Promise<Rig> {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2 }));
  await own.features(1, ...[7, 8, 9, 10].map((id) => ({ feature: feature({ id }), sectionIds: [] })));
  const ended = (id: number, days: number, featureId: number, status = 'archived') =>
    exploratoryTest({ id, status, endAt: NOW - days * DAY, features: [snapshot({ id: id * 10, featureId })] });
  await own.tests(
    1,
    ended(1, 7, 7),
    ended(2, 400, 8),
    ended(3, 1, 9, 'cancelled'),
    exploratoryTest({ id: 4, endAt: NOW + DAY, features: [snapshot({ id: 40, featureId: 10 })] }),
  );
  await own.tests(2, exploratoryTest({ id: 5 }));
  await own.bugs([1, 2, 3, 4, 5], bug({ id: 50, testId: 5, severity: 'critical' }));
  return own;
}

type Told = { what: string; blocking: boolean | null; count: number };
const told = (answer: { reasons: Told[] }) =>
  answer.reasons.map(({ what, blocking, count }) => [what, blocking, count]);

test('nothing blocks where nothing critical is open; what runs and what was not tested is told', async () => {
  const own = await shop();
  const answer = await own.ask('get_release_readiness', { product_id: 'Shop' });
  expect(answer.blocking).toBe(false);
  expect(told(answer)).toEqual([
    ['running_tests', false, 1],
    ['untested_features', false, 2],
  ]);
  expect(answer.untested_features).toEqual([
    { id: 9, title: 'Feature 9', last_tested_at: null },
    { id: 8, title: 'Feature 8', last_tested_at: new Date(NOW - 400 * DAY).toISOString().replace('.000', '') },
  ]);
  expect([answer.feature_count, answer.running_tests.length]).toEqual([4, 1]);
  const longer = await own.ask('get_release_readiness', { product_id: 1, period: 'last 2 years' });
  expect(told(longer)).toContainEqual(['untested_features', false, 1]);
});

test('open critical bugs block, with their steps; accepted ones that nobody marked as fixed are told', async () => {
  const own = await shop();
  const steps = ['Open the cart', 'Pay\u202E'];
  await own.bugs(
    [1, 4],
    bug({ id: 11, testId: 1, severity: 'critical', status: 'accepted' }),
    bug({ id: 12, testId: 1, severity: 'critical', status: 'accepted', fixed: true }),
    bug({ id: 13, testId: 1, severity: 'high' }),
    bug({ id: 41, testId: 4, severity: 'critical', steps, reportedAt: NOW - DAY }),
    bug({ id: 42, testId: 4, severity: 'critical', status: 'rejected' }),
  );
  const { output, text } = await own.call('get_release_readiness', { product_id: 1 });
  const answer = output as unknown as { blocking: boolean; reasons: Told[]; open_critical_bugs: unknown[] };
  expect(answer.blocking).toBe(true);
  expect(told(answer).slice(0, 3)).toEqual([
    ['open_critical_bugs', true, 1],
    ['open_high_bugs', false, 1],
    ['unfixed_critical_bugs', false, 1],
  ]);
  expect(answer.open_critical_bugs).toMatchObject([{ id: 41, test: { id: 4 }, steps: '1. Open the cart\n2. Pay' }]);
  expect(text).toContain('Shop (1): blocked.');
  expect(text).toContain('> 1\\. Open the cart');
});

test('what was never loaded keeps it from being said that nothing blocks', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  expect((await own.ask('get_release_readiness', { product_id: 1 })).blocking).toBeNull();
  await own.tests(1, exploratoryTest({ id: 1, status: 'archived', endAt: NOW - DAY }));
  const answer = await own.ask('get_release_readiness', { product_id: 1 });
  expect([answer.blocking, told(answer), answer.feature_count]).toEqual([null, [['bugs_not_loaded', null, 1]], null]);
  await own.bugs([1]);
  expect((await own.ask('get_release_readiness', { product_id: 1 })).blocking).toBe(false);
});

test.each([
  [{}, 'product_id'],
  [{ product_id: 99 }, 'product_id'],
  [{ product_id: 1, period: 'all' }, 'period'],
])('refuses %j', async (input, field) => {
  const own = await shop();
  expect((await own.refuse('get_release_readiness', input)).facts.field).toBe(field);
});
