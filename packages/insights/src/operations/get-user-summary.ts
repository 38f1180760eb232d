import { PERSON_KINDS, toIso } from '@testio-mcp/domain';
import { z } from 'zod';
import { freshness, userId } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import {
  newestBugsOf,
  newestTestsOf,
  requireUser,
  userBugGroups,
  userFigures,
  userMonths,
  userProducts,
} from '../queries/user-summary.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countOf, countsText, day, named, percent, trustLine } from '../render/lines.ts';
import { addUpBugs, bugCounts, rates, ratesOf } from '../shapes/bug-counts.ts';
import { bugFacts, toBugFacts } from '../shapes/bug-row.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { readTrust } from '../trust/read-trust.ts';
import { trustShape } from '../trust/shape.ts';

/** Newest bugs and tests that are shown. */
const FEW = 5;
/** Products that are shown. */
const MOST_PRODUCTS = 20;
/** Calendar months that are shown. */
const MONTHS = 12;

const count = z.int();
const text = z.string().nullable();
const sums = { bugs_reported: count, tests_created: count, tests_submitted: count };

/** One tester or customer by what they did. */
export const getUserSummary = defineOperation({
  name: 'get_user_summary',
  title: 'Summarise a user',
  description:
    "One tester or customer: counts, rates of a tester's bugs, products, activity by month, newest bugs or tests.\nChoose it for one person; list_users to find or compare people.",
  input: z.strictObject({ user_id: userId, freshness }),
  output: z.object({
    user: z.object({ id: z.int(), username: text, user_type: z.enum(PERSON_KINDS) }),
    ...sums,
    first_activity: text,
    last_activity: text.describe('When a bug of theirs was reported or a test of theirs started, up to now.'),
    bugs: bugCounts
      .extend({ known: count.describe('Of the total.'), rates })
      .optional()
      .describe('Of testers only.'),
    products: z.object({
      total: count,
      items: z.array(titled.extend(sums)).describe(`At most ${MOST_PRODUCTS}, the most active first.`),
    }),
    months: z
      .array(z.object({ month: z.string(), ...sums }))
      .describe(`The last ${MONTHS} calendar months, by report of bugs and start of tests.`),
    newest_bugs: z
      .array(bugFacts.extend({ test: titled }))
      .optional()
      .describe(`Of testers: at most ${FEW}.`),
    newest_tests: z
      .array(
        titled.extend({ status: text, start_at: text, product: titled, created: z.boolean(), submitted: z.boolean() }),
      )
      .optional()
      .describe(`Of customers: at most ${FEW}.`),
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/users/{user_id}/summary' },
  shows: (_, output) => ({
    tests: output?.newest_tests?.map((test) => test.id) ?? [],
    bugs: output?.newest_bugs?.map((bug) => bug.id) ?? [],
  }),
  async run({ store, clock, timeZone = 'UTC' }, { user_id: id }) {
    const now = clock.now();
    return store.read(async ({ db }) => {
      const user = await requireUser(db, id);
      const isTester = user.kind === 'tester';
      const { first_at, last_at, ...figures } = await userFigures(db, id, now);
      const products = await userProducts(db, id, now);
      const groups = isTester ? await userBugGroups(db, id) : [];
      const bugs = addUpBugs(groups);
      const newestBugs = isTester ? await newestBugsOf(db, id, FEW) : [];
      const newestTests = isTester ? [] : await newestTestsOf(db, id, FEW);
      return {
        user: { id, username: cleanTesterText(user.name), user_type: user.kind },
        ...figures,
        first_activity: toIso(first_at),
        last_activity: toIso(last_at),
        ...(isTester
          ? { bugs: { ...bugs, known: groups.reduce((sum, group) => sum + group.known, 0), rates: ratesOf(bugs) } }
          : {}),
        products: {
          total: products.length,
          items: products
            .slice(0, MOST_PRODUCTS)
            .map(({ id: product, title, ...done }) => ({ ...toTitled(product, title), ...done })),
        },
        months: await userMonths(db, id, now, timeZone, MONTHS),
        ...(isTester
          ? {
              newest_bugs: newestBugs.map((bug) => ({
                ...toBugFacts(bug),
                test: toTitled(bug.test_id, bug.test_title),
              })),
            }
          : {
              newest_tests: newestTests.map((test) => ({
                ...toTitled(test.id, test.title),
                status: cleanTesterText(test.status),
                start_at: toIso(test.start_at),
                product: toTitled(test.product_id, test.product_title),
                created: test.created === 1,
                submitted: test.submitted === 1,
              })),
            }),
        ...(await readTrust(db, {
          products: null,
          facets: isTester ? ['test_lists', 'bugs'] : ['test_lists', 'tests'],
        })),
      };
    });
  },
  render({ user, bugs, products, newest_bugs: newest, newest_tests: tests, ...rest }) {
    const lines = [
      `${user.username ?? 'unnamed'} (${user.id}), ${user.user_type}; last active ${day(rest.last_activity) ?? 'at an unknown time'}.`,
      user.user_type === 'tester'
        ? `${countOf(rest.bugs_reported, 'bug')} reported in ${countOf(products.total, 'product')}.`
        : `${countOf(rest.tests_created, 'test')} created, ${rest.tests_submitted} submitted in ${countOf(products.total, 'product')}.`,
    ];
    if (bugs !== undefined) {
      lines.push(
        `Bugs: ${countsText(bugs.by_status)}; by severity: ${countsText(bugs.by_severity)}; accepted ${percent(bugs.rates.overall_acceptance_rate.value)}, rejected ${percent(bugs.rates.rejection_rate.value)}.`,
      );
    }
    const shown = [...(newest ?? []), ...(tests ?? [])];
    if (shown.length > 0) lines.push(`Newest: ${shown.map(named).join('; ')}.`);
    return [...lines, trustLine(rest)].join('\n');
  },
});
