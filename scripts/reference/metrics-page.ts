import { metricCapabilities } from '@testio-mcp/insights';
import { GENERATED, table } from './markdown.ts';

/** docs/reference/metrics.md: every metric and dimension, from the definitions that compute them. */
export function metricsPage(): string {
  const { metrics, dimensions, rules } = metricCapabilities;
  return [
    '# Metrics',
    GENERATED,
    'Each number has one definition, which summaries, `query_metrics`, reports and this page share. Shares are fractions from 0 to 1. Additive: the values of groups that share no test and no bug add up to the value of all of them.',
    '## Metrics of tests and bugs',
    table(
      ['Metric', 'Formula', 'Unit', 'Additive'],
      metrics.map(({ name, formula, unit, additive }) => [`\`${name}\``, formula, unit, additive ? 'yes' : 'no']),
    ),
    '## Dimensions and filters',
    table(
      ['Dimension', 'What it is', 'Of', 'Filter', 'Groups overlap for', 'Values'],
      dimensions.map(({ name, about, of, is_filter, overlaps = [], values = [] }) => [
        `\`${name}\``,
        about,
        of,
        is_filter ? 'yes' : 'no',
        overlaps.join(', '),
        values.map((value) => `\`${value}\``).join(', '),
      ]),
    ),
    '## Rules',
    rules.map((rule) => `- ${rule}`).join('\n'),
    '',
  ].join('\n\n');
}
