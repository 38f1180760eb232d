import { METRIC_NAMES, METRICS } from '@testio-mcp/domain';
import { DIMENSION_NAMES, dimension, FILTER_NAMES } from './dimensions.ts';

/** Most dimensions of one question. */
export const MOST_DIMENSIONS = 2;

/** What can be asked of metrics, as answers and docs tell it. */
export const CAPABILITIES = {
  metrics: METRIC_NAMES.map((name) => {
    const { formula, unit, additive } = METRICS[name];
    return { name, formula, unit, additive };
  }),
  dimensions: DIMENSION_NAMES.map((name) => {
    const { about, level, values, isManyOfTests, isManyOfBugs } = dimension(name);
    const overlaps = [...(isManyOfTests ? ['tests'] : []), ...(isManyOfBugs ? ['bugs'] : [])];
    return {
      name,
      about,
      of:
        level === 'test'
          ? 'tests and their bugs'
          : level === 'bug'
            ? 'bugs'
            : level === 'feature'
              ? 'tests, bugs'
              : 'time',
      is_filter: FILTER_NAMES.includes(name),
      ...(overlaps.length === 0 ? {} : { overlaps }),
      ...(values === undefined ? {} : { values: [...values] }),
    };
  }),
  rules: [
    `Any metrics together, by 0 to ${MOST_DIMENSIONS} dimensions in any combination; filters by any dimension but times, whether or not it is grouped by.`,
    'Filters are dimension=value,value: one of the values, and all of the filters. Ids, titles and names are accepted; (none) means without a value.',
    'Without a filter by test_status or test only executed tests count: running, locked, customer_finalized, archived.',
    'period and times mean the end of the test, or with time_axis bug_reported the report of the bug.',
    'Grouped or filtered by something that only bugs have, tests count if they have such a bug; bugs_per_test divides by all tests.',
    'Where a dimension overlaps, a test or bug counts once in each of its groups, so that groups do not add up; totals are counted apart.',
    'A metric is null where there is nothing to compute it from. A ratio NAME has its sample size in NAME_n.',
  ],
} as const;
