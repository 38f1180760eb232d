import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import { describe, expect, test } from 'vitest';
import { findOperation, operations, type SyncRequest } from '../src/index.ts';
import { SUPERSEDED_NAMES } from '../src/superseded-names.ts';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, type Rig, sharedRig } from './support/rig.ts';

/** Two tests of a shop: one runs and has bugs of all kinds, one is over. */
async function shop(own: Rig): Promise<void> {
  await own.products(product({ id: 1, title: 'Shop' }));
  const [running, over] = [
    { id: 10, endAt: NOW },
    { id: 11, endAt: NOW - 40 * DAY, status: 'archived' },
  ];
  await own.tests(1, exploratoryTest(running), exploratoryTest(over));
  const bugs = ['critical', 'high', 'low', 'visual', 'content'].map((severity, index) =>
    bug({ id: index + 1, testId: 10, severity, status: index === 0 ? 'rejected' : 'forwarded' }),
  );
  await own.bugs([10, 11], ...bugs, bug({ id: 9, testId: 11, severity: 'high' }));
}

const QUIET: SyncRunRecord = {
  ...{ id: 1, status: 'completed', mode: 'full', started_at: '', finished_at: '', duration_ms: 0, requests: 0 },
  ...{ rows_written: 0, outcomes: [], failures: [], error: null },
};

/** Every name that is answered: older input, the operation, and the same question as it is asked now. */
const RENAMED: readonly (readonly [string, object, string, object])[] = [
  ['health_check', {}, 'get_server_diagnostics', { check_api: true }],
  ['get_database_stats', {}, 'get_server_diagnostics', {}],
  ['get_sync_history', { limit: 3 }, 'get_server_diagnostics', { include_sync_events: true, sync_event_limit: 3 }],
  ['force_sync_product', { product_id: 'shop' }, 'sync_data', { product_ids: [1], mode: 'full' }],
  ['get_test_status', { test_id: '10' }, 'get_test_summary', { test_id: 10 }],
  ['list_active_tests', { product_id: 1 }, 'list_tests', { product_id: 1, statuses: ['running'] }],
  ['list_active_tests', { status: 'archived' }, 'list_tests', { statuses: ['archived'] }],
  [
    'get_test_bugs',
    { test_id: 10, bug_type: 'functional', severity: 'all', status: 'all', page_size: 1000 },
    'list_bugs',
    { test_ids: [10], severities: ['critical', 'high', 'low'], per_page: 200 },
  ],
  [
    'get_test_bugs',
    { test_id: 10, severity: 'high, visual', bug_type: 'functional' },
    'list_bugs',
    { test_ids: [10], severities: ['high'] },
  ],
  [
    'get_test_bugs',
    { test_id: 10, bug_type: 'visual', status: 'forwarded', page_size: 2 },
    'list_bugs',
    { test_ids: [10], severities: ['visual'], statuses: ['open'], per_page: 2 },
  ],
  [
    'get_test_activity',
    { product_ids: [1], start_date: '2026-01-01', end_date: '2026-03-31', include_bugs: true, date_field: 'ends' },
    'query_metrics',
    {
      ...{ metrics: ['test_count', 'bug_count'], dimensions: ['product', 'month'], filters: ['product=1'] },
      period: '2026-01-01..2026-03-31',
    },
  ],
  [
    'get_test_activity_by_timeframe',
    { product_ids: '1' },
    'query_metrics',
    { metrics: ['test_count'], dimensions: ['product', 'month'], filters: ['product=1'] },
  ],
  [
    'generate_multi_test_report',
    { product_ids: [1], start_date: '2026-01-01', end_date: '2026-03-31', date_field: 'ends' },
    'generate_quality_report',
    { product_ids: [1], period: '2026-01-01..2026-03-31' },
  ],
  [
    'generate_ebr_report',
    { product_id: 'shop', force_refresh: true },
    'generate_quality_report',
    { product_ids: [1], freshness: 'now' },
  ],
  [
    'get_product_quality_report',
    { product_id: 1, statuses: 'running', tests_limit: 5 },
    'generate_quality_report',
    { product_ids: [1], statuses: ['running'] },
  ],
];

describe('names of the older product', () => {
  const own = sharedRig(shop);
  const asked: SyncRequest[] = [];
  const sync = async (request: SyncRequest) => {
    asked.push(request);
    return QUIET;
  };
  const pingApi = async () => ({ latencyMs: 1, productCount: 1 });
  const changes = () => ({ sync, program: { ...own().context().program, pingApi } });

  test.each(RENAMED)('%s %j is answered as %s %j', async (name, older, successor, newer) => {
    const answer = await own().call(name, older, changes());
    expect(answer.operation.name).toBe(successor);
    expect(answer.output).toEqual(await own().ask(successor, newer, changes()));
    expect(answer.text.split('\n')[0]).toBe(`${name} is ${successor} now.`);
  });

  const withdrawn = Object.entries(SUPERSEDED_NAMES).filter(([, { name }]) => name === null);

  test.each(withdrawn.map(([name]) => name))('%s is refused, and names a call that exists', async (name) => {
    const { code, kind, facts } = await own().refuse(name, { product_id: 1 });
    expect({ code, kind }).toEqual({ code: 'tool_withdrawn', kind: 'validation' });
    const [, instead = ''] = /^Call (\w+)/.exec(facts.next ?? '') ?? [];
    expect(operations.map((operation) => operation.name)).toContain(instead);
    expect(findOperation(name)).toBeUndefined();
  });

  test('are all tried here, lead to operations that exist, and are never listed', () => {
    const tried = new Set([...RENAMED.map(([name]) => name), ...withdrawn.map(([name]) => name)]);
    expect([...tried].sort()).toEqual(Object.keys(SUPERSEDED_NAMES).sort());
    const listed = new Set(operations.map(({ name }) => name));
    for (const [older, { name }] of Object.entries(SUPERSEDED_NAMES)) {
      expect(listed.has(older), older).toBe(false);
      if (name !== null) expect(findOperation(older)?.name, older).toBe(name);
    }
  });

  test('ask for what they always asked for, and refuse what they cannot mean', async () => {
    const refuse = async (name: string, input: unknown) => (await own().refuse(name, input, changes())).facts.field;
    expect(await refuse('get_test_bugs', { status: 'open' })).toBe('test_id');
    expect(await refuse('force_sync_product', null)).toBe('product_id');
    expect(await refuse('get_test_status', {})).toBe('test_id');
    expect(await refuse('get_test_bugs', { test_id: 10, bug_type: 'visual', severity: 'high' })).toBe('severities');
    expect(await refuse('get_test_bugs', { test_id: 10, bug_type: 'odd' })).toBe('severities');
    expect(await refuse('get_test_activity', { date_field: 'created' })).toBe('date_field');
    expect(await refuse('get_sync_history', { limit: 500 })).toBe('sync_event_limit');
    expect(await refuse('get_database_stats', 'nothing')).toBe('input');
    expect(await refuse('generate_ebr_report', {})).toBe('product_id');
    expect(await refuse('generate_multi_test_report', { product_ids: [1], date_field: 'any' })).toBe('date_field');
    expect(await refuse('health_check', { nonsense: 1 })).toBe('nonsense');
  });

  test('pages of bugs are walked with the token of the page before', async () => {
    const first = await own().ask('get_test_bugs', { test_id: 10, page_size: 3 });
    const input = { test_id: 10, page_size: 3, continuation_token: first.next_cursor };
    const second = await own().ask('get_test_bugs', input);
    const ids = [...first.bugs, ...second.bugs].map(({ id }: { id: number }) => id);
    expect(ids.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(second.next_cursor).toBeNull();
  });
});
