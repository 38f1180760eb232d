import { addParts, type MetricParts, metricValue, noParts, parsePeriod, toIso } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { z } from 'zod';
import { invalidInput } from '../input/errors.ts';
import { freshness, period as periodParameter, productId } from '../input/parameters.ts';
import { periodSettings } from '../input/period-of.ts';
import type { Key } from '../metrics/query.ts';
import { type MetricGroup, readMetricGroups, readMetrics } from '../metrics/read-metrics.ts';
import { defineOperation } from '../operation.ts';
import { requireProduct } from '../queries/product.ts';
import { contentFigures, runningTests } from '../queries/product-figures.ts';
import { coverageGaps, openCriticalBugs, unfixedCriticalBugs } from '../queries/readiness.ts';
import { blockQuote } from '../quote/markdown.ts';
import { TextBudget } from '../quote/text-budget.ts';
import { countOf, day, named, trustLine } from '../render/lines.ts';
import { UNPUBLISHED } from '../schema/json-schema.ts';
import { bugFacts, toBugFacts } from '../shapes/bug-row.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { readTrust } from '../trust/read-trust.ts';
import { type Trust, trustShape } from '../trust/shape.ts';

/** Bugs, tests and features that are shown; counts have all. */
const FEW = 5;
const MOST_FEATURES = 10;
/** Characters of steps in one answer, and of those of one bug. */
const STEPS = 4_000;
const STEPS_OF_BUG = 1_200;

const count = z.int();
const reason = z.object({
  what: z.enum([
    'open_critical_bugs',
    'bugs_not_loaded',
    'open_high_bugs',
    'unfixed_critical_bugs',
    'running_tests',
    'untested_features',
  ]),
  blocking: z.boolean().nullable().describe('null: not known.'),
  count,
  why: z.string(),
});
type Reason = z.infer<typeof reason>;

/** Whether anything known speaks against releasing a product. */
export const getReleaseReadiness = defineOperation({
  name: 'get_release_readiness',
  title: 'Release readiness',
  description:
    'Whether something blocks a release: open critical bugs, running tests, untested features.\nChoose it before a release.',
  input: z.strictObject({
    product_id: productId,
    period: periodParameter.default('last 90 days').meta(UNPUBLISHED),
    freshness,
  }),
  output: z.object({
    product: titled,
    blocking: z.boolean().nullable().describe('null: nothing known blocks, but not all is known.'),
    reasons: z.array(reason),
    open_critical_bugs: z.array(bugFacts.extend({ test: titled, steps: z.string().nullable() })),
    running_tests: z.array(titled.extend({ end_at: z.string().nullable() })),
    feature_count: count.nullable(),
    untested_features: z.array(titled.extend({ last_tested_at: z.string().nullable() })),
    tested_since: z.string(),
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/products/{product_id}/readiness' },
  shows({ product_id: id }, output) {
    const running = output?.running_tests.map((test) => test.id) ?? [];
    const bugs = output?.open_critical_bugs.map((bug) => bug.id) ?? [];
    return { products: [id], newestTestsOf: [id], featuresOf: [id], tests: running, bugsOf: running, bugs };
  },
  async run(context, { product_id: id, period }) {
    const { store } = context;
    const settings = periodSettings(context);
    const { from: since } = parsePeriod(period, settings);
    if (since === null) throw withoutBeginning(period);
    return store.read(async ({ db }) => {
      const product = await requireProduct(db, id);
      const query = {
        filters: new Map([['product', [id]] as const]),
        period: { from: null, to: null },
        timeAxis: 'test_end' as const,
        ...settings,
        metrics: ['open_bugs', 'test_count'] as const,
      };
      const open = await readMetrics(db, { ...query, dimensions: ['bug_status', 'severity'] });
      const running = await readMetricGroups(db, { ...query, dimensions: ['test_status'] });
      const bugs = await openCriticalBugs(db, id, FEW);
      const unfixed = await unfixedCriticalBugs(db, id, since);
      const content = await contentFigures(db, id);
      const gaps = await coverageGaps(db, id, since, MOST_FEATURES);
      const budget = new TextBudget(STEPS);
      const facts: Facts = {
        critical: metricValue('open_bugs', partsAt(open.groups, ['open', 'critical'])).value ?? 0,
        high: metricValue('open_bugs', partsAt(open.groups, ['open', 'high'])).value ?? 0,
        unread: open.totals.testsUnread,
        unfixed,
        running: metricValue('test_count', partsAt(running, ['running'])).value ?? 0,
        untested: gaps.untested,
        features: gaps.features,
        since: toIso(since).slice(0, 10),
      };
      const reasons = reasonsOf(facts);
      const trust = await readTrust(db, { products: sql`(${id})`, facets: ['features', 'test_lists', 'bugs'] });
      return {
        product: toTitled(product.id, product.title),
        blocking: isBlocking(reasons, trust),
        reasons,
        open_critical_bugs: bugs.map((bug) => ({
          ...toBugFacts(bug),
          test: toTitled(bug.test_id, bug.test_title),
          steps: budget.text('steps', stepsOf(bug.steps), STEPS_OF_BUG),
        })),
        running_tests: (await runningTests(db, id, FEW)).map((test) => ({
          ...toTitled(test.id, test.title),
          end_at: toIso(test.end_at),
        })),
        feature_count: content.featuresRead || content.features > 0 ? gaps.features : null,
        untested_features: gaps.shown.map((feature) => ({
          ...toTitled(feature.id, feature.title),
          last_tested_at: toIso(feature.last_end),
        })),
        tested_since: toIso(since),
        ...trust,
      };
    });
  },
  render({ product, blocking, reasons, open_critical_bugs, untested_features, ...rest }) {
    const verdict = blocking === null ? 'not known to be blocked' : blocking ? 'blocked' : 'nothing blocks a release';
    return [
      `${named(product)}: ${verdict}.`,
      ...reasons.map((each) => `- ${each.blocking === true ? 'Blocks: ' : ''}${each.why}`),
      ...open_critical_bugs.flatMap((bug) => [
        `${named(bug)}, reported ${day(bug.reported_at) ?? 'unknown'}.`,
        ...(bug.steps === null ? [] : [blockQuote(bug.steps)]),
      ]),
      ...(untested_features.length === 0 ? [] : [`Not tested: ${untested_features.map(named).join('; ')}.`]),
      trustLine(rest),
    ].join('\n');
  },
});

/** What has no bearing on bugs. */
const NO_BUGS: readonly string[] = ['features_of_products'];

/** Null: nothing that is known blocks, but a bug may be among what is missing. */
function isBlocking(reasons: readonly Reason[], { completeness }: Trust): boolean | null {
  if (reasons.some(({ blocking }) => blocking === true)) return true;
  const isUnsure = reasons.some(({ blocking }) => blocking === null);
  return isUnsure || completeness.missing.some(({ what }) => !NO_BUGS.includes(what)) ? null : false;
}

interface Facts {
  readonly critical: number;
  readonly high: number;
  readonly unread: number;
  readonly unfixed: number;
  readonly running: number;
  readonly untested: number;
  readonly features: number;
  readonly since: string;
}

function reasonsOf(facts: Facts): Reason[] {
  const all: Reason[] = [
    {
      what: 'open_critical_bugs',
      blocking: true,
      count: facts.critical,
      why: `${countOf(facts.critical, 'critical bug')} open: nobody has decided on ${facts.critical === 1 ? 'it' : 'them'} yet.`,
    },
    {
      what: 'bugs_not_loaded',
      blocking: null,
      count: facts.unread,
      why: `The bugs of ${countOf(facts.unread, 'test')} were never loaded: there may be critical ones.`,
    },
    {
      what: 'open_high_bugs',
      blocking: false,
      count: facts.high,
      why: `${countOf(facts.high, 'bug')} of high severity open.`,
    },
    {
      what: 'unfixed_critical_bugs',
      blocking: false,
      count: facts.unfixed,
      why: `${countOf(facts.unfixed, 'critical bug')} accepted in tests that ended since ${facts.since} and not marked as fixed: check whether they are.`,
    },
    {
      what: 'running_tests',
      blocking: false,
      count: facts.running,
      why: `${countOf(facts.running, 'test')} running: more bugs may come.`,
    },
    {
      what: 'untested_features',
      blocking: false,
      count: facts.untested,
      why: `${facts.untested} of ${countOf(facts.features, 'feature')} in no test that runs or ended since ${facts.since}.`,
    },
  ];
  return all.filter((each) => each.count > 0);
}

function partsAt(groups: readonly MetricGroup[], keys: readonly Key[]): MetricParts {
  const wanted = JSON.stringify(keys);
  return groups
    .filter((group) => JSON.stringify(group.keys) === wanted)
    .reduce((sum, { parts }) => addParts(sum, parts), noParts());
}

function stepsOf(json: string | null): string | null {
  if (json === null) return null;
  const steps = JSON.parse(json) as string[];
  return steps.length === 0 ? null : steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}

function withoutBeginning(period: string) {
  return invalidInput({
    field: 'period',
    received: period,
    problem: 'must have a beginning, since when tests count as recent',
    accepted: ['last 90 days', 'since 2026-01-01'],
  });
}
