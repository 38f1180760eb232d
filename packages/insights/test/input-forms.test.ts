import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { sharedRig } from './support/rig.ts';

const filled = sharedRig(async (own) => {
  await own.products(product({ id: 598, title: 'Checkout app', type: 'website' }), product({ id: 2, type: 'gaming' }));
  await own.tests(
    598,
    exploratoryTest({ id: 77, title: 'Cart', status: 'locked' }),
    exploratoryTest({ id: 78, title: 'Größe wählen', status: 'archived' }),
    exploratoryTest({ id: 79, title: '404 pages', status: 'running' }),
  );
  await own.bugs(
    [77, 78, 79],
    bug({ id: 1, testId: 77, severity: 'high', status: 'forwarded' }),
    bug({ id: 2, testId: 78, severity: 'low', status: 'accepted', autoAccepted: true, known: true }),
    bug({ id: 3, testId: 79, severity: 'visual', status: 'rejected' }),
  );
});

const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b);

describe('lists', () => {
  test.each([
    ['array', ['locked', 'archived']],
    ['JSON text', '["locked","archived"]'],
    ['comma text', 'locked, archived'],
    ['comma text with blanks in it', ' locked,, archived ,'],
    ['any case', ['LOCKED', ' Archived ']],
    ['repeated', ['locked', 'archived', 'Locked']],
  ])('of words as %s', async (_, statuses) => {
    const { tests, filters } = await filled().ask('list_tests', { statuses });
    expect(ids(tests)).toEqual([77, 78]);
    expect(filters.statuses).toEqual(['locked', 'archived']);
  });

  test.each([
    ['one number', 77, [1]],
    ['one number as text', '77', [1]],
    ['numbers', [77, 78], [1, 2]],
    ['numbers as text', ['77', '78'], [1, 2]],
    ['comma text', '77, 78', [1, 2]],
    ['JSON text', '["77", 78]', [1, 2]],
    ['a decimal without a fraction', '77.0', [1]],
    ['titles', ['Cart', '79'], [1, 3]],
    ['parts of titles', 'größe, CAR', [1, 2]],
  ])('of tests as %s', async (_, test_ids, expected) => {
    const { bugs } = await filled().ask('list_bugs', { test_ids });
    expect(ids(bugs)).toEqual(expected);
  });

  test.each([
    ['null', null],
    ['blank text', '  '],
    ['undefined', undefined],
  ])('that are not there are absent: %s', async (_, statuses) => {
    const { tests, filters } = await filled().ask('list_tests', { statuses });
    expect(ids(tests)).toEqual([77, 78, 79]);
    expect(filters).toEqual({});
  });

  test.each([
    ['list_tests', 'statuses', []],
    ['list_tests', 'statuses', '[]'],
    ['list_tests', 'status', ',,'],
    ['list_bugs', 'test_ids', []],
    ['list_bugs', 'severities', [null, '']],
    ['list_products', 'product_type', []],
    ['search', 'product_ids', []],
  ] as const)(
    'of %s without an item in %s are refused, because they select nothing: %j',
    async (name, field, value) => {
      const error = await filled().refuse(name, { ...(name === 'search' ? { query: 'cart' } : {}), [field]: value });
      expect(error.report()).toMatchObject({ code: 'invalid_input', kind: 'validation', received: value });
      expect(error.message).toContain('selects nothing');
      expect(error.facts.next).toContain('leave');
    },
  );

  test.each(['[locked', '["locked"', '[1,2'])('that look like JSON but are none are refused: %s', async (statuses) => {
    const error = await filled().refuse('list_tests', { statuses });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'statuses', received: statuses });
  });

  test.each([
    { statuses: [['locked']] },
    { statuses: [{ status: 'locked' }] },
    { statuses: { locked: true } },
    { statuses: [true] },
    { statuses: { toString: 0 } },
  ] as object[])('of something else are refused: %j', async (input) => {
    const error = await filled().refuse('list_tests', input);
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'statuses' });
  });
});

describe('words', () => {
  test.each([
    ['auto_accepted', [2]],
    ['Auto accepted', [2]],
    ['AUTO-ACCEPTED', [2]],
    ['forwarded', [1]],
    ['open', [1]],
    [
      ['Forwarded', 'open', 'rejected'],
      [1, 3],
    ],
  ])('for the status of a bug: %j', async (statuses, expected) => {
    const { bugs, filters } = await filled().ask('list_bugs', { statuses });
    expect(ids(bugs)).toEqual(expected);
    expect(filters.statuses).not.toContain('forwarded');
  });

  test('status and severity are other names of parameters', async () => {
    const { bugs, filters } = await filled().ask('list_bugs', { status: 'forwarded', severity: 'High' });
    expect(ids(bugs)).toEqual([1]);
    expect(filters).toEqual({ statuses: ['open'], severities: ['high'] });
  });

  test('a parameter given under both of its names is refused', async () => {
    const error = await filled().refuse('list_bugs', { status: 'open', statuses: ['rejected'] });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'statuses', accepted: ['statuses'] });
  });

  test('an unknown one is refused with the nearest first', async () => {
    const own = filled();
    const error = await own.refuse('list_tests', { statuses: 'running, lokced' });
    expect(error.report()).toMatchObject({
      code: 'invalid_input',
      kind: 'validation',
      received: 'lokced',
      retryable: false,
    });
    expect(error.facts.accepted?.[0]).toBe('locked');
    expect(error.facts.next).toContain('statuses');
    expect((await own.refuse('list_bugs', { severity: 'medium' })).facts.accepted).toHaveLength(7);
    expect((await own.refuse('list_bugs', { sort_by: 'severty' })).facts.accepted?.[0]).toBe('severity');
    expect((await own.refuse('list_bugs', { sort_by: 'constructor' })).code).toBe('invalid_input');
  });
});

describe('numbers and booleans', () => {
  test.each([2, '2', ' 2 ', 2.0, '2.0'])('a number as %j', async (per_page) => {
    expect(await filled().ask('list_tests', { per_page })).toMatchObject({ returned: 2, per_page: 2 });
  });

  test.each([0, 201, -1, 1.5, '1e3', 'two', [2], {}, true, Number.NaN, 1e300, '99999999999999999999'])(
    'a page size of %j is refused',
    async (per_page) => {
      const error = await filled().refuse('list_tests', { per_page });
      expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'per_page' });
      expect(error.facts.accepted).not.toEqual([]);
    },
  );

  test('an accepted range is named', async () => {
    const error = await filled().refuse('list_tests', { per_page: 500 });
    expect(error.facts).toMatchObject({ received: 500, accepted: ['a whole number from 1 to 200'] });
  });

  test.each([true, 'true', 'TRUE', 'yes', 'on', 1, '1'])('true as %j', async (known) => {
    expect(ids((await filled().ask('list_bugs', { known })).bugs)).toEqual([2]);
  });

  test.each([false, 'false', 'No', 'off', 0, '0'])('false as %j', async (known) => {
    expect(ids((await filled().ask('list_bugs', { known })).bugs)).toEqual([1, 3]);
  });

  test.each([
    { known: 'maybe' },
    { known: 2 },
    { known: [true] },
    { known: {} },
    { known: { toString: 0 } },
  ] as object[])('%j is neither', async (input) => {
    const error = await filled().refuse('list_bugs', input);
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'known', accepted: ['true', 'false'] });
  });
});

describe('text', () => {
  test.each([
    ['größe', [78]],
    ['GRÖSSE', []],
    ['GRÖßE', [78]],
    ['gro\u0308ße', [78]],
    ['cart', [77]],
    [404, [79]],
    ['*', []],
    ['[a', []],
    ['?', []],
    ['%', []],
  ])('search for %j', async (search, expected) => {
    expect(ids((await filled().ask('list_tests', { search })).tests)).toEqual(expected);
  });

  test('too long to be looked for is refused', async () => {
    const error = await filled().refuse('list_tests', { search: 'ä'.repeat(201) });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'search' });
    expect((error.facts.received as string).length).toBeLessThan(250);
    expect((await filled().ask('list_tests', { search: 'ä'.repeat(200) })).total).toBe(0);
  });
});

describe('parameters', () => {
  test('an unknown one is refused with the nearest names', async () => {
    const error = await filled().refuse('list_tests', { productId: 598 });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'productId' });
    expect(error.facts.accepted?.[0]).toBe('product_id');
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const input = JSON.parse(`{"${name}": 1}`) as object;
      expect((await filled().refuse('list_tests', input)).code).toBe('invalid_input');
    }
  });

  test('a missing one is named', async () => {
    const error = await filled().refuse('get_product_summary', { product_id: null });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'product_id' });
    expect(error.message).toContain('required');
  });

  test.each([undefined, null, {}])('none at all, given as %j', async (input) => {
    expect((await filled().ask('list_products', input)).total).toBe(2);
  });

  test.each([[[]], ['{}'], [7], [true]])('anything but an object is refused: %j', async (input) => {
    const error = await filled().refuse('list_products', input);
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'input' });
  });

  test('an unknown tool is refused with the nearest names', async () => {
    const error = await filled().refuse('list_test');
    expect(error.report()).toMatchObject({ code: 'unknown_tool', kind: 'validation', received: 'list_test' });
    expect(error.facts.accepted?.[0]).toBe('list_tests');
    expect(error.facts.next).toContain('list_tests');
  });
});
