import { toIso } from '@testio-mcp/domain';
import { idList, type ReadScope, remembered } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshness, paging, productIds } from '../input/parameters.ts';
import { periodSettings } from '../input/period-of.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { encodeWatermark, endOf, readSince, type StoreMark, type Watermark } from '../list/watermark.ts';
import { defineOperation } from '../operation.ts';
import { BUG_CHANGES, CHANGES, type Change, type ChangedRow, changesSince, TEST_CHANGES } from '../queries/changes.ts';
import { requireProducts } from '../queries/known-products.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countsText, table, trustLine } from '../render/lines.ts';
import { countsOf } from '../shapes/bug-counts.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { readTrust } from '../trust/read-trust.ts';
import type { Missing } from '../trust/shape.ts';

const ENTITIES = ['test', 'bug'] as const;

const row = z.object({
  entity: z.enum(ENTITIES),
  id: z.int(),
  title: z.string().nullable(),
  changes: z.array(z.enum(CHANGES)),
  status: z.string().nullable().describe('Now.'),
  severity: z.string().nullable(),
  seen_at: z.string().nullable().describe('When a sync saw the latest change.'),
  test: titled.nullable().describe('Of a bug.'),
  product: titled,
});

/** What happened to tests and bugs since somebody last looked. The server remembers nobody: the watermark does. */
export const listChanges = defineOperation({
  name: 'list_changes',
  title: 'List changes',
  description:
    'Tests and bugs that are new, changed, finished, accepted, rejected or deleted since a time or an earlier call.\nChoose it for what happened; get_triage_queue for what to decide.',
  input: z.strictObject({
    since: z
      .string()
      .max(100)
      .default('last 7 days')
      .describe('Watermark of an earlier answer, instant, or period, from its start until now.'),
    product_ids: productIds.optional(),
    entities: z.array(z.enum(ENTITIES)).optional(),
    changes: z.array(z.enum(CHANGES)).optional(),
    freshness,
    ...paging,
  }),
  aliases: { product_id: 'product_ids', watermark: 'since', period: 'since', limit: 'per_page' },
  output: listOutput('changes', row, {
    products: z.array(titled).optional(),
    entities: z.array(z.string()).optional(),
    changes: z.array(z.string()).optional(),
  }).extend({
    since: z.string().nullable().describe('null: a watermark.'),
    watermark: z.string().describe('since for the next call. On a page that is not the last it goes on with the rest.'),
    tests: countsOf(TEST_CHANGES).describe('On all pages. What is new can be finished too.'),
    bugs: countsOf(BUG_CHANGES),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/changes' },
  shows({ product_ids = [] }, output) {
    const living = output?.changes.filter((each) => !each.changes.includes('deleted')) ?? [];
    const idsOf = (entity: string) => living.filter((each) => each.entity === entity).map((each) => each.id);
    return { products: product_ids, newestTestsOf: product_ids, tests: idsOf('test'), bugs: idsOf('bug') };
  },
  async run(context, input) {
    const { store, limits } = context;
    const { since, product_ids, entities, changes } = input;
    const filters = { product_ids, entities, changes };
    const page = readPaging(RULES, input, { since, ...filters }, limits);
    const settings = periodSettings(context);
    return store.read(async ({ db }) => {
      const known = await storeMark(db);
      const mark = readSince(since, known, settings);
      const products = product_ids && (await requireProducts(db, product_ids));
      const changed = db.selectFrom(changesSince(mark, filters));
      const groups = await remembered(
        db,
        changed.select('c.entity').select(totals(page)).select(COUNTS).groupBy('c.entity'),
      );
      const fetched = await changed
        .innerJoin('products as p', 'p.id', 'c.product_id')
        .leftJoin('tests as t', 't.id', 'c.test_id')
        .where(page.keep)
        .selectAll('c')
        .select(['p.title as product_title', 't.title as test_title', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const sum = (key: 'total' | 'before') => groups.reduce((all, group) => all + group[key], 0);
      // Cursors break ties by the place, which is unique where an id of a test can be one of a bug, too.
      const places = fetched.map((each) => ({ ...each, id: each.place, own: each.id }));
      const { rows, facts } = cutPage(page, { total: sum('total'), before: sum('before') }, places);
      const countsFor = (entity: string) => groups.find((group) => group.entity === entity);
      return {
        changes: rows.map((each) => ({
          entity: each.entity,
          id: each.own,
          title: cleanTesterText(each.title),
          changes: CHANGES.filter((change) => each[change] === 1),
          status: cleanTesterText(each.status),
          severity: cleanTesterText(each.severity),
          seen_at: toIso(each.changed_at),
          test: toTitled(each.test_id, each.test_title),
          product: toTitled(each.product_id, each.product_title),
        })),
        ...facts,
        since: 'at' in mark.base ? toIso(mark.base.at) : null,
        watermark: encodeWatermark(nextMark(mark, known, facts.next_cursor === null ? undefined : rows.at(-1)), known),
        tests: pick(TEST_CHANGES, countsFor('test')),
        bugs: pick(BUG_CHANGES, countsFor('bug')),
        filters: echoed({ products, entities, changes }),
        ...(await readTrust(
          db,
          {
            products: product_ids === undefined ? null : idList(product_ids),
            facets: ['test_lists', 'tests', 'bugs'],
          },
          missingBefore(mark, known),
        )),
      };
    });
  },
  render({ changes, range, tests, bugs, since, watermark, ...rest }) {
    const cells = (each: (typeof changes)[number]) => [
      each.entity,
      each.id,
      each.title,
      each.changes.join(', ').replaceAll('_', ' '),
      each.status,
      each.product.title,
    ];
    const head = ['kind', 'id', 'title', 'change', 'status', 'product'];
    return [
      `Changes since ${since ?? 'the watermark'}: ${range}. Tests: ${countsText(tests)}. Bugs: ${countsText(bugs)}.`,
      ...(changes.length > 0 ? table(head, changes, cells) : []),
      `Next time: since ${watermark}`,
      trustLine(rest),
    ].join('\n');
  },
});

const RULES: ListRules = {
  name: 'list_changes',
  keys: { change: sql`c.number` },
  initial: { by: 'change', order: 'asc' },
  id: sql<number>`c.place`,
};

const COUNTS = CHANGES.map((change) => sql<number>`sum(c.${sql.raw(change)})`.as(change));

function pick<Key extends Change>(keys: readonly Key[], counts: Partial<Record<Change, number>> = {}) {
  return Object.fromEntries(keys.map((key) => [key, counts[key] ?? 0])) as Record<Key, number>;
}

async function storeMark(db: ReadScope['db']): Promise<StoreMark> {
  const account = await db
    .selectFrom('account')
    .select(['created_at', 'change_number'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { createdAt: account.created_at, changeNumber: account.change_number };
}

/** After the last row of a page that others follow; after everything otherwise. */
function nextMark(
  { base }: Watermark,
  known: StoreMark,
  last: Pick<ChangedRow, 'number' | 'place'> | undefined,
): Watermark {
  return last === undefined ? endOf(known) : { base, number: last.number, place: last.place + 1 };
}

/** What happened before the store was there, it cannot have seen. */
function missingBefore({ base }: Watermark, { createdAt }: StoreMark): Missing[] {
  if (!('at' in base) || base.at >= createdAt) return [];
  const why = `The local copy exists since ${toIso(createdAt)}. Of the time before it knows which bugs were reported and tests started, not what else changed.`;
  return [{ what: 'changes', count: null, why }];
}
