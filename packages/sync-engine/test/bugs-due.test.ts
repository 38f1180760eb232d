import { DAY_MS, FINAL_TEST_STATUSES, TEST_STATUSES } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { BUGS_DUE_RULES, type BugsDueFacts, type BugsDueReason, bugsDue, bugsDueWords } from '../src/bugs-due.ts';

const NOW = Date.parse('2026-03-17T12:00:00Z');
const ago = (days: number) => NOW - days * DAY_MS;

/** An archived test that ended long ago and whose bugs were loaded yesterday: settled. */
const SETTLED: BugsDueFacts = {
  status: 'archived',
  startAt: ago(102),
  endAt: ago(100),
  statusChangedAt: null,
  bugsAt: ago(1),
  hasUndecidedBug: false,
  hasFailed: false,
};

const CASES: [string, Partial<BugsDueFacts>, BugsDueReason | null][] = [
  ['a settled test', {}, null],
  ['a settled test that was called off', { status: 'cancelled', endAt: null, startAt: null }, null],
  ['bugs never loaded', { bugsAt: null }, 'never_loaded'],
  ['bugs never loaded of a test before its start', { status: 'initialized', bugsAt: null }, 'never_loaded'],
  ['a last reading that failed', { hasFailed: true }, 'failed_before'],
  ['a status that became final after they were loaded', { statusChangedAt: ago(0.5) }, 'status_changed'],
  ['a status that became final in the same millisecond', { statusChangedAt: ago(1) }, 'status_changed'],
  ['a status that became final before they were loaded', { statusChangedAt: ago(2) }, null],
  ['a running test', { status: 'running' }, 'status_can_change'],
  ['a locked test', { status: 'locked' }, 'status_can_change'],
  ['a test that the customer finalized', { status: 'customer_finalized' }, 'status_can_change'],
  ['a status nobody knows', { status: 'brand_new' }, 'status_can_change'],
  ['no status at all', { status: null }, 'status_can_change'],
  ['a test before its start', { status: 'initialized', startAt: ago(-1), endAt: ago(-3) }, null],
  ['a test without a date to start', { status: 'waiting', startAt: null, endAt: null }, null],
  ['a test whose start has come', { status: 'waiting', startAt: NOW, endAt: ago(-1) }, 'status_can_change'],
  ['an undecided bug of a final test', { hasUndecidedBug: true }, 'undecided_bug'],
  ['a final test that ended nine days ago', { endAt: ago(9) }, 'acceptance_window'],
  ['bugs loaded within the window, which has closed', { endAt: ago(10.5), bugsAt: ago(1) }, 'acceptance_window'],
  ['bugs loaded as the window closed', { endAt: ago(11), bugsAt: ago(1) }, null],
  ['a final test that ends in the future', { endAt: ago(-2) }, 'acceptance_window'],
  ['ten days after the status became final', { statusChangedAt: ago(10), bugsAt: ago(9) }, 'last_look'],
  ['less than ten days after it', { statusChangedAt: ago(9.9), bugsAt: ago(9) }, null],
  ['ten days after it, already looked', { statusChangedAt: ago(12), bugsAt: ago(2) }, null],
  ['bugs loaded thirty days ago', { bugsAt: ago(30) }, 'long_ago'],
  ['bugs loaded less than thirty days ago', { bugsAt: ago(29.9) }, null],
];

test.each(CASES)('%s', (_, facts, reason) => {
  expect(bugsDue({ ...SETTLED, ...facts }, NOW)).toBe(reason);
});

test('every reason occurs among the cases, and has words of its own', () => {
  const reasons = new Set(CASES.map(([, , reason]) => reason).filter((reason) => reason !== null));
  expect(reasons).toEqual(new Set(['never_loaded', ...BUGS_DUE_RULES.map((rule) => rule.reason)]));
  expect(new Set([...reasons].map(bugsDueWords)).size).toBe(reasons.size);
});

test('only final statuses and those before the start are ever believed', () => {
  const believed = TEST_STATUSES.filter((status) => bugsDue({ ...SETTLED, status, startAt: null }, NOW) === null);
  expect(new Set(believed)).toEqual(new Set([...FINAL_TEST_STATUSES, 'initialized', 'waiting']));
});
