import { describe, expect, test } from 'vitest';
import { operations } from '../src/index.ts';
import { asked, manyRows, QUESTIONS } from './support/many-rows.ts';
import { sharedRig } from './support/rig.ts';
import { askedAgain, statementsOf } from './support/statements-of.ts';

// That a hundred and a thousand rows take no more of them: integration/statements.test.ts.

describe('the number of SQL statements does not depend on the number of rows', () => {
  const ten = sharedRig(manyRows(10));

  test('sums that most answers need are worked out once after each write', async () => {
    const own = ten();
    const [first, again] = [await statementsOf(own, 'list_tests', {}), await askedAgain(own, 'list_tests', {})];
    expect(again.length).toBeLessThan(first.length / 2);
    await own.touch();
    expect(await askedAgain(own, 'list_tests', {})).toEqual(first);
  });

  test('every question takes as many as are recorded', async () => {
    const counts: Record<string, number> = {};
    for (const question of QUESTIONS) {
      counts[asked(question)] = (await statementsOf(ten(), question[0], question[1])).length;
    }
    // After a change for the better: ./dev exec vitest run test/statements.test.ts -u
    expect(counts).toMatchSnapshot();
  });

  test('every operation but the sync is asked', () => {
    const answering = operations.map(({ name }) => name).filter((name) => name !== 'sync_data');
    expect([...new Set(QUESTIONS.map(([name]) => name))].sort()).toEqual(answering.sort());
  });
});
