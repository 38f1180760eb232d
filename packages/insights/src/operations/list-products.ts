import { EXECUTED_TEST_STATUSES, PRODUCT_TYPES } from '@testio-mcp/domain';
import { type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { detail, freshness, paging, productTypes, search, sortBy, sortOrder } from '../input/parameters.ts';
import { cutPage, type ListRules, readPaging, type SortKeys, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { figuresOfProducts } from '../queries/figures-of-products.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { cutText } from '../quote/cut-text.ts';
import { day, table, trustLine } from '../render/lines.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { isOneOf } from '../sqlite/open-set.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

/** Characters of a description in a brief answer. */
const BRIEF_DESCRIPTION = 160;

const count = z.int().nullable();
const ended = (days: number) => count.describe(`Executed tests that ended in the last ${days} days.`);

const row = z.object({
  id: z.int(),
  title: z.string().nullable(),
  type: z.string().nullable(),
  description: z.string().nullable(),
  description_cut: z.boolean().optional().describe('true: detail full shows all of it.'),
  test_count: count,
  running_test_count: count,
  tests_last_30_days: ended(30),
  tests_last_90_days: ended(90),
  last_test_end_at: z.string().nullable().describe('Latest end of an executed test that has ended.'),
  feature_count: count,
  bug_count: count.describe('null: no bugs were loaded yet. See completeness for tests not counted.'),
  open_bug_count: count,
});

/** The products of the account, found and counted. */
export const listProducts = defineOperation({
  name: 'list_products',
  title: 'List products',
  description:
    'Products with counts of tests, features and bugs.\nChoose it to find products or compare them; get_product_summary for one in depth.',
  input: z.strictObject({
    search: search('title or description').optional(),
    product_type: productTypes.optional(),
    detail: detail('whole descriptions'),
    sort_by: sortBy(['title', 'product_type', 'last_test_end_at', 'test_count', 'last_synced', 'id'], 'title'),
    sort_order: sortOrder('asc'),
    freshness,
    ...paging,
  }),
  output: listOutput('products', row, {
    search: z.string().optional(),
    product_type: z.array(z.string()).optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/products' },
  shows: () => ({ productList: true }),
  async run({ store, clock, limits }, input) {
    const filters = { search: input.search, product_type: input.product_type };
    const now = clock.now();
    const page = readPaging(rules(now), input, filters, limits);
    return store.read(async ({ db }) => {
      const matching = matchingProducts(db, filters);
      const all = await rememberedRow(db, matching.select(totals(page)));
      const fetched = await matching
        .where(page.keep)
        .select(['p.id', 'p.title', 'p.type', 'p.description', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const ids = rows.map(({ id }) => id);
      const countsOf = await figuresOfProducts(db, ids, now);
      return {
        products: rows.map(({ id, title, type, description }) => {
          const cleaned = cleanTesterText(description, 'block');
          const { text, isCut } = cutText(
            cleaned,
            input.detail === 'full' ? Number.POSITIVE_INFINITY : BRIEF_DESCRIPTION,
          );
          return {
            id,
            title: cleanTesterText(title),
            type: cleanTesterText(type),
            description: text,
            ...(isCut ? { description_cut: true } : {}),
            ...countsOf(id),
          };
        }),
        ...facts,
        filters: echoed(filters),
        ...(await readTrust(db, {
          products:
            filters.search === undefined && filters.product_type === undefined ? null : sql`${matching.select('p.id')}`,
          facets: ['product_list', 'metadata', 'features', 'test_lists', 'tests', 'bugs'],
        })),
      };
    });
  },
  render({ products, range, ...rest }) {
    const cells = (product: (typeof products)[number]) => [
      product.id,
      product.title,
      product.type,
      product.test_count,
      product.running_test_count,
      product.bug_count,
      product.open_bug_count,
      day(product.last_test_end_at),
    ];
    const head = ['id', 'title', 'type', 'tests', 'running', 'bugs', 'open bugs', 'last test end'];
    return [`Products: ${range}.`, ...(products.length > 0 ? table(head, products, cells) : []), trustLine(rest)].join(
      '\n',
    );
  },
});

interface Filters {
  readonly search: string | undefined;
  readonly product_type: readonly string[] | undefined;
}

type Db = ReadScope['db'];

function matchingProducts(db: Db, { search: text, product_type }: Filters) {
  return db
    .selectFrom('products as p')
    .where('p.deleted_at', 'is', null)
    .$if(text !== undefined, (query) =>
      query.where(containsText([sql.ref('p.title'), sql.ref('p.description')], text ?? '')),
    )
    .$if(product_type !== undefined, (query) =>
      query.where(isOneOf(sql.ref('p.type'), product_type ?? [], PRODUCT_TYPES)),
    );
}

const executed = sql`status in (${sql.join(EXECUTED_TEST_STATUSES)})`;

function rules(now: number): ListRules {
  const ofProduct = sql`from tests where product_id = p.id and deleted_at is null`;
  const keys: SortKeys = {
    title: sql`p.title collate nocase`,
    product_type: sql`p.type`,
    last_test_end_at: sql`(select max(end_at) ${ofProduct} and end_at <= ${now} and ${executed})`,
    test_count: sql`(select count(*) ${ofProduct})`,
    last_synced: sql`(select max(coalesce(tests_discovered_at, tests_reconciled_at),
      coalesce(tests_reconciled_at, tests_discovered_at)) from product_freshness where product_id = p.id)`,
    id: sql`p.id`,
  };
  return { name: 'list_products', keys, initial: { by: 'title', order: 'asc' }, id: sql<number>`p.id` };
}
