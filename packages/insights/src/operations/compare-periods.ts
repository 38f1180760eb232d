import { INTERVAL_METHOD, type MetricName, type Period, parsePeriod, previousPeriod, toIso } from '@testio-mcp/domain';
import { z } from 'zod';
import { charts, includeCharts, publishedChart } from '../charts/chart.ts';
import { comparisonChart } from '../charts/comparison-chart.ts';
import { invalidInput } from '../input/errors.ts';
import { freshness, period as periodParameter, productId } from '../input/parameters.ts';
import { periodSettings } from '../input/period-of.ts';
import { filtersParameter, metricNames, metricsParameter, trustOf, withDefaults } from '../metrics/ask.ts';
import { comparedMetric, compareMetric, comparisonTable } from '../metrics/compare.ts';
import { echoedFilters, notesOn } from '../metrics/explain.ts';
import { type MetricQuery, TIME_AXES } from '../metrics/query.ts';
import { lookUpFilters, parseFilters } from '../metrics/read-filters.ts';
import { readMetrics } from '../metrics/read-metrics.ts';
import { defineOperation } from '../operation.ts';
import { requireProduct } from '../queries/product.ts';
import { cellText, named, table, trustLine } from '../render/lines.ts';
import { missingTable } from '../report/report-tables.ts';
import { trustSentence } from '../report/sentences.ts';
import { UNPUBLISHED } from '../schema/json-schema.ts';
import { titled, toTitled } from '../shapes/titled.ts';
import { bothTrusts } from '../trust/read-trust.ts';
import { type Trust, trustShape } from '../trust/shape.ts';

const MAIN: readonly MetricName[] = [
  'test_count',
  'bug_count',
  'bugs_per_test',
  'bug_severity_score',
  'overall_acceptance_rate',
  'rejection_rate',
  'auto_acceptance_rate',
  'review_rate',
  'active_testers',
];

const sideFacts = z.object({
  product: titled.optional(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  is_over: z.boolean().describe('false: the period goes on, so its counts are of a part of it.'),
});

/** Metrics of a period beside those of another period, or of another product. */
export const comparePeriods = defineOperation({
  name: 'compare_periods',
  title: 'Compare periods',
  description:
    'Metrics of a period against another, or of two products, with caution where it may be chance.\nChoose it for better or worse.',
  input: z.strictObject({
    product_id: productId.optional(),
    period: periodParameter.default('last 30 days'),
    against: z.string().max(100).describe('Default: the period before.').optional(),
    against_product_id: productId.optional(),
    metrics: metricsParameter.optional(),
    filters: filtersParameter.optional(),
    time_axis: z.enum(TIME_AXES).default('test_end').meta(UNPUBLISHED),
    include_charts: includeCharts,
    freshness,
  }),
  aliases: { previous: 'against', metric: 'metrics', filter: 'filters' },
  output: z.object({
    this: sideFacts,
    against: sideFacts,
    metrics: z.array(comparedMetric),
    filters: z.record(z.string(), z.array(z.string())),
    method: z.string(),
    notes: z.array(z.string()),
    charts,
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/metrics/comparison' },
  shows: ({ product_id, against_product_id }) => ({
    products: [product_id, against_product_id].filter((id) => id !== undefined),
  }),
  async run(context, input) {
    const { store } = context;
    const settings = periodSettings(context);
    const metrics = input.metrics === undefined ? MAIN : metricNames(input.metrics);
    const written = withDefaults(parseFilters(input.filters ?? []));
    const { product_id, against_product_id } = input;
    if ((product_id !== undefined || against_product_id !== undefined) && written.has('product')) throw twice();
    const period = parsePeriod(input.period, settings);
    const before =
      input.against !== undefined
        ? parsePeriod(input.against, settings, 'against')
        : against_product_id !== undefined
          ? period
          : previousPeriod(period, settings);
    if (before === null) throw withoutBefore(input.period);
    return store.read(async ({ db }) => {
      const filters = await lookUpFilters(db, written);
      const other = against_product_id ?? product_id;
      const sideOf = async (id: number | undefined, within: Period) => {
        const product = id === undefined ? undefined : await requireProduct(db, id);
        const query: MetricQuery = {
          dimensions: [],
          filters: id === undefined ? filters : new Map([...filters, ['product', [id]]]),
          period: within,
          timeAxis: input.time_axis,
          ...settings,
          metrics,
        };
        return {
          query,
          parts: (await readMetrics(db, query)).totals,
          trust: await trustOf(db, query),
          facts: {
            ...(product === undefined ? {} : { product: toTitled(product.id, product.title) }),
            from: toIso(within.from),
            to: toIso(within.to),
            is_over: within.to !== null && within.to <= settings.now,
          },
        };
      };
      const one = await sideOf(product_id, period);
      const two = await sideOf(other, before);
      const compared = metrics.map((name) => compareMetric(name, one.parts, two.parts));
      const title = `${sideText(one.facts)} against ${sideText(two.facts)}`;
      const chart = input.include_charts ? comparisonChart(title, compared) : null;
      return {
        this: one.facts,
        against: two.facts,
        metrics: compared,
        filters: echoedFilters(written),
        method: INTERVAL_METHOD,
        notes: [...notesOn(one.query), ...unevenNotes(one.facts, two.facts)],
        ...(input.include_charts ? { charts: chart === null ? [] : [publishedChart(chart)] } : {}),
        ...withoutRepeats(bothTrusts(one.trust, two.trust)),
      };
    });
  },
  view({ this: one, against, metrics, notes, ...trust }) {
    const title = `${sideText(one)} against ${sideText(against)}`;
    const chart = comparisonChart(title, metrics);
    return {
      title: 'Comparison',
      said: [`${title}.`, ...notes, trustSentence(trust)],
      tiles: [],
      charts: chart === null ? [] : [chart],
      tables: [comparisonTable(metrics), missingTable(trust.completeness)],
    };
  },
  render({ this: one, against, metrics, notes, ...rest }) {
    const cells = (each: (typeof metrics)[number]) => [
      each.metric,
      rounded(each.this.value),
      rounded(each.against.value),
      rounded(each.difference),
      each.direction,
      each.caution,
    ];
    return [
      `${sideText(one)} against ${sideText(against)}.`,
      ...table(['metric', 'this', 'against', 'difference', 'direction', 'caution'], metrics, cells),
      ...notes,
      trustLine(rest),
    ].join('\n');
  },
});

type Side = z.infer<typeof sideFacts>;

function overlap(one: Side, against: Side): boolean {
  const begins = ({ from }: Side) => (from === null ? Number.NEGATIVE_INFINITY : Date.parse(from));
  const ends = ({ to }: Side) => (to === null ? Number.POSITIVE_INFINITY : Date.parse(to));
  return begins(one) < ends(against) && begins(against) < ends(one);
}

function sideText({ product, from, to }: Side): string {
  const period = from === null && to === null ? 'all time' : `${cellText(from)} to before ${cellText(to)}`;
  return product === undefined ? period : `${named(product)}, ${period}`;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

function unevenNotes(one: Side, against: Side): string[] {
  const [isOpen] = [one, against].filter((side) => !side.is_over);
  const notes =
    isOpen === undefined ? [] : ['A period is not over: counts of it are of a part, and bugs of it wait for review.'];
  const length = (side: Side) =>
    side.from === null || side.to === null ? null : Date.parse(side.to) - Date.parse(side.from);
  const [a, b] = [length(one), length(against)];
  const differ = a === null || b === null ? a !== b : Math.abs(a - b) > 0.15 * Math.max(a, b);
  if (differ) notes.push('The periods differ in length: compare shares and bugs_per_test, not counts.');
  if (one.product?.id === against.product?.id && overlap(one, against)) {
    notes.push('The periods overlap: what is in both is on both sides, and the intervals do not hold.');
  }
  return notes;
}

/** What both sides lack is told once. */
function withoutRepeats({ as_of, completeness: { complete, missing } }: Trust): Trust {
  const told = new Map(missing.map((each) => [JSON.stringify(each), each]));
  return { as_of, completeness: { complete, missing: [...told.values()] } };
}

function twice() {
  return invalidInput({
    field: 'filters',
    received: 'product',
    problem: 'cannot name a product beside product_id or against_product_id',
    accepted: ['product_id alone', 'filters alone'],
  });
}

function withoutBefore(period: string) {
  return invalidInput({
    field: 'against',
    received: null,
    problem: `is required: there is no period before ${JSON.stringify(period)}, which is open on a side`,
    accepted: ['a period with two ends', 'last year'],
    next: 'Call again with against, or with a period that has two ends.',
  });
}
