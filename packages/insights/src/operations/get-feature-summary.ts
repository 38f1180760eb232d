import { EXECUTION_STATUSES, toIso } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { detail, featureId, freshness } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import { requireFeature } from '../queries/feature.ts';
import {
  featureBugGroups,
  featureTestCounts,
  newestTests,
  storiesOfFeature,
  storyResults,
} from '../queries/feature-summary.ts';
import { featurePlaces, testsOfFeatures } from '../queries/features.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { cutText } from '../quote/cut-text.ts';
import { countOf, countsText, named, percent, trustLine } from '../render/lines.ts';
import { addUpBugs, bugCounts, countsOf, rates, ratesOf } from '../shapes/bug-counts.ts';
import { shownDevices, storyRuns } from '../shapes/story-runs.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { toWebLink, webLink, webLinkLines } from '../shapes/web-link.ts';
import { bothTrusts, readTrust } from '../trust/read-trust.ts';
import { type Trust, trustShape } from '../trust/shape.ts';

/** Newest tests that are shown. */
const FEW = 5;
/** Stories in a brief answer. */
const BRIEF_STORIES = 30;
/** Characters of a long text in a brief answer. */
const BRIEF_TEXT = 600;

const text = z.string().nullable();
const count = z.int();

/** One feature over all of its tests. */
export const getFeatureSummary = defineOperation({
  name: 'get_feature_summary',
  title: 'Summarise a feature',
  description:
    'One feature over all tests: user stories with results and devices, bugs by status, severity and rates, newest tests.\nChoose it for the history of a feature; get_test_summary for its result in one test.',
  input: z.strictObject({
    feature_id: featureId,
    detail: detail('whole texts, all user stories and platforms'),
    freshness,
  }),
  output: z.object({
    feature: z.object({
      id: z.int(),
      title: text,
      ...webLink,
      description: text,
      how_to_find: text,
      texts_cut: z
        .array(z.enum(['description', 'how_to_find']))
        .optional()
        .describe('Shown in full with detail full.'),
      products: z.array(titled),
      sections: z.array(titled).optional(),
    }),
    user_stories: z.object({
      total: count,
      items: z
        .array(
          titled.extend({
            tests: countsOf([...EXECUTION_STATUSES, 'other'])
              .nullable()
              .describe('Tests by the result of the story; null: results were never read.'),
            ...storyRuns,
          }),
        )
        .describe(`At most ${BRIEF_STORIES} unless detail is full.`),
    }),
    tests: z
      .object({
        total: count,
        with_results: count.describe('Of the total: results of user stories were read.'),
        with_runs: count.describe('Of the total: runs of user stories were read.'),
        newest: z.array(titled.extend({ status: text, end_at: text, product: titled })),
      })
      .nullable()
      .describe(`At most ${FEW}, latest end first; null: never read.`),
    bugs: bugCounts
      .extend({ known: count.describe('Of the total.'), rates })
      .nullable()
      .describe('null: no bugs were loaded yet.'),
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/features/{feature_id}/summary' },
  shows(_, output) {
    const products = output?.feature.products.map((product) => product.id).slice(0, 1) ?? [];
    const newest = output?.tests?.newest.map((test) => test.id) ?? [];
    return { products, featuresOf: products, tests: newest, bugsOf: newest };
  },
  async run({ store, webLinks }, { feature_id: id, detail: asked }) {
    const isFull = asked === 'full';
    return store.read(async ({ db }) => {
      const feature = await requireFeature(db, id);
      const places = (await featurePlaces(db, [id]))(id);
      const stories = await storiesOfFeature(db, id);
      const resultsOf = await storyResults(db, id);
      const tests = await featureTestCounts(db, id);
      const newest = await newestTests(db, id, FEW);
      const groups = await featureBugGroups(db, id);
      const bugs = addUpBugs(groups);
      const longest = isFull ? Number.POSITIVE_INFINITY : BRIEF_TEXT;
      const description = cutText(cleanTesterText(feature.description, 'block'), longest);
      const how_to_find = cutText(cleanTesterText(feature.how_to_find, 'block'), longest);
      const texts = { description, how_to_find };
      const texts_cut = (['description', 'how_to_find'] as const).filter((name) => texts[name].isCut);
      const knowsTests = feature.tests_read === 1 || tests.total > 0;
      const knowsBugs = bugs.total > 0 || (tests.total > 0 ? tests.withBugs > 0 : knowsTests);
      const shown = isFull ? stories : stories.slice(0, BRIEF_STORIES);
      return {
        feature: {
          ...toTitled(id, feature.title),
          ...toWebLink(webLinks, 'feature', { id, product_id: places.products[0]?.id }),
          description: description.text,
          how_to_find: how_to_find.text,
          ...(texts_cut.length === 0 ? {} : { texts_cut }),
          ...places,
        },
        user_stories: {
          total: stories.length,
          items: shown.map((story) => {
            const results = resultsOf(story.id);
            return {
              ...toTitled(story.id, story.title ?? story.path),
              tests: tests.withDetails > 0 ? results.tests : null,
              runs: tests.withRuns > 0 ? results.runs : null,
              ...shownDevices(results.devices, isFull),
            };
          }),
        },
        tests: knowsTests
          ? {
              total: tests.total,
              with_results: tests.withDetails,
              with_runs: tests.withRuns,
              newest: newest.map((test) => ({
                ...toTitled(test.id, test.title),
                status: cleanTesterText(test.status),
                end_at: toIso(test.end_at),
                product: toTitled(test.product_id, test.product_title),
              })),
            }
          : null,
        bugs: knowsBugs
          ? { ...bugs, known: groups.reduce((sum, group) => sum + group.known, 0), rates: ratesOf(bugs) }
          : null,
        ...(await trustOf(db, id)),
      };
    });
  },
  render({ feature, user_stories: stories, tests, bugs, ...rest }) {
    const lines = [
      `${named(feature)} of ${feature.products.map(named).join(', ') || 'no product'}.`,
      `${countOf(stories.total, 'user story', 'user stories')}; ${tests === null ? 'tests unknown' : countOf(tests.total, 'test')}.`,
    ];
    lines.push(...webLinkLines(feature));
    const failing = stories.items.filter(
      (story) => story.tests !== null && story.tests.failed + story.tests.blocked > 0,
    );
    for (const story of failing.slice(0, FEW)) {
      lines.push(`${named(story)}: ${countsText(story.tests ?? {})} in tests.`);
    }
    if (bugs === null) lines.push('Bugs: never loaded.');
    else {
      lines.push(
        `Bugs: ${bugs.total} (${countsText(bugs.by_status)}); by severity: ${countsText(bugs.by_severity)}.`,
        `Accepted ${percent(bugs.rates.overall_acceptance_rate.value)}, rejected ${percent(bugs.rates.rejection_rate.value)}, reviewed ${percent(bugs.rates.review_rate.value)} of ${countOf(bugs.total, 'bug')}.`,
      );
    }
    return [...lines, trustLine(rest)].join('\n');
  },
});

type Db = ReadScope['db'];

/** Lists count with all of the feature's products, results with the tests of the feature alone. */
async function trustOf(db: Db, id: number): Promise<Trust> {
  const tests = sql`(select test_id from (${testsOfFeatures(sql`(${id})`)}))`;
  const products = sql`(select product_id from product_features where feature_id = ${id} and deleted_at is null)`;
  const lists = await readTrust(db, { products, bugsOf: tests, facets: ['features', 'test_lists', 'bugs'] });
  const results = await readTrust(db, { products: null, tests, facets: ['test_details', 'executions'] });
  return bothTrusts(lists, results);
}
