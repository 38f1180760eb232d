import { expect, test } from 'vitest';
import { PhaseTally } from '../src/phase-tally.ts';
import { Progress } from '../src/progress.ts';
import type { PhaseOutcome } from '../src/run-record.ts';
import { runStatus } from '../src/run-status.ts';
import { apiTrouble } from './fake-list.ts';

function outcome(
  phase: PhaseOutcome['phase'],
  status: PhaseOutcome['status'],
  productId: number | null = 1,
): PhaseOutcome {
  return { product_id: productId, product_title: null, phase, status, items: 0, rows_written: 0, error: null };
}

const account = [outcome('products', 'completed', null), outcome('reject_reasons', 'completed', null)];

test.each([
  ['completed', [...account, outcome('features', 'completed'), outcome('tests', 'completed')]],
  ['completed', account],
  ['partial', [...account, outcome('tests', 'partial')]],
  ['partial', [...account, outcome('features', 'completed'), outcome('tests', 'failed'), outcome('bugs', 'skipped')]],
  [
    'partial',
    [outcome('products', 'completed', null), outcome('reject_reasons', 'failed', null), outcome('tests', 'completed')],
  ],
  ['failed', [...account, outcome('features', 'failed'), outcome('tests', 'failed'), outcome('bugs', 'skipped')]],
  ['failed', [outcome('products', 'failed', null)]],
  ['failed', []],
] as const)('a run is %s by its outcomes', (status, outcomes) => {
  expect(runStatus(outcomes, 'finished')).toBe(status);
});

test('a run that was ended says how, whatever was done before', () => {
  expect(runStatus(account, 'cancelled')).toBe('cancelled');
  expect(runStatus(account, 'failed')).toBe('failed');
});

test('the status of a phase follows from what was to be read', () => {
  const tally = new PhaseTally({ id: 1, title: 'One' }, 'bugs');
  tally.hold();
  expect(tally.outcome().status).toBe('skipped');
  tally.expect(3);
  tally.read(1, 12, 30);
  expect(tally.outcome().status).toBe('partial');
  tally.read(2, 5, 0);
  expect(tally.outcome().status).toBe('partial');
  tally.release();
  expect(tally.outcome()).toMatchObject({ status: 'completed', items: 17, rows_written: 30, error: null });
  tally.expect(1);
  tally.lose(1, apiTrouble(503));
  tally.lose(1, apiTrouble(404));
  expect(tally.outcome()).toMatchObject({ status: 'partial', error: { upstream_status: 503 } });
  tally.fail(apiTrouble(404));
  expect(tally.outcome()).toMatchObject({ status: 'failed', error: { upstream_status: 503 } });
});

test('a phase of which nothing came has failed', () => {
  const tally = new PhaseTally(null, 'details');
  tally.expect(2);
  tally.lose(2, apiTrouble(500));
  expect(tally.outcome().status).toBe('failed');
});

test('steps beyond what was expected raise the total, and steps not needed count as done at the end', () => {
  const told: number[][] = [];
  const progress = new Progress(({ done, total }) => told.push([done, total]));
  const pages = progress.task(1);
  const bugs = progress.task(0);
  pages.step('a');
  pages.step('b');
  bugs.expect(4);
  bugs.expect(2);
  bugs.step('c');
  bugs.end('d');
  pages.end('e');
  expect(told).toEqual([
    [1, 1],
    [2, 2],
    [3, 6],
    [6, 6],
  ]);
});
