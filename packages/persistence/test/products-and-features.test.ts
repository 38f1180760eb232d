import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { type ListedFeature, type SaveFeaturesOptions, saveFeatures } from '../src/write/features.ts';
import { saveProducts } from '../src/write/products.ts';
import { saveTests } from '../src/write/tests.ts';
import type { TableName } from '../src/write/upsert.ts';
import { bug, exploratoryTest, feature, product, story } from './entities.ts';
import { type HandClock, handClock, tempStore } from './temp-store.ts';

let store: Store;
let clock: HandClock;

beforeEach(async () => {
  clock = handClock(1_000);
  store = await tempStore({ clock });
});

const productA = product({ id: 1, sectionsWithDefault: [{ id: 900, title: 'default-section' }] });
const productB = product({
  id: 2,
  sectionsWithDefault: [{ id: 950, title: 'default-section' }],
  defaultSectionId: 950,
});
const both = () => store.write((scope) => saveProducts(scope, [productA, productB], { complete: true }));
const save = (
  productId: number,
  features: readonly ListedFeature[],
  options: SaveFeaturesOptions = { complete: true },
) => store.write((scope) => saveFeatures(scope, productId, features, options));
const listed = (facts: Parameters<typeof feature>[0], sectionIds: readonly number[] = []): ListedFeature => ({
  feature: feature(facts),
  sectionIds,
});

/** Ids of the rows of a table that are not marked as deleted. */
async function living(
  table: 'products' | 'sections' | 'features' | 'user_stories' | 'tests' | 'bugs',
): Promise<number[]> {
  const rows = await store.read(({ db }) =>
    db.selectFrom(table).select('id').where('deleted_at', 'is', null).orderBy('id').execute(),
  );
  return rows.map((row) => row.id);
}

async function rows(table: TableName): Promise<Record<string, unknown>[]> {
  return store.read(({ db }) => db.selectFrom(table).selectAll().execute());
}

test('products are stored with all their sections, the hidden one marked', async () => {
  const sections = [{ id: 901, title: 'App' }];
  await store.write((scope) =>
    saveProducts(
      scope,
      [product({ sections, sectionsWithDefault: [{ id: 900, title: 'default-section' }, ...sections] })],
      {
        complete: true,
      },
    ),
  );
  expect(await rows('products')).toMatchObject([
    { id: 1, has_sections: 1, connection_id: 7, connection_name: 'Tracker' },
  ]);
  expect(await rows('sections')).toMatchObject([
    { id: 900, is_default: 1, product_id: 1 },
    { id: 901, is_default: 0, product_id: 1 },
  ]);
  expect(await rows('product_freshness')).toMatchObject([{ product_id: 1, metadata_at: 1_000, features_at: null }]);
  expect(await rows('account')).toMatchObject([{ products_listed_at: 1_000 }]);
});

test('a section that is no longer listed is marked, with or without a complete list', async () => {
  await both();
  clock.set(2_000);
  const moved = product({ id: 1, sectionsWithDefault: [{ id: 903, title: 'default-section' }] });
  expect(await store.write((scope) => saveProducts(scope, [moved], { complete: false }))).toBe(2);
  expect(await living('sections')).toEqual([903, 950]);
});

test('an incomplete list leaves other products alone', async () => {
  await both();
  clock.set(2_000);
  expect(await store.write((scope) => saveProducts(scope, [productA], { complete: false }))).toBe(0);
  expect(await living('products')).toEqual([1, 2]);
  expect(await rows('account')).toMatchObject([{ products_listed_at: 1_000 }]);
  expect(await rows('product_freshness')).toMatchObject([{ metadata_at: 2_000 }, { metadata_at: 1_000 }]);
});

test('a product that is gone takes all that is its own with it, counts as never read, and comes back', async () => {
  await both();
  await save(1, [listed({ id: 100 }), listed({ id: 101, userStories: [] })]);
  await save(2, [listed({ id: 101, userStories: [] }), listed({ id: 102, userStories: [] })], {
    complete: true,
    unlinkedStories: [story({ id: 600 })],
  });
  await store.write(async (scope) => {
    await saveTests(scope, 1, [exploratoryTest({ id: 10 })]);
    await saveTests(scope, 2, [exploratoryTest({ id: 20 })]);
    await saveBugs(scope, [10, 20], [bug({ id: 1, testId: 10 }), bug({ id: 2, testId: 20 })], []);
  });
  clock.set(2_000);
  // The product, its section, two memberships, one feature of its own, one story, one test, one bug.
  expect(await store.write((scope) => saveProducts(scope, [productA], { complete: true }))).toBe(8);
  expect([await living('products'), await living('sections')]).toEqual([[1], [900]]);
  expect([await living('features'), await living('user_stories')]).toEqual([[100, 101], [500]]);
  expect([await living('tests'), await living('bugs')]).toEqual([[10], [1]]);
  expect(await rows('product_freshness')).toMatchObject([{ product_id: 1 }]);
  expect(await store.write((scope) => saveProducts(scope, [productA], { complete: true }))).toBe(0);
  expect(await both()).toBe(2);
  expect([await living('products'), await living('sections')]).toEqual([
    [1, 2],
    [900, 950],
  ]);
});

test('memberships name the sections, or 0 where none is known', async () => {
  await both();
  await save(1, [listed({ id: 100 }, [900, 901]), listed({ id: 101, userStories: [] })]);
  expect(await rows('product_features')).toMatchObject([
    { product_id: 1, feature_id: 100, section_key: 900 },
    { product_id: 1, feature_id: 100, section_key: 901 },
    { product_id: 1, feature_id: 101, section_key: 0 },
  ]);
});

test('a feature that two products share lives until the last one is gone, and never changes hands', async () => {
  await both();
  const shared = listed({ id: 100 });
  expect(await save(1, [shared])).toBe(3);
  expect(await save(2, [shared])).toBe(1);
  clock.set(2_000);
  expect([await save(1, [shared]), await save(2, [shared])]).toEqual([0, 0]);
  expect(await save(1, [])).toBe(1);
  expect([await living('features'), await living('user_stories')]).toEqual([[100], [500]]);
  expect(await save(2, [])).toBe(3);
  expect([await living('features'), await living('user_stories')]).toEqual([[], []]);
  expect(await save(2, [shared])).toBe(3);
  expect([await living('features'), await living('user_stories')]).toEqual([[100], [500]]);
});

test('an incomplete reading marks nothing and does not stamp', async () => {
  await both();
  await save(1, [listed({ id: 100 }), listed({ id: 101, userStories: [] })], { complete: false });
  expect(await save(1, [listed({ id: 101, userStories: [] })], { complete: false })).toBe(0);
  expect(await living('features')).toEqual([100, 101]);
  expect(await rows('product_freshness')).toMatchObject([{ features_at: null }, { features_at: null }]);
  await save(1, [listed({ id: 101, userStories: [] })]);
  expect(await living('features')).toEqual([101]);
  expect(await rows('product_freshness')).toMatchObject([{ features_at: 1_000 }, { features_at: null }]);
});

test('stories keep their order, and those that are gone are marked', async () => {
  await both();
  const [a, b, c] = [story({ id: 501 }), story({ id: 502 }), story({ id: 503 })];
  await save(1, [listed({ id: 100, userStories: [a, b] })]);
  expect(await save(1, [listed({ id: 100, userStories: [c, b] })])).toBe(2);
  expect(await living('user_stories')).toEqual([502, 503]);
  const places = (await rows('user_stories')).map((row) => [row.id, row.position, row.feature_id, row.product_id]);
  expect(places).toEqual([
    [501, 0, 100, null],
    [502, 1, 100, null],
    [503, 0, 100, null],
  ]);
});

test('stories without ids say nothing about the stories that are known', async () => {
  await both();
  await save(1, [listed({ id: 100, userStories: [story({ id: 501 })] })]);
  expect(await save(1, [listed({ id: 100, userStories: null })])).toBe(0);
  expect(await living('user_stories')).toEqual([501]);
});

test('a story that no feature names belongs to the product, until a feature names it', async () => {
  await both();
  const loose = story({ id: 600 });
  const textsOnly = listed({ id: 100, userStories: null });
  const withLoose = { complete: true, unlinkedStories: [loose] };
  await save(1, [textsOnly], withLoose);
  expect(await rows('user_stories')).toMatchObject([{ id: 600, feature_id: null, product_id: 1 }]);
  expect(await save(1, [textsOnly], withLoose)).toBe(0);
  expect(await save(1, [listed({ id: 100, userStories: [loose] })])).toBe(1);
  expect(await rows('user_stories')).toMatchObject([{ id: 600, feature_id: 100, product_id: null }]);
  // Only texts again: the feature is remembered.
  expect(await save(1, [textsOnly], withLoose)).toBe(0);
  expect(await save(1, [textsOnly], { complete: true, unlinkedStories: [] })).toBe(1);
  expect(await living('user_stories')).toEqual([]);
});

test('a loose story that two products list does not change hands', async () => {
  await both();
  const options = { complete: true, unlinkedStories: [story({ id: 600 })] };
  expect([await save(1, [], options), await save(2, [], options)]).toEqual([1, 0]);
  expect([await save(1, [], options), await save(2, [], options)]).toEqual([0, 0]);
  expect(await rows('user_stories')).toMatchObject([{ id: 600, product_id: 1 }]);
});

test('a loose story whose feature is gone stays with the product that lists it', async () => {
  await both();
  await save(1, [listed({ id: 100, userStories: [story({ id: 600 })] })]);
  const without = { complete: true, unlinkedStories: [story({ id: 600 })] };
  // The membership, the feature, and the story that moves from one to the other.
  expect([await save(1, [], without), await save(1, [], without)]).toEqual([3, 0]);
  expect(await rows('user_stories')).toMatchObject([{ id: 600, feature_id: null, product_id: 1, deleted_at: null }]);
});
