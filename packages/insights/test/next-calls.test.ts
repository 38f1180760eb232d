import { describe, expect, test } from 'vitest';
import { callOperation, type NextCall, nextCalls, nextCallsAfterError } from '../src/index.ts';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { NOW, type Rig, sharedRig } from './support/rig.ts';

const filled = sharedRig(async (own) => {
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Shop for tablets' }));
  await own.features(1, { feature: feature({ id: 5, userStories: [] }), sectionIds: [] });
  await own.tests(1, exploratoryTest({ id: 10, endAt: NOW }), exploratoryTest({ id: 11, endAt: NOW }));
  await own.bugs([10, 11], bug({ id: 100, testId: 10, author: 'Ada', reportedAt: NOW }), bug({ id: 101, testId: 11 }));
});

async function after(name: string, input: Record<string, unknown> = {}): Promise<NextCall[]> {
  const { output } = await callOperation(filled().context(), name, input);
  return nextCalls({ name, input }, output);
}

const CALLS: [string, Record<string, unknown>, string[]][] = [
  ['list_products', { per_page: 1, page: 1 }, ['list_products', 'get_product_summary']],
  ['list_tests', { per_page: 1, product_id: 'Shop' }, ['list_tests', 'get_test_summary', 'list_bugs']],
  ['list_tests', { statuses: ['archived'] }, []],
  ['list_bugs', { test_ids: 10 }, ['get_bug_summary']],
  ['list_features', {}, ['get_feature_summary']],
  ['list_users', {}, ['get_user_summary']],
  ['search', { query: 'shop' }, ['get_product_summary']],
  ['list_changes', { since: '2000-01-01', entities: ['bug'] }, ['get_bug_summary']],
  ['get_product_summary', { product_id: 1 }, ['get_bug_summary', 'get_test_summary', 'list_tests']],
  ['get_test_summary', { test_id: 10 }, ['list_bugs', 'get_product_summary']],
  ['get_bug_summary', { bug_id: 100 }, ['get_test_summary']],
];

describe('calls that may follow an answer', () => {
  test.each(CALLS)('%s %j', async (name, input, expected) => {
    const calls = await after(name, input);
    expect(calls.map((call) => call.name)).toEqual(expected);
    for (const call of calls) await callOperation(filled().context(), call.name, call.arguments);
  });

  test('the rest of a list keeps its filters', async () => {
    const [rest] = await after('list_tests', { per_page: 1, product_id: 'Shop', offset: 0 });
    expect(rest).toMatchObject({ arguments: { per_page: 1, product_id: 'Shop', cursor: expect.any(String) } });
    const { output } = await callOperation(filled().context(), 'list_tests', rest?.arguments);
    expect(output).toMatchObject({ tests: [{ id: 10 }], next_cursor: null });
  });

  test('are only those that can be called', async () => {
    const { output } = await callOperation(filled().context(), 'list_tests', {});
    const made = { name: 'list_tests', input: {} };
    expect(nextCalls(made, output, new Set(['list_bugs'])).map(({ name }) => name)).toEqual(['list_bugs']);
  });
});

describe('calls that may mend one that failed', () => {
  const failed = async (own: Rig, name: string, input: Record<string, unknown>) =>
    nextCallsAfterError({ name, input }, (await own.refuse(name, input)).report());

  test('choose one of several things', async () => {
    const calls = await failed(filled(), 'get_product_summary', { product_id: 'sho' });
    expect(calls).toEqual([
      { name: 'get_product_summary', arguments: { product_id: 1 } },
      { name: 'get_product_summary', arguments: { product_id: 2 } },
    ]);
  });

  test.each([
    ['a list', ['sho', 3], [1, 3], [2, 3]],
    ['text with commas', 'sho, 3', [1, '3'], [2, '3']],
    ['a single one', 'sho', 1, 2],
  ])('leave the others of %s as they are', async (_, product_ids, ...chosen) => {
    const calls = await failed(filled(), 'search', { query: 'bug', product_ids, per_page: 5 });
    expect(calls.map((call) => call.arguments)).toEqual(
      chosen.map((ids) => ({ query: 'bug', product_ids: ids, per_page: 5 })),
    );
  });

  test('look for what was not found', async () => {
    expect(await failed(filled(), 'get_bug_summary', { bug_id: 9 })).toEqual([{ name: 'list_bugs', arguments: {} }]);
    expect(await failed(filled(), 'list_tests', { product_id: 'Shoop' })).toEqual([
      { name: 'list_products', arguments: { search: 'Shoop' } },
    ]);
  });

  test('are none for a value that is wrong', async () => {
    expect(await failed(filled(), 'list_tests', { statuses: ['asleep'] })).toEqual([]);
  });
});
