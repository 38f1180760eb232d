import type { FilledStore } from './filled-store.ts';

/** A question as it is asked of one store. */
export interface Question {
  readonly name: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The questions that must stay near the floor. */
export const NEAR_THE_FLOOR = ['list_products', 'list_tests', 'get_test_summary'] as const;

/** Two words that few things hold together, and two that very many do. */
export const SEARCHES = { 'search, two words': 'checkout keyboard', 'search, common words': 'open page' } as const;

/** A page of the same length on every account. Without it, an answer holds 6 products of a medium account and 50 of a large one. */
export const SAME_PAGE = 'list_products, 5 a page';

/** Every list, every summary, search and metrics, asked of a store about things that are in it. */
export function questionsOf({ ids }: FilledStore): Question[] {
  const product_id = middle(ids.products);
  const all: readonly (readonly [string, Record<string, unknown>])[] = [
    ['list_products', {}],
    ['list_tests', { per_page: 100, include_bug_counts: true }],
    ['get_test_summary', { test_id: middle(ids.tests) }],
    ['list_bugs', { product_id }],
    ['list_features', { product_id }],
    ['list_user_stories', { product_id }],
    ['list_users', {}],
    ['list_changes', { since: 'last 7 days' }],
    ['get_triage_queue', {}],
    ['get_product_summary', { product_id }],
    ['get_feature_summary', { feature_id: middle(ids.features) }],
    ['get_bug_summary', { bug_id: middle(ids.bugs) }],
    ['query_metrics', { metrics: 'bug_count', dimensions: 'severity,month' }],
    ['compare_periods', { product_id, period: 'last 90 days' }],
    ['get_release_readiness', { product_id }],
    ['generate_quality_report', { product_ids: [product_id], period: 'last 90 days' }],
    ['get_server_diagnostics', {}],
    ['get_problematic_tests', {}],
  ];
  const searches = Object.entries(SEARCHES).map(([name, query]) => ({ name, tool: 'search', input: { query } }));
  const cached = all.map(([tool, input]) => ({ name: tool, tool, input: { ...input, ...neverAsks(tool) } }));
  const samePage = { name: SAME_PAGE, tool: 'list_products', input: { per_page: 5, freshness: 'cached' } };
  return [...cached, samePage, ...searches];
}

/** Diagnostics and the list of failures are about the copy itself, and know no freshness. */
function neverAsks(tool: string): Record<string, string> {
  return /^(get_server_diagnostics|get_problematic_tests|get_analytics_capabilities)$/.test(tool)
    ? {}
    : { freshness: 'cached' };
}

function middle(ids: readonly number[]): number {
  return ids[Math.floor(ids.length / 2)] ?? 0;
}
