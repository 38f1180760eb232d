import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/open-store.ts';
import { rememberedRow } from '../../src/remembered.ts';
import { addPerson, people } from '../people.ts';
import { tempStore } from '../temp-store.ts';

test('whatever is written and read in whatever order, what is remembered is what is there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('write', 'write elsewhere', 'read'), { maxLength: 12 }),
      async (steps) => {
        const store = await tempStore();
        const other = await openStore({ file: store.file });
        let written = 0;
        for (const step of steps) {
          if (step === 'read') {
            expect((await store.read((scope) => rememberedRow(scope.db, people(scope)))).n).toBe(written);
            continue;
          }
          written += 1;
          await addPerson(step === 'write' ? store : other, written);
        }
        await other.close();
      },
    ),
    { numRuns: 25 },
  );
});
