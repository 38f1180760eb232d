import { type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { detail, freshness, paging, productId, search, sectionId, sortBy, sortOrder } from '../input/parameters.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { bugsOfFeatures, featureFigures, featurePlaces, ofProduct, testsOfFeatures } from '../queries/features.ts';
import { requireProduct } from '../queries/product.ts';
import { requireSection } from '../queries/section.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { cutText } from '../quote/cut-text.ts';
import { named, table, trustLine } from '../render/lines.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

/** Characters of a description in a brief answer. */
const BRIEF_DESCRIPTION = 160;

const row = z.object({
  id: z.int(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  description_cut: z.boolean().optional().describe('true: detail full shows all of it.'),
  user_story_count: z.int(),
  test_count: z.int().nullable().describe('Distinct tests; with product_id those of the product, as are bugs.'),
  bug_count: z.int().nullable().describe('Distinct bugs; null: no bugs were loaded yet.'),
  products: z.array(titled),
  sections: z.array(titled).optional(),
});

/** Features of one product or of all. */
export const listFeatures = defineOperation({
  name: 'list_features',
  title: 'List features',
  description:
    'Features of a product or of all, with counts of user stories, tests and bugs.\nChoose it to find features or see where bugs gather; get_feature_summary for one in depth.',
  input: z.strictObject({
    product_id: productId.optional(),
    section_id: sectionId.optional(),
    has_user_stories: z.boolean().optional(),
    search: search('title or description').optional(),
    detail: detail('whole descriptions'),
    sort_by: sortBy(['title', 'test_count', 'bug_count', 'id'], 'title'),
    sort_order: sortOrder('asc'),
    freshness,
    ...paging,
  }),
  output: listOutput('features', row, {
    product: titled.optional(),
    section: titled.optional(),
    has_user_stories: z.boolean().optional(),
    search: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/features' },
  shows: ({ product_id }) => {
    const products = product_id === undefined ? [] : [product_id];
    return { products, featuresOf: products };
  },
  async run({ store, limits }, input) {
    const { product_id, section_id, has_user_stories, search: text } = input;
    const filters: Filters = { product_id, section_id, has_user_stories, search: text };
    const page = readPaging(rules(product_id), input, { ...filters }, limits);
    return store.read(async ({ db }) => {
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const section = section_id === undefined ? undefined : await requireSection(db, section_id);
      const matching = matchingFeatures(db, filters);
      const all = await rememberedRow(db, matching.select(totals(page)));
      const fetched = await matching
        .where(page.keep)
        .select(['f.id', 'f.title', 'f.description', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const ids = rows.map(({ id }) => id);
      const figures = await featureFigures(db, ids, product_id);
      const places = await featurePlaces(db, ids);
      const longest = input.detail === 'full' ? Number.POSITIVE_INFINITY : BRIEF_DESCRIPTION;
      return {
        features: rows.map(({ id, title, description }) => {
          const shown = cutText(cleanTesterText(description, 'block'), longest);
          return {
            ...toTitled(id, title),
            description: shown.text,
            ...(shown.isCut ? { description_cut: true } : {}),
            ...figures(id),
            ...places(id),
          };
        }),
        ...facts,
        filters: echoed({
          product: product && toTitled(product.id, product.title),
          section: section && toTitled(section.id, section.title),
          has_user_stories,
          search: text,
        }),
        ...(await readTrust(db, {
          products: product_id === undefined ? null : sql`(${product_id})`,
          facets: ['features', 'test_lists', 'bugs'],
        })),
      };
    });
  },
  render({ features, range, filters, ...rest }) {
    const scope = filters.product === undefined ? '' : ` of ${named(filters.product)}`;
    const cells = (feature: (typeof features)[number]) => [
      feature.id,
      feature.title,
      feature.user_story_count,
      feature.test_count,
      feature.bug_count,
      ...(filters.product === undefined ? [feature.products.map((product) => product.title).join(', ')] : []),
    ];
    const head = ['id', 'title', 'user stories', 'tests', 'bugs'];
    if (filters.product === undefined) head.push('products');
    return [
      `Features${scope}: ${range}.`,
      ...(features.length > 0 ? table(head, features, cells) : []),
      trustLine(rest),
    ].join('\n');
  },
});

function rules(product: number | undefined): ListRules {
  const own = sql`(f.id)`;
  return {
    name: 'list_features',
    keys: {
      title: sql`f.title collate nocase`,
      test_count: sql`(select count(*) from (${testsOfFeatures(own)}) where ${ofProduct(product)})`,
      bug_count: sql`(select count(*) from (${bugsOfFeatures(own)}) where ${ofProduct(product)})`,
      id: sql`f.id`,
    },
    initial: { by: 'title', order: 'asc' },
    id: sql<number>`f.id`,
  };
}

interface Filters {
  readonly product_id: number | undefined;
  readonly section_id: number | undefined;
  readonly has_user_stories: boolean | undefined;
  readonly search: string | undefined;
}

function matchingFeatures(db: ReadScope['db'], { product_id, section_id, has_user_stories, search: text }: Filters) {
  const listed = sql`select feature_id from product_features where deleted_at is null`;
  const stories = sql`exists (select 1 from user_stories where feature_id = f.id and deleted_at is null)`;
  return db
    .selectFrom('features as f')
    .where('f.deleted_at', 'is', null)
    .$if(product_id !== undefined, (query) =>
      query.where(sql<boolean>`f.id in (${listed} and product_id = ${product_id})`),
    )
    .$if(section_id !== undefined, (query) =>
      query.where(sql<boolean>`f.id in (${listed} and section_key = ${section_id})`),
    )
    .$if(has_user_stories !== undefined, (query) =>
      query.where(has_user_stories ? sql<boolean>`${stories}` : sql<boolean>`not ${stories}`),
    )
    .$if(text !== undefined, (query) =>
      query.where(containsText([sql.ref('f.title'), sql.ref('f.description')], text ?? '')),
    );
}
