import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/open-store.ts';
import { rememberedRow } from '../../src/remembered.ts';
import type { ReadScope, Store } from '../../src/store.ts';
import { tempStore } from '../temp-store.ts';

const people = ({ db }: Pick<ReadScope, 'db'>) =>
  db.selectFrom('people').select((eb) => eb.fn.countAll<number>().as('n'));

const addPerson = (store: Store, id: number) =>
  store.write(({ db }) =>
    db
      .insertInto('people')
      .values({ id, kind: 'tester', name: `${id}`, first_seen_at: 1 })
      .execute(),
  );

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
