// Syncs the store of the first argument like sync-once.ts, from the API at the second with the token of the third, in the mode of
// the fourth, its clock set back by the milliseconds of the fifth. Is killed at the point that the sixth names: `before` or
// `after`, `request` or `commit`, and its number from 1, as in `before:commit:7`. With a number that is never reached it ends by
// itself and prints how many there were.
import { subscribe } from 'node:diagnostics_channel';
import { createApiClient } from '@testio-mcp/api-client';
import { openStore, type Store } from '@testio-mcp/persistence';
import { runSync, type SyncMode } from '../../src/index.ts';

const [file = '', baseUrl = '', token = '', mode = 'incremental', clockBackMs = '0', point = ''] =
  process.argv.slice(2);
const [when, what, number] = point.split(':');
const counts = { request: 0, commit: 0 };

/** Ends this process as a power failure of its machine would: nothing is flushed, nobody is told. */
function arriveAt(side: 'before' | 'after', kind: 'request' | 'commit', nth: number): void {
  if (side === when && kind === what && nth === Number(number)) process.kill(process.pid, 'SIGKILL');
}

// What undici tells of itself: a request that is about to be sent, and an answer that has come in full.
subscribe('undici:request:create', () => {
  counts.request += 1;
  arriveAt('before', 'request', counts.request);
});
let answers = 0;
subscribe('undici:request:trailers', () => {
  answers += 1;
  arriveAt('after', 'request', answers);
});

/** A store whose commits can be the last thing that happens. */
function mortal(store: Store): Store {
  return {
    file: store.file,
    get unitsInFlight() {
      return store.unitsInFlight;
    },
    read: (work) => store.read(work),
    async write(work) {
      let commit = 0;
      const result = await store.write(async (scope) => {
        const answer = await work(scope);
        counts.commit += 1;
        commit = counts.commit;
        arriveAt('before', 'commit', commit);
        return answer;
      });
      arriveAt('after', 'commit', commit);
      return result;
    },
    version: () => store.version(),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
  };
}

const clock = { now: () => Date.now() - Number(clockBackMs) };
const store = await openStore({ file, clock });
const api = createApiClient({ baseUrl, token, env: {}, sleep: async () => undefined });
// Whoever comes after the killed process shall not have to wait for its lease.
const lease = { ttlMs: 1, heartbeatMs: 60_000 };
const record = await runSync({ store: mortal(store), api, clock, lease }, { trigger: 'test', mode: mode as SyncMode });
process.stdout.write(JSON.stringify({ status: record.status, requests: counts.request, commits: counts.commit }));
await api.close();
await store.close();
