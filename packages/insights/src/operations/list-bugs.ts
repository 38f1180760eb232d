import { BUG_STATUSES, SEVERITIES, toIso } from '@testio-mcp/domain';
import { idList, type ReadScope, textList } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  bugStatuses,
  freshness,
  paging,
  productId,
  search,
  severities,
  sortBy,
  sortOrder,
  testIds,
} from '../input/parameters.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { requireTests } from '../queries/known-tests.ts';
import { requireProduct } from '../queries/product.ts';
import { rejectionReasonKeys } from '../queries/rejection-reasons.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { day, named, table, trustLine } from '../render/lines.ts';
import { BUG_COLUMNS, bugFacts, toBugFacts } from '../shapes/bug-row.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { person, toPerson } from '../shapes/person.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { isOneOf, rankAmong } from '../sqlite/open-set.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

const row = bugFacts.extend({
  test: titled,
  product: titled,
  feature: z
    .object({ id: z.int().nullable().describe('null: no longer known.'), title: z.string().nullable() })
    .nullable()
    .describe('As the test names it.'),
  author: person.nullable(),
  external_idx: z.string().nullable().describe("Key in the customer's tracker."),
  exported_at: z.string().nullable(),
  rejection_reason: z.string().nullable(),
});

/** Bugs of some tests, of one product or of all. */
export const listBugs = defineOperation({
  name: 'list_bugs',
  title: 'List bugs',
  description:
    'Bugs of some tests, of a product or of all, newest first.\nChoose it to find bugs; get_test_summary or get_product_summary for totals and rates.',
  input: z.strictObject({
    product_id: productId.optional(),
    test_ids: testIds.optional(),
    statuses: bugStatuses.optional(),
    severities: severities.optional(),
    rejection_reason: z
      .array(z.string().max(100))
      .describe('Keys such as intended_behavior; unknown: none was found.')
      .optional(),
    known: z.boolean().optional(),
    search: search('title').optional(),
    sort_by: sortBy(['reported_at', 'severity', 'status', 'title', 'id'], 'reported_at'),
    sort_order: sortOrder('desc'),
    freshness,
    ...paging,
  }),
  aliases: { status: 'statuses', severity: 'severities' },
  output: listOutput('bugs', row, {
    product: titled.optional(),
    test_ids: z.array(z.int()).optional(),
    statuses: z.array(z.string()).optional(),
    severities: z.array(z.string()).optional(),
    rejection_reason: z.array(z.string()).optional(),
    known: z.boolean().optional(),
    search: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/bugs' },
  shows: ({ product_id, test_ids = [] }, output) => ({
    products: product_id === undefined ? [] : [product_id],
    bugsOf: [...test_ids, ...(output?.bugs.map((bug) => bug.test.id) ?? [])],
  }),
  async run({ store, limits }, input) {
    const { product_id, test_ids, statuses, known } = input;
    const asked = { product_id, test_ids, statuses, severities: input.severities, known, search: input.search };
    return store.read(async ({ db }) => {
      const rejection_reason = input.rejection_reason && (await rejectionReasonKeys(db, input.rejection_reason));
      const filters: Filters = { ...asked, rejection_reason };
      const page = readPaging(RULES, input, { ...filters }, limits);
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const unknownTests = test_ids === undefined ? [] : await requireTests(db, test_ids);
      const all = await matchingBugs(db, filters, 'by test').select(totals(page)).executeTakeFirstOrThrow();
      // Ids first: sorting all rows with everything that is shown of them costs ten times as much.
      const fetched = await matchingBugs(db, filters, isNarrow(filters, page.sort.by) ? 'by test' : 'by date')
        .where(page.keep)
        .select(['b.id', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const bugs = await bugRows(db, rows);
      const { product_id: _, ...others } = filters;
      return {
        bugs,
        ...facts,
        filters: echoed({ product: product && toTitled(product.id, product.title), ...others }),
        ...(await readTrust(
          db,
          {
            products: product_id === undefined ? null : sql`(${product_id})`,
            tests: test_ids && idList(test_ids),
            facets:
              test_ids === undefined ? ['test_lists', 'bugs', 'rejection_reasons'] : ['bugs', 'rejection_reasons'],
          },
          unknownTests,
        )),
      };
    });
  },
  render({ bugs, range, filters, ...rest }) {
    const scope = filters.product === undefined ? '' : ` of ${named(filters.product)}`;
    const rows = bugs.map((bug) => [bug.id, bug.title, bug.severity, bug.status, day(bug.reported_at), bug.test.title]);
    const head = ['id', 'title', 'severity', 'status', 'reported', 'test'];
    return [`Bugs${scope}: ${range}.`, ...(rows.length > 0 ? table(head, rows) : []), trustLine(rest)].join('\n');
  },
});

const RULES: ListRules = {
  name: 'list_bugs',
  keys: {
    reported_at: sql`b.reported_at`,
    // The most severe has the highest number, so that descending means most severe first.
    severity: sql`${sql.lit(SEVERITIES.length)} - ${rankAmong(sql.ref('b.severity'), SEVERITIES)}`,
    status: rankAmong(sql.ref('b.status'), BUG_STATUSES),
    title: sql`b.title collate nocase`,
    id: sql`b.id`,
  },
  initial: { by: 'reported_at', order: 'desc' },
  id: sql<number>`b.id`,
};

interface Filters {
  readonly product_id: number | undefined;
  readonly test_ids: number[] | undefined;
  readonly statuses: string[] | undefined;
  readonly severities: string[] | undefined;
  readonly rejection_reason: string[] | undefined;
  readonly known: boolean | undefined;
  readonly search: string | undefined;
}

type Db = ReadScope['db'];

/**
 * Living bugs that meet all filters. Going through the tests answers counts and sorting by severity or status from an index alone;
 * going through the bugs by date finds the newest at once. SQLite cannot tell which is better and guesses wrong by a factor
 * of a hundred, so the way is said: it never reorders a cross join.
 */
function matchingBugs(db: Db, filters: Filters, way: 'by test' | 'by date') {
  const { product_id, test_ids, statuses, severities: chosen, rejection_reason, known, search: text } = filters;
  const joined =
    way === 'by test'
      ? db.selectFrom('tests as t').crossJoin('bugs as b')
      : db.selectFrom('bugs as b').crossJoin('tests as t');
  return joined
    .whereRef('t.id', '=', 'b.test_id')
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .$if(product_id !== undefined, (query) => query.where('t.product_id', '=', product_id ?? 0))
    .$if(test_ids !== undefined, (query) => query.where('t.id', 'in', idList(test_ids ?? [])))
    .$if(statuses !== undefined, (query) => query.where(sql<boolean>`b.status in (${sql.join(statuses ?? [])})`))
    .$if(chosen !== undefined, (query) => query.where(isOneOf(sql.ref('b.severity'), chosen ?? [], SEVERITIES)))
    .$if(rejection_reason !== undefined, (query) =>
      query.where('b.rejection_reason', 'in', textList(rejection_reason ?? [])),
    )
    .$if(known !== undefined, (query) => query.where('b.known', '=', known ? 1 : 0))
    .$if(text !== undefined, (query) => query.where(containsText([sql.ref('b.title')], text ?? '')));
}

/** Whether going through the tests is the better way to the rows of a page. */
function isNarrow({ product_id, test_ids }: Filters, sortedBy: string): boolean {
  return product_id !== undefined || test_ids !== undefined || sortedBy === 'severity' || sortedBy === 'status';
}

/** What is shown of these bugs, in their order. */
async function bugRows(db: Db, page: readonly { readonly id: number }[]): Promise<z.input<typeof row>[]> {
  const bugs = await db
    .selectFrom('bugs as b')
    .innerJoin('tests as t', 't.id', 'b.test_id')
    .innerJoin('products as p', 'p.id', 't.product_id')
    .leftJoin('test_features as tf', 'tf.id', 'b.test_feature_id')
    .leftJoin('people as a', 'a.id', 'b.author_id')
    .select(BUG_COLUMNS)
    .select(['b.external_idx', 'b.exported_at', 'b.rejection_reason', 'b.author_id', 'a.name as author'])
    .select(['t.id as test_id', 't.title as test_title', 'p.id as product_id', 'p.title as product_title'])
    .select(['tf.id as snapshot_id', 'tf.feature_id', 'tf.title as feature_title'])
    .where('b.id', 'in', idList(page.map(({ id }) => id)))
    .execute();
  const place = new Map(page.map(({ id }, index) => [id, index]));
  return bugs
    .sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
    .map((bug) => ({
      ...toBugFacts(bug),
      test: toTitled(bug.test_id, bug.test_title),
      product: toTitled(bug.product_id, bug.product_title),
      feature: bug.snapshot_id === null ? null : { id: bug.feature_id, title: cleanTesterText(bug.feature_title) },
      author: toPerson(bug.author_id, bug.author),
      external_idx: cleanTesterText(bug.external_idx),
      exported_at: toIso(bug.exported_at),
      rejection_reason: cleanTesterText(bug.rejection_reason),
    }));
}
