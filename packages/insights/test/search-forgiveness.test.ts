import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { rig, sharedRig } from './support/rig.ts';

interface Hit {
  readonly kind: string;
  readonly id: number;
}

const names = (hits: readonly Hit[]) => hits.map(({ kind, id }) => `${kind} ${id}`);

const own = sharedRig(async (it) => {
  await it.products(product({ id: 1, title: 'Ferry booking' }), product({ id: 2, title: 'Café finder' }));
  await it.tests(1, exploratoryTest({ id: 10, title: 'Payment before the release' }));
  await it.tests(2, exploratoryTest({ id: 20, title: 'Timetable' }));
  await it.bugs(
    [10, 20],
    bug({ id: 1, testId: 10, title: 'Payment times out', status: 'rejected' }),
    bug({ id: 2, testId: 10, title: 'Crème brûlée', steps: ['Pay with the voucher v1234'] }),
    bug({ id: 3, testId: 20, title: 'Authentication of guests' }),
    bug({ id: 4, testId: 20, title: 'Payments overlap' }),
  );
});
const ask = (query: string, input: object = {}) => own().ask('search', { query, per_page: 200, ...input });

describe('a word that nothing has in it', () => {
  test.each([
    ['a letter too few', 'paymnt times', 'payment times', ['bug 1']],
    ['two letters swapped', 'paymnet times', 'payment times', ['bug 1']],
    ['a letter too many', 'payyment times', 'payment times', ['bug 1']],
    ['another letter, in a phrase', '"paxment times"', '"payment times"', ['bug 1']],
    ['the first letters swapped', 'apyment times', 'payment times', ['bug 1']],
    ['an accent', 'brùlet', 'brulee', ['bug 2']],
    ['two letters of a long word', 'Authetikation', 'authentication', ['bug 3']],
    ['a beginning that is still typed', 'authne', 'authentication', ['bug 3']],
    ['two words', 'paymnt tiems', 'payment times', ['bug 1']],
  ])('is looked for as the nearest one: %s', async (_, query, instead, found) => {
    const answer = await ask(query);
    expect(names(answer.results)).toEqual(found);
    expect(answer).toMatchObject({ query, searched: instead });
    expect(answer.note).toBe(`Nothing matches ${query}; these are the matches of ${instead}.`);
    const { text } = await own().call('search', { query });
    expect(text.split('\n')[0]).toBe(`Matches of ${instead}: items 1–${found.length} of ${found.length}.`);
    expect(text).toContain(`Nothing matches ${query}`);
  });

  test('is the one that most documents have, where several are as near', async () => {
    expect((await ask('paymentz')).searched).toBe('payment');
    expect(names((await ask('paymentz')).results)).toEqual(['test 10', 'bug 4', 'bug 1']);
  });

  test.each([
    ['what matches is left as it is', 'payments'],
    ['words that are known, but nowhere together', 'voucher timetable'],
    ['short words', 'pey'],
    ['numbers and keys', 'v1235'],
    ['nothing near', 'zzyzxyz'],
    ['too many letters of a long word', 'autentifikationes'],
    ['words of the index itself', 'userstorie'],
    ['a near word that is nowhere beside the others', 'paymnt voucher'],
  ])('is not replaced: %s', async (_, query) => {
    const answer = await ask(query);
    expect(answer.total).toBe(query === 'payments' ? 1 : 0);
    expect(answer).not.toHaveProperty('searched');
    expect(answer).not.toHaveProperty('note');
  });

  test('is replaced within the filters only', async () => {
    expect(names((await ask('paymnet', { product_ids: [2] })).results)).toEqual(['bug 4']);
    expect(names((await ask('paymnet', { entities: ['bug'], statuses: ['rejected'] })).results)).toEqual(['bug 1']);
    expect((await ask('vouchr', { product_ids: [2] })).total).toBe(0);
  });
});

test('pages of what was looked for instead go on while it is, and are refused when the word has come', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  await it.tests(1, exploratoryTest({ id: 10 }));
  const bugs = [1, 2, 3].map((id) => bug({ id, testId: 10, title: 'Payment' }));
  await it.bugs([10], ...bugs);
  const question = { query: 'paymnet', per_page: 1 };
  const first = await it.ask('search', question);
  const second = await it.ask('search', { ...question, cursor: first.next_cursor });
  expect(names([...first.results, ...second.results])).toEqual(['bug 3', 'bug 2']);
  await it.bugs([10], ...bugs, bug({ id: 4, testId: 10, title: 'Paymnet' }));
  expect((await it.refuse('search', { ...question, cursor: second.next_cursor })).code).toBe('invalid_cursor');
});

test('takes one statement more to look at the words, however many there are', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  await it.tests(1, exploratoryTest({ id: 10, title: 'Payment' }));
  const statementsFor = async (query: string) => {
    await it.touch();
    it.statements.length = 0;
    await it.ask('search', { query });
    return it.statements.length;
  };
  await statementsFor('payment');
  const few = await statementsFor('paymnet');
  await it.write(({ db }) =>
    sql`insert into search_documents (id, kind, entity_id, scope, title)
      with recursive n (i) as (select 1 union all select i + 1 from n where i <= 3000)
      select (1 << 48) + i, 'bug', i, 'bug p1', 'p' || printf('%c%c%c', 97 + i % 26, 97 + i / 26 % 26, 97 + i / 676) || 'x'
      from n`.execute(db),
  );
  expect(await statementsFor('paymnet')).toBe(few);
});

describe('match_mode raw', () => {
  test('takes the syntax of the index', async () => {
    const raw = (query: string, input: object = {}) => ask(query, { match_mode: 'raw', ...input });
    expect(names((await raw('voucher OR authentication')).results)).toEqual(['bug 3', 'bug 2']);
    expect(names((await raw('pay* NOT overlap', { entities: 'bug' })).results)).toEqual(['bug 1', 'bug 2']);
    expect(names((await raw('NEAR(payment out, 3)')).results)).toEqual(['bug 1']);
    expect(names((await raw('title : payment')).results)).toEqual(['test 10', 'bug 1']);
    expect(names((await raw('payment OR payments', { product_ids: [2] })).results)).toEqual(['bug 4']);
    expect((await raw('paymnet')).total).toBe(0);
    // Kinds and products are no texts in this mode either.
    expect((await raw('scope : p1')).total).toBe(0);
  });

  test.each(['"payment', 'a AND', 'AND', 'colour : red', 'x) OR (y', '*', 'sign-in', '', '(('])(
    'refuses what is no expression and says what is: %j',
    async (query) => {
      const { code, facts } = await own().refuse('search', { query, match_mode: 'raw' });
      expect(code).toBe('invalid_input');
      expect(facts.field).toBe('query');
    },
  );

  test('walks its pages, and is not the other mode', async () => {
    const question = { query: 'payment OR payments', match_mode: 'raw', per_page: 1 };
    const first = await own().ask('search', question);
    expect(first.total).toBe(3);
    const second = await own().ask('search', { ...question, cursor: first.next_cursor });
    expect(names([...first.results, ...second.results])).toHaveLength(2);
    const other = { ...question, match_mode: 'simple', cursor: first.next_cursor };
    expect((await own().refuse('search', other)).code).toBe('invalid_cursor');
    expect((await own().refuse('search', { query: 'pay', match_mode: 'fuzzy' })).facts.accepted).toContain('raw');
  });
});

test('a text of which nothing is seen is part of nothing', async () => {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Ferry', description: 'Boats' }));
  await it.tests(1, exploratoryTest({ id: 10, title: 'Payment' }));
  await it.bugs([10], bug({ id: 1, testId: 10, externalIdx: 'PAY-1' }));
  for (const [name, input] of [
    ['list_products', { search: '\u200B' }],
    ['list_tests', { search: '\u200B' }],
    ['list_bugs', { search: '\u200B' }],
    ['list_bugs', { external_idx: '\u200B' }],
  ] as const) {
    expect((await it.ask(name, input)).total, name).toBe(0);
  }
});

test('a title is found by what is seen of it, and by what was copied from it', async () => {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Ferry\u00ADboat\u200B booking' }));
  await it.tests(1, exploratoryTest({ id: 10, title: 'Pay\u2060ment' }));
  const found = async (query: string) => names((await it.ask('search', { query })).results);
  for (const query of ['ferryboat', 'Ferry\u00ADboat', 'ferryboat booking', '"Ferryboat booking"']) {
    expect(await found(query), query).toEqual(['product 1']);
  }
  expect(await found('pay\u200Bment')).toEqual(['test 10']);
});
