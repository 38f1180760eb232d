import { expect, test } from 'vitest';
import { idsIn, rigOf } from './harness.ts';

test('after a sync the store holds exactly what a complete reader ends up with', async () => {
  const { sandbox, store, sync } = await rigOf();
  const record = await sync();
  expect(record.status).toBe('partial');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
});
