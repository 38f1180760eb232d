import { describe, expect, test } from 'vitest';
import { manyRows, QUESTIONS } from '../support/many-rows.ts';
import { sharedRig } from '../support/rig.ts';
import { statementsOf } from '../support/statements-of.ts';

describe('the number of SQL statements does not depend on the number of rows', () => {
  const ten = sharedRig(manyRows(10));
  const hundred = sharedRig(manyRows(100));
  const thousand = sharedRig(manyRows(1_000));

  test.each(QUESTIONS)('%s %j', async (name, input) => {
    const few = await statementsOf(ten(), name, input);
    const more = await statementsOf(hundred(), name, input);
    const lots = await statementsOf(thousand(), name, input);
    expect([more.length, lots.length]).toEqual([few.length, few.length]);
    expect(few.length).toBeGreaterThan(0);
    // Raw answers of the API are kept for later questions; no answer is made from them.
    expect(
      [...few, ...lots].filter((sql) => /raw_json|"(tests|bugs)"\.\*|select \* from "(tests|bugs)/.test(sql)),
    ).toEqual([]);
  });

  test('the larger stores do have more to count', async () => {
    expect((await ten().ask('list_tests')).total).toBe(10);
    expect((await hundred().ask('list_tests')).total).toBe(100);
    const { tests, total } = await thousand().ask('list_tests', { include_bug_counts: true, per_page: 200 });
    expect(total).toBe(1_000);
    expect(new Set(tests.map((row: { bugs: { total: number } }) => row.bugs.total))).toEqual(new Set([3]));
    const lists = { list_features: 1_000, list_user_stories: 1_000, list_users: 1_000, get_problematic_tests: 1_000 };
    for (const [name, atLeast] of Object.entries(lists)) {
      const input = name === 'list_features' ? { product_id: 1 } : {};
      expect((await thousand().ask(name, input)).total, name).toBeGreaterThanOrEqual(atLeast);
    }
  });
});
