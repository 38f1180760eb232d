// Opens the store named by the first argument and writes as many people as the second says, one transaction each.
import { openStore } from '../../src/index.ts';

const [file = '', writes = '0', name = 'somebody'] = process.argv.slice(2);
const store = await openStore({ file });
for (let n = 0; n < Number(writes); n += 1) {
  await store.write(async ({ db, now }) => {
    const { people } = await db
      .selectFrom('people')
      .select((eb) => eb.fn.countAll<number>().as('people'))
      .executeTakeFirstOrThrow();
    // The id comes from what was read: two transactions that read the same would collide here.
    await db
      .insertInto('people')
      .values({ id: people + 1, kind: 'tester', name: `${name} ${n}`, first_seen_at: now })
      .execute();
  });
}
await store.close();
