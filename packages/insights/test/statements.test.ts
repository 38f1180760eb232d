import { failureKey, recordFailure } from '@testio-mcp/persistence';
import { describe, expect, test } from 'vitest';
import { bug, device, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { NOW, type Rig, sharedRig } from './support/rig.ts';

/** A product for every 50 tests, three bugs for each test. */
const filled = (tests: number) => async (own: Rig) => {
  const products = Array.from({ length: Math.ceil(tests / 50) }, (_, index) => index + 1);
  await own.products(...products.map((id) => product({ id })));
  for (const id of products) {
    const ids = Array.from({ length: Math.min(50, tests) }, (_, index) => id * 1000 + index);
    const rows = ids.map((testId) =>
      exploratoryTest({
        id: testId,
        endAt: NOW,
        features: [snapshot({ id: testId * 10 }), snapshot({ id: testId * 10 + 1 })],
      }),
    );
    await own.features(id, { feature: feature({ id }), sectionIds: [] });
    await own.tests(id, ...rows);
    const bugs = ids.flatMap((testId) =>
      [1, 2, 3].map((nth) =>
        bug({
          id: testId * 10 + nth,
          testId,
          author: `tester ${testId % 7}`,
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

const QUESTIONS = [
  ['list_products', {}],
  ['list_tests', {}],
  ['list_tests', { include_bug_counts: true, per_page: 200, detail: 'full' }],
  ['list_tests', { product_id: 1, include_bug_counts: true, statuses: 'running', search: 'test' }],
  ['list_bugs', { per_page: 200 }],
  ['list_bugs', { product_id: 1, sort_by: 'severity', statuses: 'open', rejection_reason: 'unknown' }],
  ['get_triage_queue', { per_page: 200 }],
  ['get_triage_queue', { product_ids: [1], test_ids: [1000, 1001], severities: 'low', due_within_hours: 240 }],
  ['list_changes', { since: 'all', per_page: 200 }],
  ['list_changes', { since: '2026-03-17', product_ids: [1], entities: 'bug', changes: 'new,updated' }],
  ['get_product_summary', { product_id: 1 }],
  ['get_test_summary', { test_id: 1000 }],
  ['query_metrics', { metrics: 'bug_count,features_tested,bugs_per_test', dimensions: 'feature,browser' }],
  ['get_server_diagnostics', { include_sync_events: true }],
  ['get_problematic_tests', { per_page: 200, include_closed: true }],
] as const;

describe('the number of SQL statements does not depend on the number of rows', () => {
  const ten = sharedRig(filled(10));
  const many = sharedRig(filled(500));

  async function statementsFor(own: Rig, name: string, input: object): Promise<string[]> {
    await own.ask(name, input);
    own.statements.length = 0;
    await own.ask(name, input);
    return [...own.statements];
  }

  test.each(QUESTIONS)('%s %j', async (name, input) => {
    const few = await statementsFor(ten(), name, input);
    const lots = await statementsFor(many(), name, input);
    expect(lots).toHaveLength(few.length);
    expect(few.length).toBeGreaterThan(4);
    expect(few.length).toBeLessThan(20);
    // Raw answers of the API are kept for later questions; no answer is made from them.
    expect(
      [...few, ...lots].filter((sql) => /raw_json|"(tests|bugs)"\.\*|select \* from "(tests|bugs)/.test(sql)),
    ).toEqual([]);
  });

  test('the larger store does have more to count', async () => {
    expect((await ten().ask('list_tests')).total).toBe(10);
    const { tests, total } = await many().ask('list_tests', { include_bug_counts: true, per_page: 200 });
    expect(total).toBe(500);
    expect(new Set(tests.map((row: { bugs: { total: number } }) => row.bugs.total))).toEqual(new Set([3]));
  });
});
