import type { UserStory } from '@testio-mcp/domain';
import { saveFeatures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { feature, product } from './support/entities.ts';
import { type Rig, rig } from './support/rig.ts';

function story(id: number, title = `Story ${id}`, path = title): UserStory {
  return { id, title, path, featureId: null };
}

/** Feature 502 belongs to both products; story 9 is named by no feature. */
async function shops(): Promise<Rig> {
  const it = await rig();
  await it.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  const shared = feature({ id: 502, title: 'Login', userStories: [story(3, 'Sign in', 'As a buyer I sign in')] });
  const cart = feature({ id: 501, title: 'Cart', userStories: [story(5), story(4, 'Pay later')] });
  await it.write((scope) =>
    saveFeatures(
      scope,
      1,
      [shared, cart].map((each) => ({ feature: each, sectionIds: [] })),
      {
        complete: true,
        unlinkedStories: [story(9, 'Loose')],
      },
    ),
  );
  await it.features(2, { feature: shared, sectionIds: [] });
  return it;
}

const idsOf = (answer: { user_stories: { id: number }[] }) => answer.user_stories.map(({ id }) => id);

test('lists stories feature by feature, those without one last', async () => {
  const it = await shops();
  const { user_stories, total, completeness } = await it.ask('list_user_stories', {});
  expect(user_stories).toEqual([
    { id: 5, title: 'Story 5', feature: { id: 501, title: 'Cart' }, products: [{ id: 1, title: 'Shop' }] },
    { id: 4, title: 'Pay later', feature: { id: 501, title: 'Cart' }, products: [{ id: 1, title: 'Shop' }] },
    {
      id: 3,
      title: 'Sign in',
      path: 'As a buyer I sign in',
      feature: { id: 502, title: 'Login' },
      products: [
        { id: 1, title: 'Shop' },
        { id: 2, title: 'Bank' },
      ],
    },
    { id: 9, title: 'Loose', feature: null, products: [{ id: 1, title: 'Shop' }] },
  ]);
  expect(total).toBe(4);
  expect(completeness.complete).toBe(true);
});

test('finds stories by product, feature and text', async () => {
  const it = await shops();
  expect(idsOf(await it.ask('list_user_stories', { product_id: 'shop' }))).toEqual([5, 4, 3, 9]);
  const bank = await it.ask('list_user_stories', { product_id: 2 });
  expect(idsOf(bank)).toEqual([3]);
  expect(bank.filters).toEqual({ product: { id: 2, title: 'Bank' } });
  expect(idsOf(await it.ask('list_user_stories', { feature_id: 'cart' }))).toEqual([5, 4]);
  expect(idsOf(await it.ask('list_user_stories', { feature_id: 501, product_id: 2 }))).toEqual([]);
  expect(idsOf(await it.ask('list_user_stories', { search: 'BUYER' }))).toEqual([3]);
  expect((await it.refuse('list_user_stories', { feature_id: 1 })).code).toBe('feature_not_found');
});

test('walks every story once in every order', async () => {
  const it = await shops();
  for (const sort_by of ['feature', 'title', 'id']) {
    for (const sort_order of ['asc', 'desc']) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page: { user_stories: { id: number }[]; next_cursor: string | null } = await it.ask('list_user_stories', {
          sort_by,
          sort_order,
          per_page: 1,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...idsOf(page));
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen.toSorted()).toEqual([3, 4, 5, 9]);
      if (sort_by === 'feature') expect(seen.at(-1)).toBe(9);
    }
  }
});

test('leaves out stories that are gone, and cuts what is too long', async () => {
  const it = await shops();
  await it.features(1, {
    feature: feature({ id: 501, userStories: [story(5, 'Long', 'words '.repeat(300))] }),
    sectionIds: [],
  });
  const { user_stories } = await it.ask('list_user_stories', { feature_id: 501 });
  expect(user_stories).toMatchObject([{ id: 5, title: 'Long', text_cut: true }]);
  expect(user_stories[0].path.length).toBeLessThanOrEqual(1000);
});

test('tells when features were never read', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  const { total, completeness } = await it.ask('list_user_stories', {});
  expect(total).toBe(0);
  expect(completeness.missing).toMatchObject([{ what: 'features_of_products', count: 1 }]);
});

test('needs as many statements for 200 stories as for 10', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  const many = Array.from({ length: 200 }, (_, index) => index + 1);
  await it.features(1, ...many.map((id) => ({ feature: feature({ id, userStories: [story(id)] }), sectionIds: [] })));
  const statementsFor = async (per_page: number) => {
    await it.touch();
    it.statements.length = 0;
    expect((await it.ask('list_user_stories', { product_id: 1, per_page })).returned).toBe(per_page);
    return it.statements.length;
  };
  const few = await statementsFor(10);
  expect(await statementsFor(200)).toBe(few);
  expect(few).toBeLessThanOrEqual(12);
});
