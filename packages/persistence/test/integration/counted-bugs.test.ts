import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { WriteScope } from '../../src/store.ts';
import { saveBugs } from '../../src/write/bugs.ts';
import { saveFeatures } from '../../src/write/features.ts';
import { saveProducts } from '../../src/write/products.ts';
import { finishTestList, saveTests } from '../../src/write/tests.ts';
import { type Account, account, listedProduct } from '../arbitraries.ts';
import { counted, wrong } from '../counted-rows.ts';
import { tempStore } from '../temp-store.ts';

async function saveAll(scope: WriteScope, { features, tests, bugs }: Account): Promise<void> {
  const ids = tests.map((one) => one.id);
  await saveProducts(scope, [listedProduct], { complete: true });
  await saveFeatures(scope, 1, features, { complete: true });
  await saveTests(scope, 1, tests);
  await finishTestList(scope, 1, { seenTestIds: ids, failedPositions: 0 });
  await saveBugs(scope, ids, bugs, []);
}

test('any account after any other is counted as it is', async () => {
  const store = await tempStore();
  const done = new Error('done');
  await fc.assert(
    fc.asyncProperty(account, account, async (first, second) => {
      const both = store.write(async (scope) => {
        await saveAll(scope, first);
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from bugs where deleted_at is null`.execute(scope.db);
        expect((await counted(scope)).length).toBe(rows[0]?.n);
        expect(await wrong(scope)).toBe(0);
        await saveAll(scope, second);
        expect(await wrong(scope)).toBe(0);
        throw done;
      });
      await both.catch((thrown: unknown) => {
        if (thrown !== done) throw thrown;
      });
    }),
    { numRuns: 15 },
  );
});
