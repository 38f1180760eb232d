import { type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { featureId, freshness, paging, productId, search, sortBy, sortOrder } from '../input/parameters.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { requireFeature } from '../queries/feature.ts';
import { featurePlaces } from '../queries/features.ts';
import { requireProduct } from '../queries/product.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { cutText } from '../quote/cut-text.ts';
import { named, table, trustLine } from '../render/lines.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

/** Characters of a story's text. Stories are a sentence or two. */
const LONGEST_TEXT = 1_000;

const row = z.object({
  id: z.int(),
  title: z.string().nullable(),
  path: z.string().optional().describe('The text of the story, where it is not the title.'),
  text_cut: z.boolean().optional(),
  feature: titled.nullable().describe('null: no feature names it.'),
  products: z.array(titled),
});

/** User stories of one feature, of one product or of all. */
export const listUserStories = defineOperation({
  name: 'list_user_stories',
  title: 'List user stories',
  description:
    'User stories of a feature, of a product or of all, in the order of their features.\nChoose it to find stories; get_feature_summary for their results.',
  input: z.strictObject({
    product_id: productId.optional(),
    feature_id: featureId.optional(),
    search: search('title or text').optional(),
    sort_by: sortBy(['feature', 'title', 'id'], 'feature'),
    sort_order: sortOrder('asc'),
    freshness,
    ...paging,
  }),
  output: listOutput('user_stories', row, {
    product: titled.optional(),
    feature: titled.optional(),
    search: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/user-stories' },
  shows({ product_id, feature_id }, output) {
    const ofFeature = feature_id === undefined ? [] : (output?.user_stories[0]?.products.map(({ id }) => id) ?? []);
    const products = product_id === undefined ? ofFeature.slice(0, 1) : [product_id];
    return { products, featuresOf: products };
  },
  async run({ store, limits }, input) {
    const { product_id, feature_id, search: text } = input;
    const filters: Filters = { product_id, feature_id, search: text };
    const page = readPaging(RULES, input, { ...filters }, limits);
    return store.read(async ({ db }) => {
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const feature = feature_id === undefined ? undefined : await requireFeature(db, feature_id);
      const matching = matchingStories(db, filters);
      const all = await rememberedRow(db, matching.select(totals(page)));
      const fetched = await matching
        .where(page.keep)
        .select(['s.id', 's.title', 's.path', 'f.id as feature_id', 'f.title as feature_title'])
        .select(['p.id as product_id', 'p.title as product_title', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const owners = rows.flatMap((story) => (story.feature_id === null ? [] : [story.feature_id]));
      const places = await featurePlaces(db, [...new Set(owners)]);
      return {
        user_stories: rows.map((story) => {
          const own = toTitled(story.product_id, story.product_title);
          const loose = own === null ? [] : [own];
          return {
            id: story.id,
            ...textsOf(story),
            feature: toTitled(story.feature_id, story.feature_title),
            products: story.feature_id === null ? loose : places(story.feature_id).products,
          };
        }),
        ...facts,
        filters: echoed({
          product: product && toTitled(product.id, product.title),
          feature: feature && toTitled(feature.id, feature.title),
          search: text,
        }),
        ...(await readTrust(db, {
          products:
            product_id !== undefined
              ? sql`(${product_id})`
              : feature_id !== undefined
                ? sql`(select product_id from product_features where feature_id = ${feature_id} and deleted_at is null)`
                : null,
          facets: ['features'],
        })),
      };
    });
  },
  render({ user_stories: stories, range, filters, ...rest }) {
    const scope = filters.feature ?? filters.product;
    const cells = (story: (typeof stories)[number]) => [story.id, story.title, story.feature?.title ?? null];
    return [
      `User stories${scope === undefined ? '' : ` of ${named(scope)}`}: ${range}.`,
      ...(stories.length > 0 ? table(['id', 'title', 'feature'], stories, cells) : []),
      trustLine(rest),
    ].join('\n');
  },
});

const RULES: ListRules = {
  name: 'list_user_stories',
  keys: {
    // Feature by feature and there in the feature's order, in one key. Stories without a feature come last.
    feature: sql`case when f.id is null then null else printf('%015d %09d', f.id, s.position) end`,
    title: sql`coalesce(s.title, s.path) collate nocase`,
    id: sql`s.id`,
  },
  initial: { by: 'feature', order: 'asc' },
  id: sql<number>`s.id`,
};

interface Filters {
  readonly product_id: number | undefined;
  readonly feature_id: number | undefined;
  readonly search: string | undefined;
}

function matchingStories(db: ReadScope['db'], { product_id, feature_id, search: text }: Filters) {
  const listed = sql`(
    select feature_id from product_features where product_id = ${product_id ?? 0} and deleted_at is null)`;
  return db
    .selectFrom('user_stories as s')
    .leftJoin('features as f', (join) => join.onRef('f.id', '=', 's.feature_id').on('f.deleted_at', 'is', null))
    .leftJoin('products as p', (join) => join.onRef('p.id', '=', 's.product_id').on('p.deleted_at', 'is', null))
    .where('s.deleted_at', 'is', null)
    .$if(product_id !== undefined, (query) =>
      query.where(sql<boolean>`(s.feature_id in ${listed} or s.product_id = ${product_id})`),
    )
    .$if(feature_id !== undefined, (query) => query.where('s.feature_id', '=', feature_id ?? 0))
    .$if(text !== undefined, (query) => query.where(containsText([sql.ref('s.title'), sql.ref('s.path')], text ?? '')));
}

function textsOf(story: { readonly title: string | null; readonly path: string | null }) {
  const title = cutText(cleanTesterText(story.title ?? story.path), LONGEST_TEXT);
  const path = cutText(cleanTesterText(story.path), LONGEST_TEXT);
  const isOther = path.text !== null && path.text !== title.text;
  return {
    title: title.text,
    ...(isOther ? { path: path.text ?? '' } : {}),
    ...(title.isCut || path.isCut ? { text_cut: true } : {}),
  };
}
