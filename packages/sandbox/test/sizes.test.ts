import { expect, test } from 'vitest';
import { sandboxForTest } from './sandbox-client.ts';

test.each([
  ['small', { products: 3, features: 27, user_stories: 93, tests: 60, bugs: 400, people: 18 }, 1],
  ['medium', { products: 6, features: 300, user_stories: 1772, tests: 730, bugs: 8000, people: 45 }, 3],
] as const)('a %s account has the promised size', async (size, counts, poisoned) => {
  const sandbox = await sandboxForTest({ size });
  const state = sandbox.state();
  expect(state.counts).toEqual(counts);
  expect(state.poisoned).toHaveLength(poisoned);
});
