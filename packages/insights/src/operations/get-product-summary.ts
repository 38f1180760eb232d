import { toIso } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { z } from 'zod';
import { freshness, productId } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import { requireProduct } from '../queries/product.ts';
import {
  bugFigures,
  contentFigures,
  openBugs,
  realSections,
  runningTests,
  TEST_BUCKETS,
  testFigures,
} from '../queries/product-figures.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { countOf, countsText, day, named, percent, trustLine } from '../render/lines.ts';
import { bugCounts, countsOf, rates, ratesOf } from '../shapes/bug-counts.ts';
import { bugFacts, toBugFacts } from '../shapes/bug-row.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { toWebLink, webLink, webLinkLines } from '../shapes/web-link.ts';
import { readTrust } from '../trust/read-trust.ts';
import { trustShape } from '../trust/shape.ts';

/** Running tests and open bugs that are shown. */
const FEW = 5;

const count = z.int();

/** One product in numbers. */
export const getProductSummary = defineOperation({
  name: 'get_product_summary',
  title: 'Summarise a product',
  description:
    'One product: tests and bugs by status, severity and rates, running tests, next auto-accepted bugs.\nChoose it for the state of a product; list_products to compare several.',
  input: z.strictObject({ product_id: productId, freshness }),
  output: z.object({
    product: z.object({
      id: z.int(),
      title: z.string().nullable(),
      ...webLink,
      type: z.string().nullable(),
      description: z.string().nullable(),
      sections: z.array(titled).optional().describe('Absent for a product without sections.'),
    }),
    feature_count: count.nullable(),
    user_story_count: count.nullable(),
    tests: z
      .object({ total: count, by_status: countsOf(TEST_BUCKETS) })
      .nullable()
      .describe('null: never read.'),
    bugs: bugCounts
      .extend({ known: count.describe('Of the total.'), rates })
      .nullable()
      .describe('null: no bugs were loaded yet. See completeness for tests not counted.'),
    running_tests: z
      .array(titled.extend({ start_at: z.string().nullable(), end_at: z.string().nullable() }))
      .describe(`At most ${FEW}, next end first; tests.by_status.running has all.`),
    next_auto_accepted_bugs: z
      .array(bugFacts.extend({ test: titled }))
      .describe(`At most ${FEW} open bugs, next auto-acceptance first; bugs.by_status.open has all.`),
    last_activity: z.object({
      test_started_at: z.string().nullable(),
      test_ended_at: z.string().nullable(),
      bug_reported_at: z.string().nullable(),
    }),
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/products/{product_id}/summary' },
  shows({ product_id: id }, output) {
    const running = output?.running_tests.map((test) => test.id) ?? [];
    const bugs = output?.next_auto_accepted_bugs.map((bug) => bug.id) ?? [];
    return { products: [id], newestTestsOf: [id], featuresOf: [id], tests: running, bugsOf: running, bugs };
  },
  async run({ store, clock, webLinks }, { product_id: id }) {
    const now = clock.now();
    return store.read(async ({ db }) => {
      const product = await requireProduct(db, id);
      const sections = await realSections(db, id);
      const content = await contentFigures(db, id);
      const tests = await testFigures(db, id, now);
      const bugs = await bugFigures(db, id);
      const running = await runningTests(db, id, FEW);
      const open = await openBugs(db, id, FEW);
      const knowsTests = content.testsRead || tests.total > 0;
      const knowsBugs = tests.total > 0 ? tests.withBugs > 0 : knowsTests;
      return {
        product: {
          id,
          title: cleanTesterText(product.title),
          ...toWebLink(webLinks, 'product', { id }),
          type: cleanTesterText(product.type),
          description: cleanTesterText(product.description, 'block'),
          ...(sections.length === 0 ? {} : { sections: sections.map((one) => toTitled(one.id, one.title)) }),
        },
        feature_count: content.featuresRead || content.features > 0 ? content.features : null,
        user_story_count: content.featuresRead || content.userStories > 0 ? content.userStories : null,
        tests: knowsTests ? { total: tests.total, by_status: tests.byStatus } : null,
        bugs: knowsBugs ? { ...bugs.counts, known: bugs.known, rates: ratesOf(bugs.counts) } : null,
        running_tests: running.map((test) => ({
          ...toTitled(test.id, test.title),
          start_at: toIso(test.start_at),
          end_at: toIso(test.end_at),
        })),
        next_auto_accepted_bugs: open.map((bug) => ({
          ...toBugFacts(bug),
          test: toTitled(bug.test_id, bug.test_title),
        })),
        last_activity: {
          test_started_at: toIso(tests.lastStartAt),
          test_ended_at: toIso(tests.lastEndAt),
          bug_reported_at: toIso(bugs.lastReportedAt),
        },
        ...(await readTrust(db, {
          products: sql`(${id})`,
          facets: ['metadata', 'features', 'test_lists', 'tests', 'bugs'],
        })),
      };
    });
  },
  render({ product, tests, bugs, feature_count, running_tests, next_auto_accepted_bugs: next, ...rest }) {
    const lines = [
      `${named(product)}, ${product.type ?? 'type unknown'}; ${feature_count === null ? 'features unknown' : countOf(feature_count, 'feature')}.`,
      ...webLinkLines(product),
      tests === null ? 'Tests: unknown.' : `Tests: ${tests.total} (${countsText(tests.by_status)}).`,
    ];
    if (bugs === null) lines.push('Bugs: unknown.');
    else {
      lines.push(
        `Bugs: ${bugs.total} (${countsText(bugs.by_status)}); by severity: ${countsText(bugs.by_severity)}.`,
        `Accepted ${percent(bugs.rates.overall_acceptance_rate.value)}, rejected ${percent(bugs.rates.rejection_rate.value)}, reviewed ${percent(bugs.rates.review_rate.value)} of ${countOf(bugs.total, 'bug')}.`,
      );
    }
    if (running_tests.length > 0) {
      const running = running_tests.map((test) => `${named(test)} until ${day(test.end_at) ?? 'unknown'}`);
      lines.push(`Running: ${running.join('; ')}.`);
    }
    const [first] = next;
    if (first !== undefined) {
      lines.push(`Next accepted by the system: ${named(first)} on ${day(first.auto_acceptance_at) ?? 'unknown'}.`);
    }
    return [...lines, trustLine(rest)].join('\n');
  },
});
