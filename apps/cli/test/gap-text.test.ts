import { expect, test } from 'vitest';
import { gapText } from '../src/gap-text.ts';

test.each([
  ['tests', 1, '1 test: gone'],
  ['tests', 2_000, '2,000 tests: gone'],
  ['bugs_of_tests', 1, 'bugs of 1 test: gone'],
  ['features_of_products', 3, 'features of 3 products: gone'],
  ['test_details', 0, '0 test details: gone'],
  ['refresh', 2, '2 refresh: gone'],
  ['everything', null, 'everything: gone'],
] as const)('%s, %s of them', (what, count, text) => {
  expect(gapText({ what, count, why: 'gone' })).toBe(text);
});
