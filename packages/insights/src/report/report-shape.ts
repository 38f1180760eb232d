import {
  BUG_STATUSES,
  HEALTH_STATES,
  JUDGED_RATE_NAMES,
  SEVERITIES,
  TEST_STATUSES,
  TESTING_TYPES,
} from '@testio-mcp/domain';
import { z } from 'zod';
import { countsOf, rates } from '../shapes/bug-counts.ts';
import { titled } from '../shapes/titled.ts';

const count = z.int();
const text = z.string().nullable();

/** An object with the same member under each of these keys. */
function each<const Key extends string, Member extends z.ZodType>(keys: readonly Key[], member: Member) {
  return z.object(Object.fromEntries(keys.map((key) => [key, member])) as Record<Key, Member>);
}

/** What is told of any group of tests: of all of them, of a product, of a month, of one test. */
const figures = {
  total_tests: count,
  total_bugs: count.nullable().describe('null: bugs never loaded.'),
  bugs_by_status: countsOf(BUG_STATUSES),
};

const thresholds = each(JUDGED_RATE_NAMES, z.object({ warning: z.number(), critical: z.number() }));
const health = each(JUDGED_RATE_NAMES, z.enum(HEALTH_STATES));

/** The numbers of all tests of the report. */
const summary = z.object({
  ...figures,
  tests_by_status: countsOf([...TEST_STATUSES, 'other']),
  tests_by_type: countsOf([...TESTING_TYPES, 'other']),
  bugs_by_severity: countsOf([...SEVERITIES, 'other']),
  known_bugs: count.nullable(),
  severity_score: z.number().nullable(),
  bugs_per_test: z.object({ value: z.number().nullable(), numerator: count.nullable(), n: count.nullable() }),
  active_testers: count.nullable(),
  rates,
  health,
});

const productPart = titled.extend({
  ...figures,
  bugs_by_severity: countsOf([...SEVERITIES, 'other']),
  rates,
  health,
  thresholds: thresholds.optional().describe('Of a product that has its own.'),
});

/** A list of parts of which an answer may hold the first only. */
function some<Item extends z.ZodType>(item: Item) {
  return z.object({ total: count, items: z.array(item), rest: count.describe('Items that are not shown here.') });
}

/** A quality report: every part comes from the same rows. */
export const reportShape = {
  scope: z.object({
    products: z.array(titled),
    products_rest: count.describe('Products that are not named here.'),
    statuses: z.array(z.string()).describe('Of the tests.'),
    test_ids: z.array(z.int()).optional(),
  }),
  period: z
    .object({ from: text, to: text.describe('Exclusive.'), time_zone: z.string(), fiscal_year_start: count.optional() })
    .describe('End of the tests.'),
  summary,
  by_product: z.array(productPart),
  by_product_rest: count.describe('Products that are not shown here.'),
  trend: z.object({
    unit: z.enum(['week', 'month', 'quarter', 'year']),
    ...some(z.object({ start: text, ...figures, rejection_rate: z.number().nullable() })).shape,
  }),
  rejection_reasons: z.array(z.object({ reason: z.string(), bugs: count })),
  features: some(z.object({ id: z.int().nullable(), title: text, bugs: count, rejected: count })).describe(
    'By bugs; id null: bugs without a feature.',
  ),
  tests: some(
    titled.extend({
      product_id: z.int(),
      status: text,
      testing_type: text,
      start_at: text,
      end_at: text,
      total_bugs: figures.total_bugs,
      bugs_by_status: figures.bugs_by_status,
    }),
  ).describe('Newest end first.'),
  thresholds: thresholds.describe('A bound belongs to the worse band.'),
};

/** The whole of a report, without what every answer carries beside it. */
const report = z.object(reportShape);
export type QualityReport = z.infer<typeof report>;
