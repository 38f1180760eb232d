import {
  DEFAULT_THRESHOLDS,
  EXECUTED_TEST_STATUSES,
  isFinalTestStatus,
  JUDGED_RATE_NAMES,
  type Period,
  TEST_STATUSES,
} from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { charts, includeCharts, publishedChart } from '../charts/chart.ts';
import { invalidInput } from '../input/errors.ts';
import { freshness, period, productIds, testIds, testStatuses } from '../input/parameters.ts';
import { periodOf, periodSettings } from '../input/period-of.ts';
import { defineOperation, type OperationContext } from '../operation.ts';
import { requireProducts } from '../queries/known-products.ts';
import { requireTests } from '../queries/known-tests.ts';
import { countOf, countsText, percent, trustLine } from '../render/lines.ts';
import { reportCharts } from '../report/charts.ts';
import { type ReportScope, readReport } from '../report/read-report.ts';
import { reportShape } from '../report/report-shape.ts';
import { reportTables } from '../report/report-tables.ts';
import { reportTiles } from '../report/report-tiles.ts';
import { reportTitle, scopeSentence, trustSentence } from '../report/sentences.ts';
import { shortened } from '../report/shorten.ts';
import { REPORT_FORMATS, reportTarget, writeReport } from '../report/write-report.ts';
import { UNPUBLISHED } from '../schema/json-schema.ts';
import { readTrust } from '../trust/read-trust.ts';
import { type Missing, trustShape } from '../trust/shape.ts';

const ALL_TIME: Period = { from: null, to: null };

/** A quality report over products, a period, or chosen tests. */
export const generateQualityReport = defineOperation({
  name: 'generate_quality_report',
  title: 'Quality report',
  description:
    'Quality of products over a period: rates with health, products, trend, rejection reasons, features, tests; as a file when format or output_file is given.\nChoose it to report; query_metrics for other groupings.',
  input: z.strictObject({
    product_ids: productIds.optional(),
    period: period.optional(),
    start_date: z.string().min(1).max(100).meta(UNPUBLISHED).optional(),
    end_date: z.string().min(1).max(100).meta(UNPUBLISHED).optional(),
    statuses: testStatuses.describe('Of tests. Default: executed; with test_ids, any.').optional(),
    test_ids: testIds.optional(),
    format: z.enum(REPORT_FORMATS).optional(),
    output_file: z.string().max(1_000).describe('Relative to the reports folder.').optional(),
    overwrite: z.boolean().default(false),
    include_charts: includeCharts,
    freshness,
  }),
  aliases: { product_id: 'product_ids', status: 'statuses' },
  output: z.object({
    ...reportShape,
    file: z
      .object({
        uri: z.string(),
        path: z.string(),
        format: z.enum(REPORT_FORMATS),
        bytes: z.int(),
      })
      .optional()
      .describe('Holds all parts in full.'),
    charts,
    ...trustShape,
  }),
  effects: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  rest: { method: 'POST', path: '/reports' },
  async run(context, input) {
    // Before any work: a report that cannot be written is not read.
    const target = reportTarget(input);
    await target?.check(context.reports);
    const settings = periodSettings(context);
    const scope: ReportScope = {
      productIds: input.product_ids ?? null,
      testIds: input.test_ids ?? null,
      statuses: input.statuses ?? (input.test_ids === undefined ? EXECUTED_TEST_STATUSES : [...TEST_STATUSES, 'other']),
      period: periodOf(input, settings) ?? ALL_TIME,
      ...settings,
      thresholds: context.thresholds ?? DEFAULT_THRESHOLDS,
      productThresholds: context.productThresholds ?? new Map(),
    };
    return context.store.read(async ({ db }) => {
      const noticed = await requireScope(db, scope);
      const report = await readReport(db, scope);
      const tests = idList(report.tests.items.map(({ id }) => id));
      const products = scope.productIds === null ? null : sql`(${sql.join(scope.productIds)})`;
      return {
        ...report,
        ...(await readTrust(db, { products, facets: ['test_lists', 'tests', 'bugs'], bugsOf: sql`${tests}` }, noticed)),
      };
    });
  },
  shows(_, output) {
    if (output === null) return {};
    const changing = output.tests.items.filter(({ status }) => !isFinalTestStatus(status)).map(({ id }) => id);
    return { newestTestsOf: output.scope.products.map(({ id }) => id), bugsOf: changing };
  },
  async deliver(context: OperationContext, input, output) {
    const file = await writeReport(context, input, output);
    const drawn = input.include_charts ? { charts: reportCharts(output).map(publishedChart) } : {};
    return { ...output, ...shortened(output), ...(file === undefined ? {} : { file }), ...drawn };
  },
  view: (report) => ({
    title: reportTitle(report),
    said: [scopeSentence(report), trustSentence(report)],
    tiles: reportTiles(report),
    charts: reportCharts(report),
    tables: reportTables(report, report),
  }),
  render({ file, ...report }) {
    const { summary, by_product, by_product_rest: more } = report;
    const health = JUDGED_RATE_NAMES.map(
      (name) => `${name.replaceAll('_', ' ')} ${percent(summary.rates[name].value)} (${summary.health[name]})`,
    );
    return [
      `${reportTitle(report)}. ${scopeSentence(report)}`,
      summary.total_bugs === null
        ? 'Bugs: unknown.'
        : `${countOf(summary.total_bugs, 'bug')}: ${countsText(summary.bugs_by_status)}; by severity: ${countsText(summary.bugs_by_severity)}.`,
      `Of ${countOf(summary.rates.rejection_rate.n, 'bug')}: ${health.join(', ')}.`,
      ...(by_product.length > 1
        ? by_product.map(
            ({ id, title, total_tests, total_bugs, rates }) =>
              `- ${title ?? 'untitled'} (${id}): ${countOf(total_tests, 'test')}, ${total_bugs ?? 'unknown'} bugs, rejected ${percent(rates.rejection_rate.value)}`,
          )
        : []),
      ...(more > 0 ? [`… and ${countOf(more, 'more product')}; a file holds all.`] : []),
      ...(file === undefined ? [] : [`Written as ${file.format}, ${file.bytes} bytes: ${file.path}`]),
      trustLine(report),
    ].join('\n');
  },
});

/** Says which of the tests that were named are not there. Products must be, and tests must be theirs. */
async function requireScope(
  db: ReadScope['db'],
  { productIds: products, testIds: tests }: ReportScope,
): Promise<Missing[]> {
  if (products !== null) await requireProducts(db, products);
  if (tests === null) return [];
  const unknown = await requireTests(db, tests);
  if (products === null) return unknown;
  const foreign = await db
    .selectFrom('tests')
    .select(['id', 'product_id'])
    .where('id', 'in', idList(tests))
    .where('product_id', 'not in', idList(products))
    .executeTakeFirst();
  if (foreign === undefined) return unknown;
  throw invalidInput({
    field: 'test_ids',
    received: foreign.id,
    problem: `holds a test of another product: ${foreign.id} is of product ${foreign.product_id}`,
    accepted: products.map((id) => `tests of product ${id}`),
    next: 'Leave product_ids out, or name the products of all tests.',
  });
}
