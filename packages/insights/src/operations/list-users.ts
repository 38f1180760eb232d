import { PERSON_KINDS, type Period, type PersonKind, parsePeriod, toIso } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { z } from 'zod';
import { daysAsPeriod } from '../input/days.ts';
import { withForm } from '../input/forms.ts';
import { freshness, paging, period, productId, search, sortOrder } from '../input/parameters.ts';
import { periodSettings } from '../input/period-of.ts';
import { cutPage, type ListRules, readPaging, totals } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { everybodysSums } from '../queries/activity.ts';
import { requireProduct } from '../queries/product.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { day, named, table, trustLine } from '../render/lines.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { containsText } from '../sqlite/text-match.ts';
import { readTrust } from '../trust/read-trust.ts';

const row = z.object({
  id: z.int(),
  username: z.string().nullable(),
  user_type: z.enum(PERSON_KINDS),
  first_activity: z.string().nullable(),
  last_activity: z.string().nullable(),
  bugs_reported: z.int(),
  tests_created: z.int(),
  tests_submitted: z.int(),
});

const SORT_KEYS = [
  'username',
  'user_type',
  'last_activity',
  'first_activity',
  'bugs_reported',
  'tests_created',
] as const;

const EVER: Period = { from: null, to: null };

/** Testers and customers by what they did. */
export const listUsers = defineOperation({
  name: 'list_users',
  title: 'List users',
  description:
    'Testers (who reported bugs) and customers (who created or submitted tests) with counts and activity.\nChoose it to find people or the most active ones; get_user_summary for one in depth.',
  input: z.strictObject({
    user_type: z.enum(PERSON_KINDS).optional(),
    product_id: productId.optional(),
    period: period.optional(),
    search: search('name').optional(),
    sort_by: withForm(z.enum(SORT_KEYS), { words: { first_seen: 'first_activity', name: 'username' } })
      .meta({ default: 'username' })
      .optional(),
    sort_order: sortOrder('asc'),
    freshness,
    ...paging,
  }),
  aliases: { kind: 'user_type', days: daysAsPeriod },
  output: listOutput('users', row, {
    user_type: z.string().optional(),
    product: titled.optional(),
    period: z
      .object({ from: z.string().nullable(), to: z.string().nullable() })
      .optional()
      .describe('People active in it, and what they did in it. The end does not belong to it.'),
    search: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/users' },
  shows: ({ product_id }) => ({ products: product_id === undefined ? [] : [product_id] }),
  async run(context, input) {
    const { store, limits } = context;
    const { user_type, product_id, search: text } = input;
    const settings = periodSettings(context);
    const within = input.period === undefined ? undefined : parsePeriod(input.period, settings);
    const page = readPaging(RULES, input, { user_type, product_id, search: text, period: input.period }, limits);
    return store.read(async ({ db }) => {
      const product = product_id === undefined ? undefined : await requireProduct(db, product_id);
      const sums = await everybodysSums(db, within ?? EVER, product_id, settings.now);
      const matching = db
        .selectFrom('people as p')
        .innerJoin(sums.as('a'), 'a.person_id', 'p.id')
        .$if(user_type !== undefined, (query) => query.where('p.kind', '=', user_type as PersonKind))
        .$if(text !== undefined, (query) => query.where(containsText([sql.ref('p.name')], text ?? '')));
      const all = await matching.select(totals(page)).executeTakeFirstOrThrow();
      const fetched = await matching
        .where(page.keep)
        .select(['p.id', 'p.name', 'p.kind', 'a.bugs_reported', 'a.tests_created', 'a.tests_submitted'])
        .select(['a.first_at', 'a.last_at', page.sortValue.as('sort_value')])
        .orderBy(page.orderBy)
        .limit(page.fetch)
        .offset(page.offset)
        .execute();
      const { rows, facts } = cutPage(page, all, fetched);
      return {
        users: rows.map((user) => ({
          id: user.id,
          username: cleanTesterText(user.name),
          user_type: user.kind,
          first_activity: toIso(user.first_at),
          last_activity: toIso(user.last_at),
          bugs_reported: user.bugs_reported,
          tests_created: user.tests_created,
          tests_submitted: user.tests_submitted,
        })),
        ...facts,
        filters: echoed({
          user_type,
          product: product && toTitled(product.id, product.title),
          period: within && { from: toIso(within.from), to: toIso(within.to) },
          search: text,
        }),
        ...(await readTrust(db, {
          products: product_id === undefined ? null : sql`(${product_id})`,
          facets: ['test_lists', 'tests', 'bugs'],
        })),
      };
    });
  },
  render({ users, range, filters, ...rest }) {
    const scope = filters.product === undefined ? '' : ` of ${named(filters.product)}`;
    const cells = (user: (typeof users)[number]) => [
      user.id,
      user.username,
      user.user_type,
      user.bugs_reported,
      user.tests_created,
      user.tests_submitted,
      day(user.last_activity),
    ];
    const head = ['id', 'name', 'type', 'bugs', 'tests created', 'submitted', 'last active'];
    return [`Users${scope}: ${range}.`, ...(users.length > 0 ? table(head, users, cells) : []), trustLine(rest)].join(
      '\n',
    );
  },
});

const RULES: ListRules = {
  name: 'list_users',
  keys: {
    username: sql`p.name collate nocase`,
    user_type: sql`p.kind`,
    last_activity: sql`a.last_at`,
    first_activity: sql`a.first_at`,
    bugs_reported: sql`a.bugs_reported`,
    tests_created: sql`a.tests_created`,
  },
  initial: { by: 'username', order: 'asc' },
  id: sql<number>`p.id`,
};
