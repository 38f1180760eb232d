import type { Operation } from './operation.ts';
import { comparePeriods } from './operations/compare-periods.ts';
import { generateQualityReport } from './operations/generate-quality-report.ts';
import { getAnalyticsCapabilities } from './operations/get-analytics-capabilities.ts';
import { getBugSummary } from './operations/get-bug-summary.ts';
import { getFeatureSummary } from './operations/get-feature-summary.ts';
import { getProblematicTests } from './operations/get-problematic-tests.ts';
import { getProductSummary } from './operations/get-product-summary.ts';
import { getReleaseReadiness } from './operations/get-release-readiness.ts';
import { getServerDiagnostics } from './operations/get-server-diagnostics.ts';
import { getTestSummary } from './operations/get-test-summary.ts';
import { getTriageQueue } from './operations/get-triage-queue.ts';
import { getUserSummary } from './operations/get-user-summary.ts';
import { listBugs } from './operations/list-bugs.ts';
import { listChanges } from './operations/list-changes.ts';
import { listFeatures } from './operations/list-features.ts';
import { listProducts } from './operations/list-products.ts';
import { listTests } from './operations/list-tests.ts';
import { listUserStories } from './operations/list-user-stories.ts';
import { listUsers } from './operations/list-users.ts';
import { queryMetrics } from './operations/query-metrics.ts';
import { search } from './operations/search.ts';
import { syncData } from './operations/sync-data.ts';
import { supersededBy } from './superseded-names.ts';

/** Every operation, in the order in which surfaces list them: find, then look closer, then operate. */
export const operations: readonly Operation[] = [
  listProducts,
  listFeatures,
  listUserStories,
  listTests,
  listBugs,
  getTriageQueue,
  listChanges,
  listUsers,
  search,
  getProductSummary,
  getFeatureSummary,
  getTestSummary,
  getBugSummary,
  getUserSummary,
  queryMetrics,
  getAnalyticsCapabilities,
  comparePeriods,
  getReleaseReadiness,
  generateQualityReport,
  getServerDiagnostics,
  getProblematicTests,
  syncData,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

/** The operation of this name, or of one that a tool of the older product had; undefined where there is none. */
export function findOperation(name: string): Operation | undefined {
  return byName.get(supersededBy(name)?.name ?? name);
}
