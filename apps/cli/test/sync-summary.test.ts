import type { SyncFailure, SyncRunRecord } from '@testio-mcp/sync-engine';
import { expect, test } from 'vitest';
import { failureLines } from '../src/sync-summary.ts';

function bugsOf(testId: number, message: string): SyncFailure {
  const nowhere = { position: null, before_test_id: null, after_test_id: null };
  return {
    key: `bugs:${testId}`,
    kind: 'bugs',
    product_id: 7,
    test_id: testId,
    code: 'api_outage',
    message,
    ...nowhere,
  };
}

function recordOf(failures: SyncFailure[]): SyncRunRecord {
  return {
    id: 1,
    status: 'partial',
    mode: 'incremental',
    started_at: '2026-03-17T00:00:00.000Z',
    finished_at: '2026-03-17T00:00:01.000Z',
    duration_ms: 1_000,
    requests: 30,
    rows_written: 0,
    outcomes: [],
    failures,
    error: null,
  };
}

test('what one outage kept from being read takes one line, however many tests it was', () => {
  const down = Array.from({ length: 12 }, (_, index) => bugsOf(100 + index, 'Down.'));
  expect(failureLines(recordOf([...down, bugsOf(900, 'Garbage came.')]))).toEqual([
    '13 things could not be read:',
    '  - product 7, bugs of 12 tests (100, 101, 102, 103, 104 and 7 more): Down.',
    '  - product 7, bugs of test 900: Garbage came.',
  ]);
});
