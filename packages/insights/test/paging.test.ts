import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { type Page, rowsOf } from './support/list-page.ts';
import { DAY, NOW, sharedRig } from './support/rig.ts';

describe('order', () => {
  const own = sharedRig(async (each) => {
    await each.products(
      product({ id: 1, title: 'beta' }),
      product({ id: 2, title: 'Alpha' }),
      product({ id: 3, title: null }),
    );
    await each.tests(
      1,
      exploratoryTest({ id: 1, endAt: NOW - DAY, status: 'archived', title: 'x' }),
      exploratoryTest({ id: 2, endAt: null, status: 'brand_new', title: 'X' }),
      exploratoryTest({ id: 3, endAt: NOW + DAY, status: 'initialized', title: null }),
      exploratoryTest({ id: 4, endAt: NOW - DAY, status: 'running', title: 'a' }),
    );
    const severities = ['low', 'custom', 'critical', null, 'visual', 'high', 'content', 'critical', 'odd'];
    await each.bugs(
      [1, 2, 3, 4],
      ...severities.map((severity, index) => bug({ id: index + 1, testId: 1, severity, reportedAt: NOW - index })),
    );
  });
  const order = async (name: string, noun: string, input: object) =>
    rowsOf((await own().ask(name, input)) as Page, noun).map(({ id }) => id);

  test('of tests: the newest end first, those without one last either way', async () => {
    expect(await order('list_tests', 'tests', {})).toEqual([3, 4, 1, 2]);
    expect(await order('list_tests', 'tests', { sort_order: 'asc' })).toEqual([1, 4, 3, 2]);
  });

  test('of tests by status follows their life, unknown ones at the end of it', async () => {
    expect(await order('list_tests', 'tests', { sort_by: 'status', sort_order: 'asc' })).toEqual([3, 4, 1, 2]);
  });

  test('by title does not mind case', async () => {
    expect(await order('list_tests', 'tests', { sort_by: 'title', sort_order: 'asc' })).toEqual([4, 1, 2, 3]);
    expect(await order('list_products', 'products', {})).toEqual([2, 1, 3]);
  });

  test('of bugs by severity goes by rank, then by type', async () => {
    expect(await order('list_bugs', 'bugs', { sort_by: 'severity' })).toEqual([8, 3, 6, 1, 5, 7, 2, 9, 4]);
    expect(await order('list_bugs', 'bugs', { sort_by: 'severity', sort_order: 'asc' })).toEqual([
      4, 9, 2, 7, 5, 1, 6, 3, 8,
    ]);
  });
});

describe('a page', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1 }), product({ id: 2 }));
    await each.tests(
      1,
      ...Array.from({ length: 23 }, (_, index) => exploratoryTest({ id: index + 1, endAt: NOW + index })),
    );
    await each.tests(2);
  });
  const page = async (input: object) => (await own().ask('list_tests', { per_page: 5, ...input })) as Page;
  const first = (each: Page) => rowsOf(each, 'tests')[0]?.id;

  test('tells where it stands', async () => {
    expect(await page({})).toMatchObject({
      total: 23,
      returned: 5,
      range: 'items 1–5 of 23',
      per_page: 5,
      sort: 'end_at desc',
    });
    expect(await page({ page: 5 })).toMatchObject({ returned: 3, range: 'items 21–23 of 23', next_cursor: null });
    expect(await page({ page: 6 })).toMatchObject({
      total: 23,
      returned: 0,
      range: 'no items of 23',
      next_cursor: null,
    });
    expect(await page({ product_id: 2 })).toMatchObject({
      total: 0,
      returned: 0,
      range: 'no items of 0',
      next_cursor: null,
    });
  });

  test('can be chosen by number and offset together', async () => {
    expect(await page({ page: 3 })).toMatchObject({ range: 'items 11–15 of 23' });
    const chosen = await page({ page: 2, offset: 3 });
    expect(chosen).toMatchObject({ range: 'items 9–13 of 23' });
    expect(first(chosen)).toBe(15);
  });

  test('that ends with the last row has no next one', async () => {
    expect((await page({ per_page: 23 })).next_cursor).toBeNull();
    expect((await page({ per_page: 22 })).next_cursor).not.toBeNull();
  });

  test('reached by cursor counts what stands before it', async () => {
    const { next_cursor } = await page({ page: 2 });
    const third = await page({ cursor: next_cursor });
    expect(third).toMatchObject({ range: 'items 11–15 of 23', returned: 5 });
    expect(await page({ cursor: next_cursor, per_page: 2 })).toMatchObject({ range: 'items 11–12 of 23' });
  });

  test('has the default size when none is asked for, at most 200', async () => {
    const sized = (defaultPageSize: number) => own().ask('list_tests', {}, { limits: { defaultPageSize } });
    expect(await sized(7)).toMatchObject({ returned: 7, per_page: 7 });
    expect(await sized(5000)).toMatchObject({ returned: 23, per_page: 200 });
  });

  describe('cannot go on from a cursor', () => {
    const refused = async (input: object) => (await own().refuse('list_tests', { per_page: 5, ...input })).report();

    test('with other filters', async () => {
      const { next_cursor: cursor } = await page({ statuses: 'running' });
      expect(await page({ statuses: 'running', cursor })).toMatchObject({ range: 'items 6–10 of 23' });
      const error = await refused({ statuses: 'locked', cursor });
      expect(error).toMatchObject({ code: 'invalid_cursor', kind: 'validation', field: 'cursor', received: cursor });
      expect(error.message).toContain('other filters');
      expect(await refused({ cursor })).toMatchObject({ code: 'invalid_cursor' });
      expect(await own().refuse('list_bugs', { cursor })).toMatchObject({ code: 'invalid_cursor' });
    });

    test('in another order; without one it keeps its own', async () => {
      const { next_cursor: cursor } = await page({ sort_by: 'id', sort_order: 'asc' });
      expect(await page({ cursor })).toMatchObject({ sort: 'id asc', range: 'items 6–10 of 23' });
      expect(await refused({ cursor, sort_by: 'title' })).toMatchObject({ code: 'invalid_cursor' });
      expect(await refused({ cursor, sort_order: 'desc' })).toMatchObject({ code: 'invalid_cursor' });
    });

    test('on another page', async () => {
      const { next_cursor: cursor } = await page({});
      expect(await refused({ cursor, page: 2 })).toMatchObject({ code: 'invalid_input', field: 'page' });
      expect(await refused({ cursor, offset: 1 })).toMatchObject({ code: 'invalid_input', field: 'offset' });
    });

    test.each(['nonsense', 'WzFd', Buffer.from('[1,"x","end_at","desc",{},1]').toString('base64url'), '{}', '%%%'])(
      'that we did not make: %s',
      async (cursor) => {
        expect(await refused({ cursor })).toMatchObject({ code: 'invalid_cursor' });
      },
    );
  });
});
