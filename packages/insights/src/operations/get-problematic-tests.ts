import { toIso } from '@testio-mcp/domain';
import { type ReadScope, rememberedRow } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshness, paging, productId } from '../input/parameters.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { requireProduct } from '../queries/product.ts';
import { named, table, trustLine } from '../render/lines.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { readTrust } from '../trust/read-trust.ts';

const neighbour = titled.extend({ end_at: z.string().nullable() });

const row = z.object({
  id: z.int(),
  kind: z
    .string()
    .describe('test_position: a test of which only its place in the list is known; else what could not be read.'),
  product: titled.optional(),
  test: titled.optional(),
  position: z.int().optional().describe('In the test list, newest end first, from 0.'),
  before: neighbour.optional().describe('Nearest readable tests around the position: it ended between them.'),
  after: neighbour.optional(),
  code: z.string(),
  reason: z.string(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  occurrences: z.int().describe('How often it was tried in vain.'),
  closed_at: z.string().optional().describe('Absent: still open.'),
});

/** What could not be read from the API, and where. */
export const getProblematicTests = defineOperation({
  name: 'get_problematic_tests',
  title: 'Problematic tests',
  description:
    'What the API could not deliver, latest first: tests known only by their place, details, bugs, features.\nChoose it to see what is missing and why; get_server_diagnostics for the syncs.',
  input: z.strictObject({
    product_id: productId.optional(),
    include_closed: z.boolean().default(false).describe('Also those that were read since.'),
    freshness,
    ...paging,
  }),
  output: listOutput('failures', row, { product: titled.optional(), include_closed: z.boolean().optional() }),
  answersBeforeSync: true,
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/problematic-tests' },
  shows: ({ product_id }) => ({ products: product_id === undefined ? [] : [product_id] }),
  async run({ store, limits }, input) {
    const { product_id, include_closed } = input;
    const filters: Filters = { product_id, include_closed };
    const page = readPaging(RULES, input, { ...filters }, limits);
    return store.read(async ({ db }) => {
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const matching = matchingFailures(db, filters);
      const all = await rememberedRow(db, matching.select(totals(page)));
      const fetched = await matching
        .where(page.keep)
        .select([RULES.id.as('id'), 'f.kind', 'f.product_id', 'f.test_id', 'f.position', 'f.code', 'f.message'])
        .select(['f.before_test_id', 'f.before_end_at', 'f.after_test_id', 'f.after_end_at'])
        .select(['f.first_seen_at', 'f.last_seen_at', 'f.occurrences', 'f.closed_at'])
        .select(['p.title as product_title', 't.title as test_title'])
        .select(['b.title as before_title', 'a.title as after_title', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      return {
        failures: rows.map((failure) => ({
          id: failure.id,
          kind: failure.kind,
          product: toTitled(failure.product_id, failure.product_title) ?? undefined,
          test: toTitled(failure.test_id, failure.test_title) ?? undefined,
          position: failure.position ?? undefined,
          before: neighbourOf(failure.before_test_id, failure.before_title, failure.before_end_at),
          after: neighbourOf(failure.after_test_id, failure.after_title, failure.after_end_at),
          code: failure.code,
          reason: failure.message,
          first_seen_at: toIso(failure.first_seen_at),
          last_seen_at: toIso(failure.last_seen_at),
          occurrences: failure.occurrences,
          closed_at: toIso(failure.closed_at) ?? undefined,
        })),
        ...facts,
        filters: echoed({
          product: product && toTitled(product.id, product.title),
          include_closed: include_closed || undefined,
        }),
        ...(await readTrust(db, {
          products: product_id === undefined ? null : sql`(${product_id})`,
          facets: ['features', 'test_lists', 'bugs'],
        })),
      };
    });
  },
  render({ failures, range, filters, ...rest }) {
    const scope = filters.product === undefined ? '' : ` of ${named(filters.product)}`;
    const cells = (failure: (typeof failures)[number]) => [
      failure.id,
      failure.product === undefined ? null : named(failure.product),
      failure.kind.replaceAll('_', ' '),
      placeOf(failure),
      failure.occurrences,
      failure.first_seen_at,
      failure.closed_at ?? 'open',
    ];
    return [
      `What could not be read${scope}: ${range}.`,
      ...(failures.length > 0
        ? table(['id', 'product', 'what', 'where', 'tries', 'since', 'closed'], failures, cells)
        : []),
      trustLine(rest),
    ].join('\n');
  },
});

const RULES: ListRules = {
  name: 'get_problematic_tests',
  keys: { last_seen_at: sql`f.last_seen_at` },
  initial: { by: 'last_seen_at', order: 'desc' },
  // Records are deleted by people alone, so their numbers stay what they are while a list is walked.
  id: sql<number>`f.rowid`,
};

interface Filters {
  readonly product_id: number | undefined;
  readonly include_closed: boolean;
}

function matchingFailures(db: ReadScope['db'], { product_id, include_closed }: Filters) {
  return db
    .selectFrom('sync_failures as f')
    .leftJoin('products as p', 'p.id', 'f.product_id')
    .leftJoin('tests as t', 't.id', 'f.test_id')
    .leftJoin('tests as b', 'b.id', 'f.before_test_id')
    .leftJoin('tests as a', 'a.id', 'f.after_test_id')
    .$if(product_id !== undefined, (query) => query.where('f.product_id', '=', product_id ?? 0))
    .$if(!include_closed, (query) => query.where('f.closed_at', 'is', null));
}

function neighbourOf(id: number | null, title: string | null, endAt: number | null) {
  return id === null ? undefined : { ...toTitled(id, title), end_at: toIso(endAt) };
}

function placeOf({ test, position }: z.infer<typeof row>): string | null {
  if (test !== undefined) return `test ${named(test)}`;
  return position === undefined ? null : `no. ${position + 1} of the test list`;
}
