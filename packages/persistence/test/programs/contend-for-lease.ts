// Takes the lease of the store named by the first argument again and again, writes under it, and now and then is silent past
// its expiry or walks away without giving it back. Begins when something comes on stdin, and ends once the store has as many pages
// as the second argument says, or after fifteen seconds.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireLease, openStore, type ReadScope, releaseLease, renewLease } from '../../src/index.ts';

const [file = '', pagesInAll = '0', owner = 'somebody'] = process.argv.slice(2);
const timing = { ttlMs: 60 };
const store = await openStore({ file });
const countPages = ({ db }: ReadScope) =>
  db
    .selectFrom('people')
    .select((eb) => eb.fn.countAll<number>().as('people'))
    .executeTakeFirstOrThrow();
await store.write(countPages);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();

let refused = 0;
const end = performance.now() + 15_000;
while (performance.now() < end && (await store.read(countPages)).people < Number(pagesInAll)) {
  const lease = await store.write((scope) => acquireLease(scope, owner, timing));
  if (lease === null) {
    await pause(Math.random() * 10);
    continue;
  }
  try {
    for (let pages = 1 + Math.random() * 8; pages > 0; pages -= 1) {
      await store.write(async (scope) => {
        await renewLease(scope, lease, timing);
        const { people } = await countPages(scope);
        await scope.db
          .insertInto('people')
          .values({
            id: people + 1,
            kind: 'tester',
            name: `${lease.token} ${owner} ${people}`,
            first_seen_at: scope.now,
          })
          .execute();
      });
      await pause(Math.random() < 0.15 ? 2 * timing.ttlMs : Math.random() * 8);
    }
    if (Math.random() < 0.7) await store.write((scope) => releaseLease(scope, lease));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'lease_lost')) throw thrown;
    refused += 1;
  }
}
await store.close();
process.stdout.write(`${refused}\n`);
