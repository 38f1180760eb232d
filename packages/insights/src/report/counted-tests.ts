import {
  addParts,
  type EpochMs,
  type MetricParts,
  metricValue,
  noParts,
  TEST_STATUSES,
  TESTING_TYPES,
  testStatusBucket,
} from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import type { MetricGroup } from '../metrics/read-metrics.ts';
import type { QualityReport } from './report-shape.ts';

type Db = ReadScope['db'];

/** A test of the report with its counts. */
export interface CountedTest {
  readonly id: number;
  readonly product_id: number;
  readonly title: string | null;
  readonly status: string | null;
  readonly testing_type: string | null;
  readonly start_at: EpochMs | null;
  readonly end_at: EpochMs | null;
  readonly parts: MetricParts;
}

/** The tests of these groups by test, newest end first. */
export async function readTests(db: Db, groups: readonly MetricGroup[]): Promise<CountedTest[]> {
  const parts = new Map(groups.map((group) => [Number(group.keys[0]), group.parts]));
  const rows = await db
    .selectFrom('tests')
    .select(['id', 'product_id', 'title', 'status', 'testing_type', 'start_at', 'end_at'])
    .where('id', 'in', idList([...parts.keys()]))
    .execute();
  return rows
    .map((row) => ({ ...row, parts: parts.get(row.id) ?? noParts() }))
    .sort((a, b) => (b.end_at ?? Number.NEGATIVE_INFINITY) - (a.end_at ?? Number.NEGATIVE_INFINITY) || b.id - a.id);
}

/** The figures that every part of a report has. */
export function figuresOf(parts: MetricParts) {
  return {
    total_tests: parts.tests,
    total_bugs: metricValue('bug_count', parts).value,
    bugs_by_status: parts.bugs,
  };
}

/** Tests by status. */
export function testStatuses(tests: readonly CountedTest[]): QualityReport['summary']['tests_by_status'] {
  const counts = noCounts([...TEST_STATUSES, 'other'] as const);
  for (const { status } of tests) counts[testStatusBucket(status)] += 1;
  return counts;
}

/** Tests by type; types that are not known count as other. */
export function testTypes(tests: readonly CountedTest[]): QualityReport['summary']['tests_by_type'] {
  const counts = noCounts([...TESTING_TYPES, 'other'] as const);
  for (const { testing_type: type } of tests) counts[TESTING_TYPES.find((known) => known === type) ?? 'other'] += 1;
  return counts;
}

/** Nothing yet under each of these names. */
export function noCounts<const Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

/** Counts of tests that share nothing, added up. */
export function sumOf(tests: readonly CountedTest[]): MetricParts {
  return tests.reduce((sum, { parts }) => addParts(sum, parts), noParts());
}
