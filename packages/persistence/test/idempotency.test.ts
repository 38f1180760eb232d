import { expect, test } from 'vitest';
import { saveAccount } from './full-store.ts';
import { handClock, tempStore } from './temp-store.ts';

test('a whole account is written once and not a second time', async () => {
  const clock = handClock();
  const store = await tempStore({ clock });
  expect(await store.write(saveAccount)).toEqual({
    products: 2,
    features: 4,
    tests: 6,
    details: 3,
    executions: 2,
    reasons: 1,
    bugs: 5,
    finished: 0,
  });
  clock.set(2_000);
  expect(Object.values(await store.write(saveAccount))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});
