import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexDocuments } from '../../src/sqlite/search-index.ts';
import type { WriteScope } from '../../src/store.ts';
import { saveBugs } from '../../src/write/bugs.ts';
import { saveFeatures } from '../../src/write/features.ts';
import { saveProducts } from '../../src/write/products.ts';
import { finishTestList, saveTests } from '../../src/write/tests.ts';
import { type Account, account, listedProduct } from '../arbitraries.ts';
import { story } from '../entities.ts';
import { documents, expectSound } from '../search-documents.ts';
import { handClock, tempStore } from '../temp-store.ts';

const TABLE_OF = [
  ['product', 'products'],
  ['feature', 'features'],
  ['test', 'tests'],
  ['bug', 'bugs'],
  ['user_story', 'user_stories'],
] as const;

async function saveAll(scope: WriteScope, { features, tests, bugs }: Account): Promise<void> {
  const ids = tests.map((one) => one.id);
  await saveProducts(scope, [listedProduct], { complete: true });
  await saveFeatures(scope, 1, features, { complete: true, unlinkedStories: [story({ id: 501 }), story({ id: 599 })] });
  await saveTests(scope, 1, tests);
  await finishTestList(scope, 1, { seenTestIds: ids, failedPositions: 0 });
  await saveBugs(scope, ids, bugs, []);
}

test('any account after any other: the index holds what lives, as if it were made anew', async () => {
  const store = await tempStore({ clock: handClock() });
  const undo = new Error('undo');
  await fc.assert(
    fc.asyncProperty(account, account, async (first, second) => {
      const attempt = store.write(async (scope) => {
        await saveAll(scope, first);
        await expectSound(scope);
        await saveAll(scope, second);
        await expectSound(scope);
        const kept = await documents(scope);
        await scope.db.deleteFrom('search_documents').execute();
        for (const [kind, table] of TABLE_OF) {
          const rows = await scope.db.selectFrom(table).select('id').execute();
          await indexDocuments(
            scope,
            kind,
            rows.map(({ id }) => id),
          );
        }
        expect(await documents(scope)).toEqual(kept);
        throw undo;
      });
      await attempt.catch((thrown: unknown) => {
        if (thrown !== undo) throw thrown;
      });
    }),
    { numRuns: 40 },
  );
});
