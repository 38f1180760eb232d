import type { Account } from '../account/account.ts';
import type { TestRecord } from '../account/records.ts';
import { testText } from '../generate/test-text.ts';

const seededTitles = new WeakMap<TestRecord, string>();

/** The title of a test, which its bugs and runs repeat. */
export function testTitle(account: Account, test: TestRecord): string {
  const edited = test.edits.title;
  if (typeof edited === 'string') return edited;
  const seed = account.testSeed(test);
  const known = seededTitles.get(seed);
  if (known !== undefined) return known;
  const { title } = testText(account.root, account.productSeed(seed.productId), seed);
  seededTitles.set(seed, title);
  return title;
}
