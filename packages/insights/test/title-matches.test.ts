import { describe, expect, test } from 'vitest';
import { findOperation, takesInput, titleMatches } from '../src/index.ts';
import { exploratoryTest, product } from './support/entities.ts';
import { sharedRig } from './support/rig.ts';

const filled = sharedRig(async (own) => {
  await own.products(
    product({ id: 1, title: 'Web checkout' }),
    product({ id: 2, title: 'Checkout app' }),
    product({ id: 12, title: 'Checkout' }),
    product({ id: 3, title: 'Überweisung [beta]' }),
    product({ id: 5, title: 'Shop\u202E\u200B' }),
    product({ id: 7, title: null }),
  );
  await own.tests(1, exploratoryTest({ id: 120, title: 'Smoke' }), exploratoryTest({ id: 13, title: 'Smoke 12' }));
});

const ids = async (kind: 'product' | 'test', text: string, most = 10) =>
  (await titleMatches(filled(), kind, text, most)).map(({ id }) => id);

describe('titles that begin with or contain a text', () => {
  test.each([
    ['CHECKOUT', [12, 2, 1]],
    ['über', [3]],
    ['[', [3]],
    ['shop', [5]],
    ['SHOP\u200B', [5]],
    ['1', [1, 12]],
    ['12', [12]],
    ['*', []],
    ['nothing', []],
  ])('%j fits %j', async (text, expected) => {
    expect(await ids('product', text)).toEqual(expected);
  });

  test('the empty text fits all that have a title, as many as are asked for', async () => {
    expect(await ids('product', '')).toHaveLength(5);
    expect(await ids('product', '', 2)).toEqual([12, 2]);
  });

  test('ids and titles are looked in alike', async () => {
    expect((await ids('test', '12')).sort()).toEqual([120, 13]);
  });

  test('come without invisible characters', async () => {
    expect(await titleMatches(filled(), 'product', 'shop', 5)).toEqual([{ id: 5, title: 'Shop' }]);
  });
});

describe('input that an operation takes', () => {
  test.each([
    ['get_product_summary', { product_id: 3 }, true],
    ['get_product_summary', { product_id: 'A title' }, true],
    ['get_product_summary', {}, false],
    ['get_product_summary', { product_id: -3 }, false],
    ['list_bugs', { test_ids: ['Smoke', 4], statuses: ['open'], per_page: 5 }, true],
    ['list_bugs', { statuses: ['sleeping'] }, false],
    ['list_bugs', { colour: 'red' }, false],
  ])('%s %j: %s', (name, input, expected) => {
    const operation = findOperation(name);
    expect(operation !== undefined && takesInput(operation, input)).toBe(expected);
  });
});
