import { BUG_STATUSES, SEVERITIES, toIso, type WebLinks } from '@testio-mcp/domain';
import { idList, type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  bugStatuses,
  bugTypes,
  dates,
  featureId,
  freshness,
  paging,
  productId,
  search,
  sectionId,
  severities,
  sortBy,
  sortOrder,
  testerId,
  testIds,
} from '../input/parameters.ts';
import { datesOf, periodOf, periodSettings } from '../input/period-of.ts';
import { termsOf } from '../input/terms-of.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { requireFeature } from '../queries/feature.ts';
import { requireTests } from '../queries/known-tests.ts';
import { type BugFilters, isNarrow, matchingBugs } from '../queries/matching-bugs.ts';
import { requireProduct } from '../queries/product.ts';
import { rejectionReasonKeys } from '../queries/rejection-reasons.ts';
import { requireSection } from '../queries/section.ts';
import { requireUser } from '../queries/user-summary.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { day, named, table, trustLine } from '../render/lines.ts';
import { BUG_COLUMNS, bugFacts, toBugFacts } from '../shapes/bug-row.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { person, toPerson } from '../shapes/person.ts';
import { range, toRange } from '../shapes/range.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { toWebLink, webLink } from '../shapes/web-link.ts';
import { rankAmong } from '../sqlite/open-set.ts';
import { readTrust } from '../trust/read-trust.ts';

const row = bugFacts.extend({
  ...webLink,
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
    'Bugs of some tests, of a product or of all, newest first.\nChoose it to find bugs; summaries for totals.',
  input: z.strictObject({
    product_id: productId.optional(),
    test_ids: testIds.optional(),
    section_id: sectionId.optional(),
    feature_id: featureId.optional(),
    statuses: bugStatuses.optional(),
    severities: severities.optional(),
    bug_types: bugTypes.optional(),
    rejection_reason: z.array(z.string().max(100)).describe('Such as intended_behavior.').optional(),
    known: z.boolean().optional(),
    exported: z.boolean().optional(),
    reported_by_user_id: testerId.optional(),
    ...dates,
    device: z.string().max(100).optional(),
    external_idx: z.string().max(200).describe('Tracker key.').optional(),
    search: search('title').optional(),
    text: z.string().max(200).describe('Words in it.').optional(),
    sort_by: sortBy(['reported_at', 'severity', 'status', 'title', 'id'], 'reported_at'),
    sort_order: sortOrder('desc'),
    freshness,
    ...paging,
  }),
  aliases: {
    status: 'statuses',
    severity: 'severities',
    bug_type: 'bug_types',
    test_id: 'test_ids',
    rejection_reasons: 'rejection_reason',
    tester: 'reported_by_user_id',
    tester_id: 'reported_by_user_id',
    user_id: 'reported_by_user_id',
    tracker_key: 'external_idx',
    limit: 'per_page',
  },
  output: listOutput('bugs', row, {
    product: titled.optional(),
    test_ids: z.array(z.int()).optional(),
    section: titled.optional(),
    feature: titled.optional(),
    statuses: z.array(z.string()).optional(),
    severities: z.array(z.string()).optional(),
    bug_types: z.array(z.string()).optional(),
    rejection_reason: z.array(z.string()).optional(),
    known: z.boolean().optional(),
    exported: z.boolean().optional(),
    reported_by: person.optional(),
    period: range.optional(),
    device: z.string().optional(),
    external_idx: z.string().optional(),
    search: z.string().optional(),
    text: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/bugs' },
  shows: ({ product_id, test_ids = [] }, output) => ({
    products: product_id === undefined ? [] : [product_id],
    newBugsOf: product_id === undefined || test_ids.length > 0 ? [] : [product_id],
    bugsOf: [...test_ids, ...(output?.bugs.map((bug) => bug.test.id) ?? [])],
  }),
  async run(context, input) {
    const { store, limits } = context;
    const { product_id, test_ids, section_id, feature_id, statuses, known, exported, device, external_idx, text } =
      input;
    const { severities: chosen, reported_by_user_id, search: part } = input;
    const period = periodOf(input, periodSettings(context));
    const terms = text === undefined ? undefined : termsOf('text', text);
    const plain = {
      statuses,
      severities: chosen,
      bug_types: input.bug_types,
      known,
      exported,
      device,
      external_idx,
      search: part,
    };
    const things = { product_id, test_ids, section_id, feature_id, reported_by_user_id };
    return store.read(async ({ db }) => {
      const rejection_reason = input.rejection_reason && (await rejectionReasonKeys(db, input.rejection_reason));
      const filters: BugFilters = { ...plain, ...things, rejection_reason, period, terms };
      const page = readPaging(RULES, input, { ...plain, ...things, rejection_reason, text, ...datesOf(input) }, limits);
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const section = section_id === undefined ? undefined : await requireSection(db, section_id);
      const feature = feature_id === undefined ? undefined : await requireFeature(db, feature_id);
      const tester = reported_by_user_id === undefined ? undefined : await requireUser(db, reported_by_user_id);
      const unknownTests = test_ids === undefined ? [] : await requireTests(db, test_ids);
      const all = await rememberedRow(db, matchingBugs(db, filters, 'by test').select(totals(page)));
      // Ids first: sorting all rows with everything that is shown of them costs ten times as much.
      const fetched = await matchingBugs(db, filters, isNarrow(filters, page.sort.by) ? 'by test' : 'by date')
        .where(page.keep)
        .select(['b.id', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      const bugs = await bugRows(db, rows, context.webLinks);
      return {
        bugs,
        ...facts,
        filters: echoed({
          product: product && toTitled(product.id, product.title),
          test_ids,
          section: section && toTitled(section.id, section.title),
          feature: feature && toTitled(feature.id, feature.title),
          reported_by: tester && { id: tester.id, name: cleanTesterText(tester.name) },
          ...plain,
          rejection_reason,
          period: period && toRange(period),
          text,
        }),
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
    const cells = (bug: (typeof bugs)[number]) => [
      bug.id,
      bug.title,
      bug.severity,
      bug.status,
      day(bug.reported_at),
      bug.test.title,
    ];
    const head = ['id', 'title', 'severity', 'status', 'reported', 'test'];
    return [`Bugs${scope}: ${range}.`, ...(bugs.length > 0 ? table(head, bugs, cells) : []), trustLine(rest)].join(
      '\n',
    );
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

type Db = ReadScope['db'];

/** What is shown of these bugs, in their order. */
async function bugRows(
  db: Db,
  page: readonly { readonly id: number }[],
  webLinks: WebLinks | undefined,
): Promise<z.input<typeof row>[]> {
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
      ...toWebLink(webLinks, 'bug', { id: bug.id, test_id: bug.test_id, product_id: bug.product_id }),
      test: toTitled(bug.test_id, bug.test_title),
      product: toTitled(bug.product_id, bug.product_title),
      feature: bug.snapshot_id === null ? null : { id: bug.feature_id, title: cleanTesterText(bug.feature_title) },
      author: toPerson(bug.author_id, bug.author),
      external_idx: cleanTesterText(bug.external_idx),
      exported_at: toIso(bug.exported_at),
      rejection_reason: cleanTesterText(bug.rejection_reason),
    }));
}
