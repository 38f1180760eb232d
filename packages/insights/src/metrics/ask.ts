import { EXECUTED_TEST_STATUSES, METRIC_NAMES, METRICS, type MetricName } from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import { invalidInput, quoted } from '../input/errors.ts';
import { withForm } from '../input/forms.ts';
import { nearest } from '../input/nearest.ts';
import type { Facet } from '../trust/ground.ts';
import { readTrust } from '../trust/read-trust.ts';
import type { Trust } from '../trust/shape.ts';
import type { DimensionName } from './dimensions.ts';
import { countsTestsByBugs, type MetricQuery } from './query.ts';
import { filtersFrom, type WrittenFilters } from './read-filters.ts';
import { testsInScope } from './scope.ts';

/** Names of metrics. Any text is taken: all names would cost more tokens than the rest of an operation. */
export const metricsParameter = z
  .array(z.string().max(100))
  .min(1)
  .describe('Such as test_count, bug_count, open_bugs, bugs_per_test, rejection_rate.');

/** Filters in the form of parseFilters. */
export const filtersParameter = withForm(z.array(z.string().max(2000)), { read: filtersFrom }).describe(
  'dimension=value,value; default: executed tests.',
);

/**
 * The metrics that are meant by these names.
 *
 * @throws TestioError `invalid_input` for what is none, with the nearest ones
 */
export function metricNames(texts: readonly string[]): MetricName[] {
  // A list in one item, as shells and people write it.
  const given = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  const names = given.map((text) => {
    const word = text.toLowerCase().replaceAll(/[\s-]+/g, '_');
    const name = METRIC_NAMES.find((each) => each === word);
    if (name !== undefined) return name;
    throw invalidInput({
      field: 'metrics',
      received: text,
      problem: `does not know the metric ${quoted(text)}`,
      accepted: nearest(word, METRIC_NAMES),
    });
  });
  return [...new Set(names)];
}

/** Tests that were executed, unless statuses or single tests are asked for. */
export function withDefaults(filters: WrittenFilters): WrittenFilters {
  if (filters.has('test_status') || filters.has('test')) return filters;
  return new Map([...filters, ['test_status', EXECUTED_TEST_STATUSES]]);
}

/** Dimensions that a test has no value of once no more than its head is kept. */
const OF_WHOLE_TESTS: readonly DimensionName[] = ['customer_user', 'test_environment', 'required_platform'];

/** How far the metrics of a question can be trusted. */
export function trustOf(db: ReadScope['db'], query: MetricQuery): Promise<Trust> {
  const names = [...query.dimensions, ...query.filters.keys()];
  const usesBugs = countsTestsByBugs(query) || query.metrics.some((name) => METRICS[name].of === 'bugs');
  const facets: Facet[] = [
    'test_lists',
    ...(usesBugs ? (['bugs'] as const) : []),
    ...(OF_WHOLE_TESTS.some((name) => names.includes(name)) ? (['test_parts'] as const) : []),
    ...(names.includes('rejection_reason') ? (['rejection_reasons'] as const) : []),
  ];
  const ids = (name: DimensionName) => query.filters.get(name)?.filter((key) => typeof key === 'number');
  const products = ids('product');
  const tests = ids('test');
  return readTrust(db, {
    products: products === undefined ? null : idList(products),
    ...(tests === undefined ? {} : { tests: idList(tests) }),
    bugsOf: sql`(select test_id from (${testsInScope(query)}))`,
    facets,
  });
}
