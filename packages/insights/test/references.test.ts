import { describe, expect, test } from 'vitest';
import { exploratoryTest, product } from './support/entities.ts';
import { type Rig, rig, sharedRig } from './support/rig.ts';

async function fill(own: Rig): Promise<void> {
  await own.products(
    product({ id: 1, title: 'Checkout app' }),
    product({ id: 2, title: 'Checkout' }),
    product({ id: 3, title: 'Überweisung [beta]' }),
    product({ id: 4, title: '2024' }),
    product({ id: 5, title: 'Shop\u202E' }),
    product({ id: 6, title: 'Shop' }),
    product({ id: 7, title: null }),
    product({ id: 8, title: 'Blue\u200B  moor\u00A0 bank' }),
  );
  await own.tests(1, exploratoryTest({ id: 10, title: 'Smoke' }), exploratoryTest({ id: 11, title: 'Smoke test' }));
}

const filled = sharedRig(fill);

const productOf = async (own: Rig, product_id: unknown) =>
  (await own.ask('get_product_summary', { product_id })).product.id as number;

describe('a product', () => {
  test.each([
    ['its id', 3, 3],
    ['its id as text', '3', 3],
    ['its title', 'Checkout app', 1],
    ['its title, though it is also part of another', 'checkout', 2],
    ['its title in other case', 'ÜBERWEISUNG [BETA]', 3],
    ['a part of its title', 'out ap', 1],
    ['a part with characters that mean something in patterns', 'ung [', 3],
    ['digits that are a title', '2024', 4],
    ['what is seen of its title', 'blue moor bank', 8],
    ['a part of what is seen of its title', 'moor b', 8],
    ['its title with all that nobody sees', 'Blue\u200B  moor\u00A0 bank', 8],
    ['a title that looks like a part of another once both are cleaned', 'Shop', 6],
  ])('is known by %s', async (_, product_id, id) => {
    expect(await productOf(filled(), product_id)).toBe(id);
  });

  test.each(['\u200B', '\u2060\u200D', ' \u202E '])('is not known by what nobody sees: %j', async (product_id) => {
    const own = await rig();
    await own.products(product({ id: 1, title: 'Shop' }));
    expect((await own.refuse('get_product_summary', { product_id })).code).toBe('product_not_found');
  });

  test('costs one statement to be found by title, and none by id', async () => {
    const own = filled();
    own.statements.length = 0;
    await productOf(own, 1);
    const byId = own.statements.length;
    own.statements.length = 0;
    await productOf(own, 'Checkout app');
    expect(own.statements.length).toBe(byId + 1);
  });

  test('that several titles fit must be chosen', async () => {
    const error = await filled().refuse('get_product_summary', { product_id: 'check' });
    expect(error.report()).toMatchObject({
      code: 'ambiguous_product',
      kind: 'ambiguous',
      field: 'product_id',
      received: 'check',
      accepted: ['2: Checkout', '1: Checkout app'],
    });
  });

  test('that fits too many says how many, with cleaned titles', async () => {
    const own = await rig();
    const many = Array.from({ length: 30 }, (_, index) => product({ id: index + 1, title: `Portal\u202E ${index}` }));
    await own.products(...many);
    const error = await own.refuse('list_tests', { product_id: 'portal' });
    expect(error.message).toBe('30 products fit "portal"; 10 are listed.');
    expect(error.facts.accepted).toHaveLength(10);
    expect(error.facts.accepted?.[0]).toBe('1: Portal 0');
  });

  test('that no title fits is refused with the nearest titles', async () => {
    const error = await filled().refuse('get_product_summary', { product_id: 'Chekout ap' });
    expect(error.report()).toMatchObject({ code: 'product_not_found', kind: 'not_found', received: 'Chekout ap' });
    expect(error.facts.accepted?.[0]).toBe('1: Checkout app');
  });

  test.each([
    ['get_product_summary', 999],
    ['list_tests', '999'],
    ['list_bugs', 999],
  ])('that does not exist is refused: %s', async (name, product_id) => {
    const error = await filled().refuse(name, { product_id });
    expect(error.report()).toMatchObject({ code: 'product_not_found', kind: 'not_found', received: 999 });
    expect(error.facts.next).toContain('list_products');
  });

  test('of an empty store is refused with the advice to sync', async () => {
    const own = await rig();
    expect((await own.refuse('get_product_summary', { product_id: 1 })).facts.next).toContain('sync');
    expect((await own.refuse('get_product_summary', { product_id: 'Shop' })).facts.next).toContain('sync');
  });

  test.each([0, -3, 1.5, {}, [3, 4], [], [[3]], true])('cannot be %j', async (product_id) => {
    const error = await filled().refuse('get_product_summary', { product_id });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'product_id' });
    expect(error.facts.accepted).toContain('a title or a part of one');
  });

  test('that is deleted is not there, by id or title', async () => {
    const own = await rig();
    await fill(own);
    await own.products(product({ id: 2, title: 'Checkout' }));
    expect((await own.refuse('get_product_summary', { product_id: 1 })).code).toBe('product_not_found');
    expect(await productOf(own, 'check')).toBe(2);
  });
});

describe('a test', () => {
  test('is known by id, title or part of one', async () => {
    const own = filled();
    for (const [test_id, id] of [
      [11, 11],
      ['11', 11],
      ['smoke', 10],
      ['SMOKE TEST', 11],
      ['ke te', 11],
    ] as const) {
      expect((await own.ask('get_test_summary', { test_id })).test.id).toBe(id);
    }
  });

  test('that several fit must be chosen, and one that none fits is refused', async () => {
    const own = filled();
    expect((await own.refuse('get_test_summary', { test_id: 'mok' })).report()).toMatchObject({
      code: 'ambiguous_test',
      accepted: ['11: Smoke test', '10: Smoke'],
    });
    const error = await own.refuse('list_bugs', { test_ids: ['Smoke', 'Smok tests'] });
    expect(error.report()).toMatchObject({ code: 'test_not_found', field: 'test_ids', received: 'Smok tests' });
    expect(error.facts.accepted?.[0]).toBe('11: Smoke test');
  });
});
