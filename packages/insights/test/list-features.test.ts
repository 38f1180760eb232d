import type { UserStory } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { NOW, type Rig, rig } from './support/rig.ts';

function story(id: number, title = `Story ${id}`): UserStory {
  return { id, title, path: title, featureId: null };
}

const SECTIONS = [
  { id: 21, title: 'Web' },
  { id: 22, title: 'App' },
];

/** Two products that share feature 503; product 2 has sections; no bugs of product 3 were loaded. */
async function shops(): Promise<Rig> {
  const it = await rig();
  await it.products(
    product({ id: 1, title: 'Shop' }),
    product({ id: 2, title: 'Bank', sections: SECTIONS }),
    product({ id: 3, title: 'Blog' }),
  );
  await it.features(
    1,
    { feature: feature({ id: 501, title: 'cart', userStories: [story(1), story(2)] }), sectionIds: [] },
    { feature: feature({ id: 502, title: 'Account', description: `${'wide '.repeat(60)}end` }), sectionIds: [] },
    { feature: feature({ id: 503, title: 'Login', userStories: [story(3)] }), sectionIds: [] },
  );
  await it.features(
    2,
    { feature: feature({ id: 503, title: 'Login', userStories: [story(3)] }), sectionIds: [21, 22] },
    { feature: feature({ id: 504, title: 'Transfer' }), sectionIds: [22] },
  );
  await it.features(3, { feature: feature({ id: 505, title: 'Post' }), sectionIds: [] });
  await it.tests(
    1,
    // Two copies of one feature in one test count as one test.
    exploratoryTest({ id: 10, features: [snapshot({ id: 70, featureId: 501 }), snapshot({ id: 71, featureId: 501 })] }),
    exploratoryTest({ id: 11, features: [snapshot({ id: 72, featureId: 501 }), snapshot({ id: 73, featureId: 503 })] }),
  );
  await it.tests(2, exploratoryTest({ id: 20, features: [snapshot({ id: 80, featureId: 503 })] }));
  await it.tests(3, exploratoryTest({ id: 30, features: [snapshot({ id: 90, featureId: 505 })] }));
  await it.bugs(
    [10, 11, 20],
    bug({ id: 1, testId: 10, testFeatureId: 70, featureId: 503 }),
    bug({ id: 2, testId: 10, testFeatureId: 71 }),
    bug({ id: 3, testId: 11, testFeatureId: 73 }),
    // Its snapshot is not known: the feature that it names itself counts.
    bug({ id: 4, testId: 11, testFeatureId: 999, featureId: 501 }),
    bug({ id: 5, testId: 11 }),
    bug({ id: 6, testId: 20, testFeatureId: 80 }),
  );
  return it;
}

type Row = Record<string, unknown> & { id: number };
const idsOf = (answer: { features: Row[] }) => answer.features.map(({ id }) => id);

test('counts stories, distinct tests and distinct bugs', async () => {
  const it = await shops();
  const { features, total, filters, completeness } = await it.ask('list_features', {});
  expect(features.map((row: Row) => [row.id, row.user_story_count, row.test_count, row.bug_count])).toEqual([
    [502, 0, 0, 0],
    [501, 2, 2, 3],
    [503, 1, 2, 2],
    [505, 0, 1, null],
    [504, 0, 0, 0],
  ]);
  expect(total).toBe(5);
  expect(filters).toEqual({});
  expect(completeness.missing).toMatchObject([{ what: 'bugs_of_tests', count: 1 }]);
});

test('counts within the product that was asked for', async () => {
  const it = await shops();
  const { features, filters } = await it.ask('list_features', { product_id: 'bank' });
  expect(features).toMatchObject([
    { id: 503, test_count: 1, bug_count: 1, products: [{ id: 1 }, { id: 2 }], sections: SECTIONS },
    { id: 504, test_count: 0, bug_count: 0, products: [{ id: 2, title: 'Bank' }], sections: [{ id: 22 }] },
  ]);
  expect(filters).toEqual({ product: { id: 2, title: 'Bank' } });
});

test('does not show a section where there is none', async () => {
  const it = await shops();
  const { features } = await it.ask('list_features', { search: 'CART' });
  expect(features).toEqual([
    {
      id: 501,
      title: 'cart',
      description: null,
      user_story_count: 2,
      test_count: 2,
      bug_count: 3,
      products: [{ id: 1, title: 'Shop' }],
    },
  ]);
});

test('filters by stories both ways, and by section', async () => {
  const it = await shops();
  expect(idsOf(await it.ask('list_features', { has_user_stories: 'yes' }))).toEqual([501, 503]);
  expect(idsOf(await it.ask('list_features', { has_user_stories: false }))).toEqual([502, 505, 504]);
  expect(idsOf(await it.ask('list_features', { section_id: 'web' }))).toEqual([503]);
  expect(idsOf(await it.ask('list_features', { section_id: 22, product_id: 2 }))).toEqual([503, 504]);
  expect((await it.refuse('list_features', { section_id: 'nowhere' })).code).toBe('section_not_found');
  expect((await it.refuse('list_features', { section_id: 5 })).code).toBe('section_not_found');
  expect((await it.refuse('list_features', { product_id: 9 })).code).toBe('product_not_found');
});

test('sorts by counts, ties by id', async () => {
  const it = await shops();
  const sorted = async (sort_by: string, sort_order: string) =>
    idsOf(await it.ask('list_features', { sort_by, sort_order }));
  expect(await sorted('bug_count', 'desc')).toEqual([501, 503, 505, 504, 502]);
  expect(await sorted('test_count', 'asc')).toEqual([502, 504, 505, 501, 503]);
  expect(await sorted('id', 'desc')).toEqual([505, 504, 503, 502, 501]);
});

test('walks every feature once, also over equal counts', async () => {
  const it = await shops();
  for (const sort_by of ['title', 'bug_count', 'test_count', 'id']) {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: { features: Row[]; next_cursor: string | null } = await it.ask('list_features', {
        sort_by,
        per_page: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...idsOf(page));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual([501, 502, 503, 504, 505]);
  }
});

test('cuts long descriptions unless asked for all of them', async () => {
  const it = await shops();
  const [brief] = (await it.ask('list_features', { search: 'account' })).features;
  expect(brief.description_cut).toBe(true);
  expect(brief.description.length).toBeLessThanOrEqual(160);
  const [full] = (await it.ask('list_features', { search: 'account', detail: 'full' })).features;
  expect(full.description.endsWith('end')).toBe(true);
  expect(full).not.toHaveProperty('description_cut');
});

test('leaves out what is gone', async () => {
  const it = await shops();
  await it.features(1, { feature: feature({ id: 501, title: 'cart', userStories: [story(1)] }), sectionIds: [] });
  await it.tests(1, exploratoryTest({ id: 10, features: [snapshot({ id: 70, featureId: 501 })] }));
  const { features } = await it.ask('list_features', { product_id: 1 });
  expect(features).toMatchObject([{ id: 501, user_story_count: 1, test_count: 1, bug_count: 2 }]);
  // Still listed by the other product.
  expect(idsOf(await it.ask('list_features', { search: 'login' }))).toEqual([503]);
});

test('tells unknown counts from none', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  await it.features(1, { feature: feature({ id: 501 }), sectionIds: [] });
  const { features } = await it.ask('list_features', {});
  expect(features).toMatchObject([{ user_story_count: 0, test_count: null, bug_count: null }]);
});

test('needs as many statements for 200 features as for 10', async () => {
  const it = await rig();
  await it.products(product({ id: 1 }));
  const many = Array.from({ length: 200 }, (_, index) => index + 1);
  await it.features(1, ...many.map((id) => ({ feature: feature({ id, userStories: [story(id)] }), sectionIds: [] })));
  await it.tests(
    1,
    ...many.map((id) => exploratoryTest({ id, features: [snapshot({ id: 1000 + id, featureId: id })] })),
  );
  await it.bugs(many, ...many.map((id) => bug({ id, testId: id, testFeatureId: 1000 + id, reportedAt: NOW })));
  const statementsFor = async (per_page: number) => {
    await it.touch();
    it.statements.length = 0;
    const answer = await it.ask('list_features', { product_id: 1, per_page, sort_by: 'bug_count' });
    expect(answer.returned).toBe(per_page);
    return it.statements.length;
  };
  const few = await statementsFor(10);
  expect(await statementsFor(200)).toBe(few);
  expect(few).toBeLessThanOrEqual(12);
});
