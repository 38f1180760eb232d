import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { withDeadline } from '../src/refresh/deadline.ts';

const LONG_MS = 60_000;

test('nobody listens to the signal of work that has ended, however it did, so that nothing of it stays in memory', async () => {
  const signals: AbortSignal[] = [];
  const ask = (work: () => Promise<number>) =>
    withDeadline(
      (signal) => {
        signals.push(signal);
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
        return work();
      },
      LONG_MS,
      new AbortController().signal,
    );
  expect(await ask(async () => 1)).toBe(1);
  await expect(ask(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(signals.map((signal) => getEventListeners(signal, 'abort').length)).toEqual([0, 0]);
});

test('who gave up does not wait for work that goes on', async () => {
  const caller = new AbortController();
  const asked = withDeadline(() => new Promise<never>(() => undefined), LONG_MS, caller.signal);
  caller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});
