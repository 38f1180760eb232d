import { failureKey, recordFailure } from '@testio-mcp/persistence';
import { bug, device, exploratoryTest, feature, product, snapshot } from './entities.ts';
import { NOW, type Rig } from './rig.ts';

const TESTS_OF_A_PRODUCT = 50;
const FEATURES_OF_THE_FIRST = 20;

/**
 * So many tests, a product for every 50 of them, three bugs for each. The first product has as many features with a story each
 * as there are tests, and every test has a tester of its own.
 */
export const manyRows = (tests: number) => async (own: Rig) => {
  const products = Array.from({ length: Math.ceil(tests / TESTS_OF_A_PRODUCT) }, (_, index) => index + 1);
  await own.products(...products.map((id) => product({ id })));
  for (const id of products) {
    const ids = Array.from({ length: Math.min(TESTS_OF_A_PRODUCT, tests) }, (_, index) => id * 1000 + index);
    const rows = ids.map((testId) =>
      exploratoryTest({
        id: testId,
        endAt: NOW,
        features: [snapshot({ id: testId * 10, featureId: id * 10_000 }), snapshot({ id: testId * 10 + 1 })],
      }),
    );
    const features = id === 1 ? Math.max(tests, FEATURES_OF_THE_FIRST) : 1;
    const listed = Array.from({ length: features }, (_, index) => id * 10_000 + index).map((featureId) => ({
      feature: feature({
        id: featureId,
        userStories: [{ id: featureId, featureId, path: null, title: `Story ${featureId}` }],
      }),
      sectionIds: [],
    }));
    await own.features(id, ...listed);
    await own.tests(id, ...rows);
    const bugs = ids.flatMap((testId) =>
      [1, 2, 3].map((nth) =>
        bug({
          id: testId * 10 + nth,
          testId,
          featureId: id * 10_000,
          author: `tester ${testId}`,
          devices: [device('iOS', 'Tablets', ['Safari'])],
        }),
      ),
    );
    await own.bugs(ids, ...bugs);
    const [first] = rows;
    if (first !== undefined) await own.details(id, first);
    await own.write(async (scope) => {
      for (const testId of ids) await recordFailure(scope, failureKey(lost(id, testId)), lost(id, testId));
    });
  }
};

const lost = (productId: number, testId: number) => ({
  ...{ kind: 'executions', productId, testId, position: null },
  ...{ beforeTestId: null, beforeEndAt: null, afterTestId: null, afterEndAt: null },
  ...{ code: 'api_error', message: 'The API answered 500.', upstreamStatus: 500 },
});

/** Every operation that reads, asked in the ways that make other statements. */
export const QUESTIONS = [
  ['list_products', { per_page: 200 }],
  ['list_features', { product_id: 1, per_page: 200, detail: 'full' }],
  ['list_user_stories', { per_page: 200 }],
  ['list_tests', {}],
  ['list_tests', { include_bug_counts: true, per_page: 200, detail: 'full' }],
  ['list_tests', { product_id: 1, include_bug_counts: true, statuses: 'running', search: 'test' }],
  ['list_bugs', { per_page: 200 }],
  ['list_bugs', { product_id: 1, sort_by: 'severity', statuses: 'open', rejection_reason: 'unknown' }],
  ['get_triage_queue', { per_page: 200 }],
  ['get_triage_queue', { product_ids: [1], test_ids: [1000, 1001], severities: 'low', due_within_hours: 240 }],
  ['list_changes', { since: 'all', per_page: 200 }],
  ['list_changes', { since: '2026-03-17', product_ids: [1], entities: 'bug', changes: 'new,updated' }],
  ['list_users', { per_page: 200 }],
  ['search', { query: 'bug', per_page: 100 }],
  ['search', { query: 'bug', product_ids: [1], entities: 'bug' }],
  ['get_product_summary', { product_id: 1 }],
  ['get_feature_summary', { feature_id: 10_000 }],
  ['get_test_summary', { test_id: 1000 }],
  ['get_bug_summary', { bug_id: 10_001 }],
  ['get_user_summary', { user_id: 'tester 1000' }],
  ['query_metrics', { metrics: 'bug_count', dimensions: 'product,severity' }],
  ['query_metrics', { metrics: 'bug_count,features_tested,bugs_per_test', dimensions: 'feature,browser' }],
  ['get_analytics_capabilities', {}],
  ['compare_periods', { period: 'this month' }],
  ['get_release_readiness', { product_id: 1 }],
  ['generate_quality_report', { product_ids: [1], period: 'all' }],
  ['get_server_diagnostics', { include_sync_events: true }],
  ['get_problematic_tests', { per_page: 200, include_closed: true }],
] as const;

/** A question as it stands in a list. */
export function asked([name, input]: (typeof QUESTIONS)[number]): string {
  return `${name} ${JSON.stringify(input)}`;
}
