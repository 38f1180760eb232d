import { type Period, TEST_STATUSES, TESTING_TYPES, toIso } from '@testio-mcp/domain';
import { type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  dates,
  detail,
  freshness,
  paging,
  productId,
  search,
  sortBy,
  sortOrder,
  testingTypes,
  testStatuses,
} from '../input/parameters.ts';
import { datesOf, periodOf, periodSettings } from '../input/period-of.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { bugGroupsOfTests } from '../queries/bug-groups.ts';
import { requireProduct } from '../queries/product.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countsText, day, named, table, trustLine } from '../render/lines.ts';
import { addUpBugs, bugCounts } from '../shapes/bug-counts.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { range, toRange } from '../shapes/range.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { toWebLink, webLink } from '../shapes/web-link.ts';
import { isOneOf, rankAmong } from '../sqlite/open-set.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

const row = z.object({
  id: z.int(),
  title: z.string().nullable(),
  status: z.string().nullable(),
  testing_type: z.string().nullable(),
  review_status: z.string().nullable(),
  start_at: z.string().nullable(),
  end_at: z.string().nullable(),
  ...webLink,
  product: titled,
  environment: titled.nullable(),
  goal: z.string().nullable().optional().describe('Only with detail full.'),
  bugs: bugCounts.nullable().optional().describe('Only with include_bug_counts; null: never loaded.'),
});

/** Tests of one product or of all. */
export const listTests = defineOperation({
  name: 'list_tests',
  title: 'List tests',
  description:
    'Tests of a product or of all, newest end first.\nChoose it to find tests or see what is running; get_test_summary for everything about one test.',
  input: z.strictObject({
    product_id: productId.optional(),
    statuses: testStatuses.optional(),
    testing_type: testingTypes.optional(),
    ...dates,
    period_by: z.enum(['end_at', 'start_at']).default('end_at'),
    search: search('title').optional(),
    include_bug_counts: z.boolean().default(false),
    detail: detail('with goals'),
    sort_by: sortBy(['end_at', 'start_at', 'status', 'title', 'id'], 'end_at'),
    sort_order: sortOrder('desc'),
    freshness,
    ...paging,
  }),
  aliases: { status: 'statuses', limit: 'per_page' },
  output: listOutput('tests', row, {
    product: titled.optional(),
    statuses: z.array(z.string()).optional(),
    testing_type: z.array(z.string()).optional(),
    period: range.optional(),
    period_by: z.string().optional(),
    search: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/tests' },
  shows({ product_id, include_bug_counts, ...input }, output) {
    const ids = output?.tests.map((test) => test.id) ?? [];
    const products = product_id === undefined ? [] : [product_id];
    const isFirstPage = (input.page ?? 1) === 1 && (input.offset ?? 0) === 0 && input.cursor === undefined;
    return { products, newestTestsOf: isFirstPage ? products : [], tests: ids, bugsOf: include_bug_counts ? ids : [] };
  },
  async run(context, input) {
    const { store, limits } = context;
    const { product_id, statuses, testing_type, search: text } = input;
    const period = periodOf(input, periodSettings(context));
    const period_by = period && input.period_by;
    const plain = { product_id, statuses, testing_type, search: text };
    const filters: Filters = { ...plain, period, period_by };
    const page = readPaging(RULES, input, { ...plain, period_by, ...datesOf(input) }, limits);
    return store.read(async ({ db }) => {
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const matching = matchingTests(db, filters);
      const all = await rememberedRow(db, matching.select(totals(page)));
      const fetched = await matching
        .innerJoin('products as p', 'p.id', 't.product_id')
        .leftJoin('test_environments as e', 'e.id', 't.environment_id')
        .leftJoin('test_freshness as f', 'f.test_id', 't.id')
        .where(page.keep)
        .select(['t.id', 't.title', 't.status', 't.testing_type', 't.review_status', 't.start_at', 't.end_at'])
        .select(['p.id as product_id', 'p.title as product_title', 'e.id as environment_id'])
        .select(['e.title as environment_title', 'f.bugs_at', page.sortValue.as('sort_value')])
        .$if(input.detail === 'full', (query) => query.select('t.goal'))
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const ids = rows.map(({ id }) => id);
      const groups = input.include_bug_counts ? await bugGroupsOfTests(db, ids) : null;
      return {
        tests: rows.map((test) => ({
          id: test.id,
          title: cleanTesterText(test.title),
          ...toWebLink(context.webLinks, 'test', { id: test.id, product_id: test.product_id }),
          status: cleanTesterText(test.status),
          testing_type: cleanTesterText(test.testing_type),
          review_status: cleanTesterText(test.review_status),
          start_at: toIso(test.start_at),
          end_at: toIso(test.end_at),
          product: toTitled(test.product_id, test.product_title),
          environment: toTitled(test.environment_id, test.environment_title),
          ...(input.detail === 'full' ? { goal: cleanTesterText(test.goal ?? null, 'block') } : {}),
          ...(groups === null ? {} : { bugs: test.bugs_at === null ? null : addUpBugs(groups.get(test.id) ?? []) }),
        })),
        ...facts,
        filters: echoed({
          product: product && toTitled(product.id, product.title),
          statuses,
          testing_type,
          period: period && toRange(period),
          period_by,
          search: text,
        }),
        ...(await readTrust(db, {
          products: product_id === undefined ? null : sql`(${product_id})`,
          facets: groups === null ? ['test_lists', 'tests'] : ['test_lists', 'tests', 'bugs'],
          bugsOf: isFiltered(filters) ? sql`${matching.select('t.id')}` : undefined,
        })),
      };
    });
  },
  render({ tests, range, filters, ...rest }) {
    const scope = filters.product === undefined ? '' : ` of ${named(filters.product)}`;
    const withBugs = tests.some((test) => test.bugs !== undefined);
    const cells = (test: (typeof tests)[number]) => [
      test.id,
      test.title,
      test.status,
      day(test.end_at),
      ...(filters.product === undefined ? [test.product.title] : []),
      ...(withBugs ? [test.bugs ? countsText(test.bugs.by_status) : null] : []),
    ];
    const head = ['id', 'title', 'status', 'end'];
    if (filters.product === undefined) head.push('product');
    if (withBugs) head.push('bugs');
    return [`Tests${scope}: ${range}.`, ...(tests.length > 0 ? table(head, tests, cells) : []), trustLine(rest)].join(
      '\n',
    );
  },
});

const RULES: ListRules = {
  name: 'list_tests',
  keys: {
    end_at: sql`t.end_at`,
    start_at: sql`t.start_at`,
    status: rankAmong(sql.ref('t.status'), TEST_STATUSES),
    title: sql`t.title collate nocase`,
    id: sql`t.id`,
  },
  initial: { by: 'end_at', order: 'desc' },
  id: sql<number>`t.id`,
};

interface Filters {
  readonly product_id: number | undefined;
  readonly statuses: readonly string[] | undefined;
  readonly testing_type: readonly string[] | undefined;
  readonly period: Period | undefined;
  readonly period_by: 'end_at' | 'start_at' | undefined;
  readonly search: string | undefined;
}

/** Whether less is asked for than all tests of the product or account. */
function isFiltered({ statuses, testing_type, period, search: text }: Filters): boolean {
  return [statuses, testing_type, period, text].some((filter) => filter !== undefined);
}

function matchingTests(db: ReadScope['db'], filters: Filters) {
  const { product_id, statuses, testing_type, period, period_by = 'end_at', search: text } = filters;
  const { from = null, to = null } = period ?? {};
  return (
    db
      .selectFrom('tests as t')
      .where('t.deleted_at', 'is', null)
      .$if(product_id !== undefined, (query) => query.where('t.product_id', '=', product_id ?? 0))
      .$if(statuses !== undefined, (query) => query.where(isOneOf(sql.ref('t.status'), statuses ?? [], TEST_STATUSES)))
      .$if(testing_type !== undefined, (query) =>
        query.where(isOneOf(sql.ref('t.testing_type'), testing_type ?? [], TESTING_TYPES)),
      )
      // A test without the date lies in no period but the one without ends.
      .$if(from !== null, (query) => query.where(`t.${period_by}`, '>=', from))
      .$if(to !== null, (query) => query.where(`t.${period_by}`, '<', to))
      .$if(text !== undefined, (query) => query.where(containsText([sql.ref('t.title')], text ?? '')))
  );
}
