import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { rig, sharedRig } from './support/rig.ts';

const own = sharedRig(async (it) => {
  await it.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  await it.tests(
    1,
    exploratoryTest({ id: 10, title: 'Release 9.10, Payment' }),
    exploratoryTest({ id: 11, title: 'Release 9.10, Cart' }),
    exploratoryTest({ id: 12, title: 'Smoke' }),
  );
  await it.tests(2, exploratoryTest({ id: 20, title: 'Transfers' }));
  await it.bugs(
    [10, 11, 12, 20],
    bug({ id: 1, testId: 10, severity: 'high' }),
    bug({ id: 2, testId: 11, severity: 'visual' }),
    bug({ id: 3, testId: 12, severity: 'strange' }),
    bug({ id: 4, testId: 20, severity: 'low' }),
  );
});

const bugsOf = async (input: object) =>
  (await own().ask('list_bugs', { sort_by: 'id', sort_order: 'asc', ...input })).bugs.map(
    ({ id }: { id: number }) => id,
  );

describe('ids', () => {
  test.each([
    ['a list of one', { product_id: [2] }, [4]],
    ['a list of one title', { product_id: ['bank'] }, [4]],
    ['the plural of the name', { product_ids: '2' }, [4]],
    ['the plural with a list', { product_ids: ['Bank'] }, [4]],
    ['the singular of the name', { test_id: 12 }, [3]],
    ['a number sign', { product_id: '#2' }, [4]],
    ['number signs in a list', { test_ids: '#10, #20' }, [1, 4]],
    ['a title with a comma', { test_ids: 'Release 9.10, Payment' }, [1]],
    ['a part of a title with a comma', { test_ids: '9.10, pay' }, [1]],
    ['titles with commas in between', { test_ids: 'smoke, Transfers' }, [3, 4]],
    ['a title and an id', { test_ids: 'smoke, 20' }, [3, 4]],
    ['titles with commas in a list', { test_ids: ['Release 9.10, Payment', 'smoke'] }, [1, 3]],
  ])('may come as %s', async (_, input, expected) => {
    expect(await bugsOf(input)).toEqual(expected);
  });

  test('of several things do not fit where one is asked for', async () => {
    for (const input of [{ product_ids: [1, 2] }, { product_id: [1, 2] }, { product_id: [] }]) {
      const { code, facts } = await own().refuse('list_bugs', input);
      expect({ code, field: facts.field }).toEqual({ code: 'invalid_input', field: 'product_id' });
    }
    const twice = await own().refuse('list_bugs', { product_id: 1, product_ids: [2] });
    expect(twice.message).toContain('given twice');
  });

  test('with a comma that fit nothing name the part that does not', async () => {
    const { code, facts } = await own().refuse('list_bugs', { test_ids: 'smoke, nothing like it' });
    expect({ code, received: facts.received }).toEqual({ code: 'test_not_found', received: 'nothing like it' });
  });
});

describe('words', () => {
  test('may stand in the plural', async () => {
    expect((await own().ask('search', { query: 'release', entities: 'Tests' })).filters.entities).toEqual(['test']);
    expect((await own().ask('search', { query: 'a1', entities: ['user stories'] })).filters.entities).toEqual([
      'user_story',
    ]);
    expect((await own().ask('list_users', { user_type: 'testers' })).filters.user_type).toBe('tester');
    expect((await own().refuse('list_users', { user_type: 'testerss' })).facts.accepted?.[0]).toBe('tester');
  });
});

describe('bugs of a type', () => {
  test('are those of its severities', async () => {
    expect(await bugsOf({ bug_type: 'functional' })).toEqual([1, 4]);
    expect(await bugsOf({ bug_types: ['visual', 'other'] })).toEqual([2, 3]);
    expect((await own().ask('list_bugs', { bug_type: 'VISUAL' })).filters).toEqual({ bug_types: ['visual'] });
    expect((await own().refuse('list_bugs', { bug_type: 'audio' })).facts.field).toBe('bug_types');
  });
});

describe('text with a comma that is part of another title', () => {
  const products = async (titles: readonly string[], product_ids: string) => {
    const it = await rig();
    await it.products(...titles.map((title, index) => product({ id: index + 1, title })));
    return { it, question: { product_ids, freshness: 'cached' } };
  };
  const named = async (titles: readonly string[], product_ids: string) => {
    const { it, question } = await products(titles, product_ids);
    const { by_product } = await it.ask('generate_quality_report', question);
    return by_product.map(({ id }: { id: number }) => id).sort();
  };

  test.each([
    ['names several where its items are titles', ['Legacy Web, App and TV', 'Web', 'App'], 'Web, App', [2, 3]],
    [
      'names several where they are parts of others',
      ['Legacy Web, App and TV', 'Web 2', 'App 2'],
      'Web 2, App 2',
      [2, 3],
    ],
    ['names several where one is a title', ['Legacy Web, App and TV', 'Web'], 'web, app', [1, 2]],
    ['is that part where an item stands nowhere else', ['Legacy Web, App and TV', 'Web 2'], 'Web, App', [1]],
    ['is a title where it is one', ['Web\u200B, App', 'Web', 'App'], 'web, app', [1]],
  ])('%s', async (_, titles, text, ids) => {
    expect(await named(titles, text)).toEqual(ids);
  });

  test('must be chosen from where its items fit several', async () => {
    const { it, question } = await products(['Legacy Web, App and TV', 'Web 2', 'App 2'], 'Web, App');
    expect((await it.refuse('generate_quality_report', question)).report()).toMatchObject({
      code: 'ambiguous_product',
      received: 'Web',
    });
  });
});
