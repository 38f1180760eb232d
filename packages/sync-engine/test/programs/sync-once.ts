// Syncs the store of the first argument from the API at the second with the token of the third; waits as many milliseconds for
// other processes as the fourth says. Prints the record of the run, or the error, as JSON. With `gated` as sixth argument, bugs
// are asked for only once something has come on stdin.
import { once } from 'node:events';
import { type ApiClient, createApiClient } from '@testio-mcp/api-client';
import { systemClock, toTestioError } from '@testio-mcp/domain';
import { openStore } from '@testio-mcp/persistence';
import { runSync } from '../../src/index.ts';

const [file = '', baseUrl = '', token = '', waitMs = '0', ttlMs = '15000', gated] = process.argv.slice(2);
const store = await openStore({ file });
const client = createApiClient({ baseUrl, token, env: {} });
const opened = gated === undefined ? Promise.resolve() : once(process.stdin, 'data');
const api: ApiClient = behindGate(client);

const lease = { ttlMs: Number(ttlMs), heartbeatMs: Number(ttlMs) / 4 };
try {
  const record = await runSync({ store, api, clock: systemClock, lease }, { trigger: 'test', waitMs: Number(waitMs) });
  process.stdout.write(JSON.stringify({ id: record.id, status: record.status, requests: record.requests }));
} catch (thrown) {
  process.stdout.write(JSON.stringify(toTestioError(thrown).report()));
}
await client.close();
await store.close();
process.stdin.destroy();

function behindGate(inner: ApiClient): ApiClient {
  return Object.assign(Object.create(inner) as ApiClient, {
    withRetryBudget: (retries?: number) => behindGate(inner.withRetryBudget(retries)),
    listBugs: async (filter: Parameters<ApiClient['listBugs']>[0]) => {
      await opened;
      return inner.listBugs(filter);
    },
  });
}
