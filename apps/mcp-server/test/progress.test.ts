import type { ProgressNotification } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { progressTeller } from '../src/mcp/progress.ts';

/** What a client with a token is told; `at` is the time of the next step. */
function teller() {
  const told: ProgressNotification['params'][] = [];
  const clock = { at: 0 };
  const tell = progressTeller(
    'token',
    async ({ params }) => {
      told.push(params);
    },
    () => clock.at,
  );
  return { told, clock, tell: (done: number, total: number) => tell?.({ done, total, message: `step ${done}` }) };
}

test('a client that did not ask is told nothing', () => {
  expect(progressTeller(undefined, async () => undefined)).toBeUndefined();
});

test('progress only grows, and is told now and then; the end in any case', () => {
  const { told, clock, tell } = teller();
  for (let step = 1; step <= 1000; step += 1) {
    clock.at = step;
    tell(step, 1000);
  }
  expect(told.length).toBeGreaterThan(3);
  expect(told.length).toBeLessThan(10);
  const numbers = told.map(({ progress }) => progress);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(told.at(-1)).toEqual({ progressToken: 'token', progress: 1000, total: 1000, message: 'step 1000' });
});

test('a step back, and a step that stands still, are not told', () => {
  const { told, clock, tell } = teller();
  tell(5, 10);
  clock.at = 1000;
  tell(4, 10);
  tell(5, 12);
  expect(told.map(({ progress }) => progress)).toEqual([5]);
});

test('a client that has gone does not stop the work', () => {
  const tell = progressTeller(1, () => Promise.reject(new Error('gone')));
  // A rejection that nobody takes would fail the run of these tests.
  expect(() => tell?.({ done: 1, total: 2, message: 'step' })).not.toThrow();
});
