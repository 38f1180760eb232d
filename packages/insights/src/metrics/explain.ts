import { METRICS, toIso } from '@testio-mcp/domain';
import { type DimensionName, dimension } from './dimensions.ts';
import { addsUp, countsTestsByBugs, hasDensity, type MetricQuery } from './query.ts';
import type { WrittenFilters } from './read-filters.ts';
import type { SortBy } from './table.ts';

/** The months in which fiscal years may begin. */
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

const words = (name: string) => name.replaceAll('_', ' ');

/** One sentence that says what was counted: fit to stand under a table that is quoted. */
export function explanation(
  query: MetricQuery,
  filters: Readonly<Record<string, readonly string[]>>,
  sort: SortBy | null,
): string {
  const { metrics, dimensions, period, timeAxis, timeZone, fiscalYearStartMonth } = query;
  const by = dimensions.length === 0 ? 'in all' : `by ${dimensions.map(words).join(' and ')}`;
  const where = Object.entries(filters).map(([name, values]) => `${words(name)} ${values.join(' or ')}`);
  const axis = timeAxis === 'test_end' ? 'tests that ended' : 'bugs reported';
  const from = period.from === null ? '' : ` from ${toIso(period.from)}`;
  const to = period.to === null ? '' : ` before ${toIso(period.to)}`;
  const hasTime = dimensions.some((name) => dimension(name).level === 'time');
  const parts = [
    `${metrics.map(words).join(', ')} ${by}`,
    ...(where.length === 0 ? [] : [`where ${where.join(', ')}`]),
    ...(from === '' && to === '' ? [] : [`${axis}${from}${to}`]),
    ...(hasTime ? [`times are those of ${timeAxis === 'test_end' ? 'test ends' : 'bug reports'} in ${timeZone}`] : []),
    ...(fiscalYearStartMonth === 1 ? [] : [`fiscal years begin in ${MONTHS[fiscalYearStartMonth - 1]}`]),
    ...(sort === null ? [] : [`sorted by ${words(sort.by)} ${sort.order === 'asc' ? 'ascending' : 'descending'}`]),
  ];
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What a reader must know not to misread the numbers. */
export function notesOn(query: MetricQuery): string[] {
  const { metrics } = query;
  const many = query.dimensions.filter((name) => dimension(name).isManyOfBugs || dimension(name).isManyOfTests);
  const overlapping = metrics.filter((name) => METRICS[name].additive && !addsUp(name, query));
  const byBugs = countsTestsByBugs(query);
  const ofTests = metrics.filter((name) => METRICS[name].of === 'tests');
  return [
    ...(query.dimensions.length > 0 && overlapping.length > 0
      ? [
          `Rows do not add up to the totals for ${overlapping.join(', ')}: a test or bug may count in several rows${many.length === 0 ? '' : ` (${many.join(', ')})`}, once in each.`,
        ]
      : []),
    ...(byBugs && ofTests.length > 0
      ? [`${ofTests.join(', ')}: only tests with at least one bug of the row, because bugs are grouped or filtered.`]
      : []),
    ...(metrics.includes('bugs_per_test') && !hasDensity(query)
      ? ['bugs_per_test is null: it is not known which tests ran when a bug was reported. Use time_axis test_end.']
      : []),
    ...(metrics.includes('time_to_review_hours')
      ? [
          'time_to_review_hours: only bugs whose review a sync saw happen; the API does not tell when a bug was reviewed.',
        ]
      : []),
  ];
}

/** The filters as the answer echoes them: what was asked for, in canonical words. */
export function echoedFilters(written: WrittenFilters): Record<string, string[]> {
  return Object.fromEntries(
    [...written].map(([name, values]: [DimensionName, readonly string[]]) => [name, [...values]]),
  );
}
