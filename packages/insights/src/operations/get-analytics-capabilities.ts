import { z } from 'zod';
import { CAPABILITIES } from '../metrics/capabilities.ts';
import { defineOperation } from '../operation.ts';
import { rejectionReasonsKnown } from '../queries/rejection-reasons.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { trustLine } from '../render/lines.ts';
import { readTrust } from '../trust/read-trust.ts';
import { trustShape } from '../trust/shape.ts';

/** What query_metrics can be asked, with the formulas. */
export const getAnalyticsCapabilities = defineOperation({
  name: 'get_analytics_capabilities',
  title: 'Analytics capabilities',
  description: 'All metrics with formulas, dimensions with values, and rules of query_metrics.\nRead once before it.',
  input: z.strictObject({}),
  output: z.object({
    metrics: z.array(z.object({ name: z.string(), formula: z.string(), unit: z.string(), additive: z.boolean() })),
    dimensions: z.array(
      z.object({
        name: z.string(),
        about: z.string(),
        of: z.string(),
        is_filter: z.boolean(),
        overlaps: z.array(z.string()).optional(),
        values: z.array(z.string()).optional(),
      }),
    ),
    rules: z.array(z.string()),
    ...trustShape,
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  answersBeforeSync: true,
  rest: { method: 'GET', path: '/metrics/capabilities' },
  async run({ store }) {
    return store.read(async ({ db }) => {
      const reasons = await rejectionReasonsKnown(db);
      const values = reasons.flatMap((key) => cleanTesterText(key) ?? []);
      return {
        metrics: CAPABILITIES.metrics,
        dimensions: CAPABILITIES.dimensions.map((each) =>
          each.name === 'rejection_reason' ? { ...each, values } : each,
        ),
        rules: [...CAPABILITIES.rules],
        ...(await readTrust(db, { products: null, facets: ['rejection_reasons'] })),
      };
    });
  },
  render({ metrics, dimensions, rules, ...trust }) {
    return [
      'Metrics:',
      ...metrics.map(({ name, formula }) => `${name}: ${formula}`),
      'Dimensions:',
      ...dimensions.map(
        ({ name, about, values }) => `${name}: ${about}${values === undefined ? '' : ` (${values.join(', ')})`}`,
      ),
      ...rules,
      trustLine(trust),
    ].join('\n');
  },
});
