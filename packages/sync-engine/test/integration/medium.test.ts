import { expect, test } from 'vitest';
import { blemishes, idsIn, membershipsAt, membershipsIn, rigOf } from '../harness.ts';

const MINUTE = 60_000;

test('a typical account is copied exactly, at the cost of the least number of requests', {
  timeout: 4 * MINUTE,
}, async () => {
  const { sandbox, store, api, sync } = await rigOf({ size: 'medium' });
  const record = await sync();
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  expect(record.status).toBe('partial');
  expect(record.failures).toHaveLength(sandbox.state().poisoned.length);
  expect(record.failures.every((failure) => failure.kind === 'test_position')).toBe(true);
  expect(blemishes(record).every((blemish) => blemish.startsWith('tests of '))).toBe(true);
  const ratio = record.requests / sandbox.bound().first_sync;
  process.stderr.write(`requests ${record.requests}, ${ratio.toFixed(3)} of the bound\n`);
  expect(ratio).toBeLessThanOrEqual(1.05);
  const memberships = await membershipsIn(store);
  expect(memberships).toEqual(await membershipsAt(api));
  const shared = Map.groupBy(memberships, (one) => one.split('/').at(-1));
  expect([...shared.values()].some((sections) => sections.length > 1)).toBe(true);
  const again = await sync();
  expect(again).toMatchObject({ status: 'partial', rows_written: 0 });
  expect(again.failures.map((failure) => failure.key).sort()).toEqual(
    record.failures.map((failure) => failure.key).sort(),
  );
});
