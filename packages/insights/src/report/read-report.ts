import {
  bugRates,
  bugTotal,
  type EpochMs,
  healthOf,
  JUDGED_RATE_NAMES,
  type MetricName,
  type MetricParts,
  metricValue,
  type Period,
  SEVERITIES,
  severityBucket,
  type Thresholds,
  toIso,
} from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import type { DimensionName } from '../metrics/dimensions.ts';
import type { Key, MetricQuery } from '../metrics/query.ts';
import { type BugGroup, readBugGroups, readMetricGroups, readMetrics } from '../metrics/read-metrics.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { toTitled } from '../shapes/titled.ts';
import { figuresOf, noCounts, readTests, sumOf, testStatuses, testTypes } from './counted-tests.ts';
import type { QualityReport } from './report-shape.ts';
import { trendOf } from './trend.ts';

type Db = ReadScope['db'];

/** What a report is about. One filter, which every part obeys. */
export interface ReportScope {
  /** Living products; all that have tests in scope when null. */
  readonly productIds: readonly number[] | null;
  readonly testIds: readonly number[] | null;
  readonly statuses: readonly string[];
  readonly period: Period;
  readonly timeZone: string;
  readonly fiscalYearStartMonth: number;
  readonly now: EpochMs;
  /** Of all products that have none of their own. */
  readonly thresholds: Thresholds;
  readonly productThresholds: ReadonlyMap<number, Thresholds>;
}

/** What is told of every test, and so of all groups of tests. */
const FIGURES: readonly MetricName[] = ['test_count', 'bug_count', 'known_bugs', 'bug_severity_score', 'bugs_per_test'];

/**
 * Reads a report. Call it inside one `store.read`, so that all parts come from the same state. The number of statements does not
 * depend on the data.
 */
export async function readReport(db: Db, scope: ReportScope): Promise<QualityReport> {
  const groupsBy = (...dimensions: DimensionName[]) => readBugGroups(db, metricQuery(scope, dimensions));
  const tests = await readTests(db, await readMetricGroups(db, { ...metricQuery(scope, ['test']), metrics: FIGURES }));
  const bySeverity = await groupsBy('product', 'severity');
  const byReason = await groupsBy('rejection_reason');
  const byFeature = await groupsBy('feature');
  // Testers are distinct over all tests; everything else adds up.
  const { totals: testers } = await readMetrics(db, { ...metricQuery(scope, []), metrics: ['active_testers'] });
  const totals = { ...sumOf(tests), testers: testers.testers };
  const byProduct = Map.groupBy(tests, ({ product_id }) => product_id);

  const titles = await readTitles(db, 'products', scope.productIds ?? [...byProduct.keys()]);
  // A report of one product is judged as that product is; several together, as products are that have nothing of their own.
  const [only = 0] = titles.size === 1 ? titles.keys() : [];
  const thresholds = scope.productThresholds.get(only) ?? scope.thresholds;
  const featureTitles = await readTitles(db, 'features', idsOf(byFeature));
  return {
    scope: {
      products: [...titles].map(([id, title]) => toTitled(id, title)),
      products_rest: 0,
      statuses: [...scope.statuses],
      ...(scope.testIds === null ? {} : { test_ids: [...scope.testIds] }),
    },
    period: {
      from: toIso(scope.period.from),
      to: toIso(scope.period.to),
      time_zone: scope.timeZone,
      ...(scope.fiscalYearStartMonth === 1 ? {} : { fiscal_year_start: scope.fiscalYearStartMonth }),
    },
    summary: {
      ...figuresOf(totals),
      tests_by_status: testStatuses(tests),
      tests_by_type: testTypes(tests),
      bugs_by_severity: severityCounts(bySeverity),
      known_bugs: metricValue('known_bugs', totals).value,
      severity_score: metricValue('bug_severity_score', totals).value,
      bugs_per_test: metricValue('bugs_per_test', totals),
      active_testers: metricValue('active_testers', totals).value,
      ...judged(totals, thresholds),
    },
    by_product: [...titles].map(([id, title]) => {
      const parts = sumOf(byProduct.get(id) ?? []);
      const own = scope.productThresholds.get(id);
      return {
        ...toTitled(id, title),
        ...figuresOf(parts),
        bugs_by_severity: severityCounts(bySeverity.filter(({ keys }) => keys[0] === id)),
        ...judged(parts, own ?? scope.thresholds),
        ...(own === undefined || titles.size === 1 ? {} : { thresholds: own }),
      };
    }),
    by_product_rest: 0,
    trend: trendOf(tests, scope),
    rejection_reasons: byReason
      .flatMap(({ keys: [reason], bugs: { rejected } }) =>
        rejected === 0 ? [] : [{ reason: String(reason ?? 'unknown'), bugs: rejected }],
      )
      .sort((a, b) => b.bugs - a.bugs || (a.reason < b.reason ? -1 : 1)),
    features: whole(
      byFeature
        .map(({ keys: [id], bugs }) => ({
          id: id === null ? null : Number(id),
          title: id === null ? null : cleanTesterText(featureTitles.get(Number(id)) ?? null),
          bugs: bugTotal(bugs),
          rejected: bugs.rejected,
        }))
        .sort((a, b) => b.bugs - a.bugs || (a.id ?? 0) - (b.id ?? 0)),
    ),
    tests: whole(
      tests.map(({ id, title, parts, ...test }) => ({
        ...toTitled(id, title),
        product_id: test.product_id,
        status: cleanTesterText(test.status),
        testing_type: cleanTesterText(test.testing_type),
        start_at: toIso(test.start_at),
        end_at: toIso(test.end_at),
        total_bugs: figuresOf(parts).total_bugs,
        bugs_by_status: parts.bugs,
      })),
    ),
    thresholds,
  };
}

function metricQuery(scope: ReportScope, dimensions: readonly DimensionName[]): MetricQuery {
  const filters = new Map<DimensionName, readonly Key[]>([['test_status', scope.statuses]]);
  if (scope.productIds !== null) filters.set('product', scope.productIds);
  if (scope.testIds !== null) filters.set('test', scope.testIds);
  const { period, timeZone, fiscalYearStartMonth, now } = scope;
  return {
    dimensions,
    filters,
    period,
    timeZone,
    fiscalYearStartMonth,
    now,
    timeAxis: 'test_end',
    metrics: [],
  };
}

/** Titles by id, in the order of titles. */
async function readTitles(db: Db, table: 'products' | 'features', ids: readonly number[]) {
  const rows = await db.selectFrom(table).select(['id', 'title']).where('id', 'in', idList(ids)).execute();
  const name = ({ title }: { title: string | null }) => (title ?? '').toLowerCase();
  rows.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a.id - b.id));
  return new Map(rows.map(({ id, title }) => [id, title]));
}

function idsOf(groups: readonly BugGroup[]): number[] {
  return groups.flatMap(({ keys: [id] }) => (id === null ? [] : [Number(id)]));
}

function judged({ bugs }: MetricParts, thresholds: Thresholds) {
  const rates = bugRates(bugs);
  const states = JUDGED_RATE_NAMES.map((name) => [name, healthOf(name, rates[name].value, thresholds[name])]);
  return { rates, health: Object.fromEntries(states) as QualityReport['summary']['health'] };
}

function severityCounts(groups: readonly BugGroup[]): QualityReport['summary']['bugs_by_severity'] {
  const counts = noCounts([...SEVERITIES, 'other'] as const);
  for (const { keys, bugs } of groups) {
    const severity = keys[1];
    counts[severityBucket(typeof severity === 'string' ? severity : null)] += bugTotal(bugs);
  }
  return counts;
}

function whole<Item>(items: Item[]) {
  return { total: items.length, items, rest: 0 };
}
