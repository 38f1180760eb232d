import { describe, expect, test } from 'vitest';
import { operations } from '../src/index.ts';
import { asked, manyRows, QUESTIONS } from './support/many-rows.ts';
import { type Rig, sharedRig } from './support/rig.ts';

async function statementsFor(own: Rig, name: string, input: object): Promise<string[]> {
  await own.ask(name, input);
  await own.touch();
  own.statements.length = 0;
  await own.ask(name, input);
  return [...own.statements];
}

/** The statements of a question when nothing was written since it was asked before. */
async function askedAgain(own: Rig, name: string, input: object): Promise<string[]> {
  own.statements.length = 0;
  await own.ask(name, input);
  return [...own.statements];
}

describe('the number of SQL statements does not depend on the number of rows', () => {
  const ten = sharedRig(manyRows(10));
  const hundred = sharedRig(manyRows(100));
  const thousand = sharedRig(manyRows(1_000));

  test.each(QUESTIONS)('%s %j', async (name, input) => {
    const few = await statementsFor(ten(), name, input);
    const more = await statementsFor(hundred(), name, input);
    const lots = await statementsFor(thousand(), name, input);
    expect([more.length, lots.length]).toEqual([few.length, few.length]);
    expect(few.length).toBeGreaterThan(0);
    // Raw answers of the API are kept for later questions; no answer is made from them.
    expect(
      [...few, ...lots].filter((sql) => /raw_json|"(tests|bugs)"\.\*|select \* from "(tests|bugs)/.test(sql)),
    ).toEqual([]);
  });

  test('sums that most answers need are worked out once after each write', async () => {
    const own = hundred();
    const [first, again] = [await statementsFor(own, 'list_tests', {}), await askedAgain(own, 'list_tests', {})];
    expect(again.length).toBeLessThan(first.length / 2);
    await own.touch();
    expect(await askedAgain(own, 'list_tests', {})).toEqual(first);
  });

  test('every question takes as many as are recorded', async () => {
    const counts: Record<string, number> = {};
    for (const question of QUESTIONS) {
      counts[asked(question)] = (await statementsFor(thousand(), question[0], question[1])).length;
    }
    // After a change for the better: ./dev exec vitest run test/statements.test.ts -u
    expect(counts).toMatchSnapshot();
  });

  test('every operation but the sync is asked', () => {
    const answering = operations.map(({ name }) => name).filter((name) => name !== 'sync_data');
    expect([...new Set(QUESTIONS.map(([name]) => name))].sort()).toEqual(answering.sort());
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
