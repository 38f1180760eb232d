import { AUTO_ACCEPTANCE_MS, HOUR_MS, SEVERITIES, toIso } from '@testio-mcp/domain';
import { idList, type ReadScope, remembered } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshness, paging, productIds, severities, testIds } from '../input/parameters.ts';
import { cutPage, type ListRules, type Paging, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { requireProducts } from '../queries/known-products.ts';
import { requireTests } from '../queries/known-tests.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countOf, countsText, table, trustLine } from '../render/lines.ts';
import { addUpBugs, bugCounts } from '../shapes/bug-counts.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { toWebLink, webLink } from '../shapes/web-link.ts';
import { isOneOf, rankAmong } from '../sqlite/open-set.ts';
import { readTrust } from '../trust/read-trust.ts';

const row = z.object({
  id: z.int(),
  title: z.string().nullable(),
  ...webLink,
  severity: z.string().nullable(),
  known: z.boolean(),
  reported_at: z.string().nullable(),
  auto_acceptance_at: z.string().nullable().describe('10 days after the report; null: not known when reported.'),
  hours_left: z.int().nullable().describe('Whole hours, rounded down.'),
  overdue: z.boolean().describe('Due since auto_acceptance_at; Test IO accepts it, or has since as_of.'),
  test: titled,
  product: titled,
});

/** Open bugs by the time left to decide on them. */
export const getTriageQueue = defineOperation({
  name: 'get_triage_queue',
  title: 'Triage queue',
  description:
    'Open bugs of all products by time left before Test IO accepts them (10 days after the report), then severity.\nChoose it for what to decide next; list_bugs for other orders and statuses.',
  input: z.strictObject({
    product_ids: productIds.optional(),
    test_ids: testIds.optional(),
    severities: severities.optional(),
    due_within_hours: z
      .int()
      .min(0)
      .max(AUTO_ACCEPTANCE_MS / HOUR_MS)
      .describe('With those that are overdue; 0: only those.')
      .optional(),
    freshness,
    ...paging,
  }),
  aliases: { product_id: 'product_ids', test_id: 'test_ids', severity: 'severities', limit: 'per_page' },
  output: listOutput('bugs', row, {
    products: z.array(titled).optional(),
    test_ids: z.array(z.int()).optional(),
    severities: z.array(z.string()).optional(),
    due_within_hours: z.int().optional(),
  }).extend({ overdue: z.int(), by_severity: bugCounts.shape.by_severity }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/triage-queue' },
  shows: ({ product_ids = [], test_ids = [] }, output) => ({
    products: product_ids,
    newBugsOf: test_ids.length > 0 ? [] : product_ids,
    bugsOf: [...test_ids, ...(output?.bugs.map((bug) => bug.test.id) ?? [])],
  }),
  async run({ store, clock, limits, webLinks }, input) {
    const { product_ids, test_ids, due_within_hours } = input;
    const filters: Filters = { product_ids, test_ids, severities: input.severities, due_within_hours };
    const page = readPaging(RULES, input, { ...filters }, limits);
    const now = clock.now();
    return store.read(async ({ db }) => {
      const products = product_ids && (await requireProducts(db, product_ids));
      const unknownTests = test_ids === undefined ? [] : await requireTests(db, test_ids);
      const queue = waitingBugs(db, filters, now);
      const counted = queue.select(totals(page)).select('b.severity').groupBy('b.severity');
      const groups = due_within_hours === undefined ? await remembered(db, counted) : await counted.execute();
      const { overdue } = await queue
        .where('b.reported_at', '<=', now - AUTO_ACCEPTANCE_MS)
        .select(sql<number>`count(*)`.as('overdue'))
        .executeTakeFirstOrThrow();
      const latest = await latestOfPage(queue, page);
      const fetched = await queue
        .innerJoin('products as p', 'p.id', 't.product_id')
        .where(page.keep)
        .$if(latest !== null, (query) => query.where('b.reported_at', '<=', latest))
        .select(['b.id', 'b.title', 'b.severity', 'b.known', 'b.reported_at', page.sortValue.as('sort_value')])
        .select(['t.id as test_id', 't.title as test_title', 'p.id as product_id', 'p.title as product_title'])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const sum = (key: 'total' | 'before') => groups.reduce((all, group) => all + group[key], 0);
      const { rows, facts } = cutPage(page, { total: sum('total'), before: sum('before') }, fetched);
      const bySeverity = addUpBugs(
        groups.map(({ severity, total }) => ({ status: 'open' as const, severity, bugs: total })),
      ).by_severity;
      return {
        bugs: rows.map((bug) => ({
          id: bug.id,
          title: cleanTesterText(bug.title),
          ...toWebLink(webLinks, 'bug', { id: bug.id, test_id: bug.test_id, product_id: bug.product_id }),
          severity: cleanTesterText(bug.severity),
          known: bug.known === 1,
          reported_at: toIso(bug.reported_at),
          ...deadline(bug.reported_at, now),
          test: toTitled(bug.test_id, bug.test_title),
          product: toTitled(bug.product_id, bug.product_title),
        })),
        ...facts,
        overdue,
        by_severity: bySeverity,
        filters: echoed({ products, test_ids, severities: input.severities, due_within_hours }),
        ...(await readTrust(
          db,
          {
            products: product_ids === undefined ? null : idList(product_ids),
            tests: test_ids && idList(test_ids),
            facets: test_ids === undefined ? ['test_lists', 'bugs'] : ['bugs'],
          },
          unknownTests,
        )),
      };
    });
  },
  render({ bugs, range, overdue, by_severity, ...rest }) {
    const cells = (bug: (typeof bugs)[number]) => [
      bug.id,
      bug.title,
      bug.severity,
      timeLeft(bug),
      bug.product.title,
      bug.test.title,
    ];
    const head = ['id', 'title', 'severity', 'left', 'product', 'test'];
    const late =
      overdue === 0
        ? []
        : [`${countOf(overdue, 'bug')} overdue: whether Test IO has accepted them by now, only the next sync tells.`];
    return [
      `Open bugs, due first: ${range}. By severity: ${countsText(by_severity)}.`,
      ...late,
      ...(bugs.length > 0 ? table(head, bugs, cells) : []),
      trustLine(rest),
    ].join('\n');
  },
});

const LAST = 9_000_000_000_000_000;

/** One text holds both parts of the order; bugs that were reported nobody knows when come last. */
const PLACE = sql<string>`printf('%016d %d', max(coalesce(b.reported_at, ${sql.lit(LAST)}), 0),
  ${rankAmong(sql.ref('b.severity'), SEVERITIES)})`;

const RULES: ListRules = {
  name: 'get_triage_queue',
  keys: { due: PLACE },
  initial: { by: 'due', order: 'asc' },
  id: sql<number>`b.id`,
};

interface Filters {
  readonly product_ids: readonly number[] | undefined;
  readonly test_ids: readonly number[] | undefined;
  readonly severities: readonly string[] | undefined;
  readonly due_within_hours: number | undefined;
}

/** Going through the open bugs by their index; few are open at a time. A cross join is not reordered. */
function waitingBugs(db: ReadScope['db'], filters: Filters, now: number) {
  const { product_ids, test_ids, severities: chosen, due_within_hours: hours } = filters;
  return db
    .selectFrom('bugs as b')
    .crossJoin('tests as t')
    .whereRef('t.id', '=', 'b.test_id')
    .where('b.status', '=', 'open')
    .where('b.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .$if(product_ids !== undefined, (query) => query.where('t.product_id', 'in', idList(product_ids ?? [])))
    .$if(test_ids !== undefined, (query) => query.where('t.id', 'in', idList(test_ids ?? [])))
    .$if(chosen !== undefined, (query) => query.where(isOneOf(sql.ref('b.severity'), chosen ?? [], SEVERITIES)))
    .$if(hours !== undefined, (query) =>
      query.where('b.reported_at', '<=', now + (hours ?? 0) * HOUR_MS - AUTO_ACCEPTANCE_MS),
    );
}

/**
 * When the last bug of the page was reported, or later; null where the queue ends before, or with bugs that were reported nobody knows
 * when. The index has the instants in their order, so that a page is found without the place of every bug that waits.
 */
async function latestOfPage(queue: ReturnType<typeof waitingBugs>, page: Paging): Promise<number | null> {
  const last = await queue
    .where(page.keep)
    .where('b.reported_at', 'is not', null)
    .select('b.reported_at')
    .orderBy('b.reported_at')
    .limit(1)
    .offset(page.offset + page.fetch - 1)
    .executeTakeFirst();
  // Places do not go below 0.
  return last === undefined ? null : Math.max(last.reported_at ?? 0, 0);
}

function deadline(reportedAt: number | null, now: number) {
  if (reportedAt === null) return { auto_acceptance_at: null, hours_left: null, overdue: false };
  const at = reportedAt + AUTO_ACCEPTANCE_MS;
  return { auto_acceptance_at: toIso(at), hours_left: Math.floor((at - now) / HOUR_MS), overdue: at <= now };
}

function timeLeft({ hours_left, overdue, auto_acceptance_at }: z.output<typeof row>): string | null {
  if (hours_left === null) return null;
  if (overdue) return `due since ${auto_acceptance_at}`;
  const [days, hours] = [Math.floor(hours_left / 24), hours_left % 24];
  return days === 0 ? `${hours} h` : `${days} d ${hours} h`;
}
