// Syncs a Test IO account into a file and asks two questions of it, with the packages alone: no server, no command
// line. Start it with `pnpm start`. It uses example data, or your account when TESTIO_CUSTOMER_API_TOKEN is set:
//
//   TESTIO_CUSTOMER_API_TOKEN=… STORE_FILE=account.db pnpm start
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '@testio-mcp/api-client';
import { systemClock } from '@testio-mcp/domain';
import { callOperation, type OperationContext } from '@testio-mcp/insights';
import { openStore } from '@testio-mcp/persistence';
import { startSandbox } from '@testio-mcp/sandbox';
import { Refresher, runSync } from '@testio-mcp/sync-engine';

// Whatever is opened on the way is closed at the end, the last first. Ctrl-C cancels what is running.
await using open = new AsyncDisposableStack();
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const { signal } = interruption;

// 1. Where the data come from: a real account, or a sandbox that serves example data on this machine.
const { TESTIO_CUSTOMER_API_TOKEN: token, TESTIO_CUSTOMER_API_BASE_URL, STORE_FILE } = process.env;
const account =
  token === undefined
    ? open.adopt(await startSandbox({ size: 'small' }), (sandbox) => sandbox.close())
    : { url: TESTIO_CUSTOMER_API_BASE_URL ?? 'https://api.test.io/customer/v2', token };

// 2. Where they go: a file of your choice, or one that is gone afterwards.
const clock = systemClock;
const file = STORE_FILE || join(await temporaryFolder(), 'account.db');
const store = open.adopt(await openStore({ file, clock }), (opened) => opened.close());
const api = open.adopt(createApiClient({ baseUrl: account.url, token: account.token }), (client) => client.close());

// 3. Sync. The record tells what was read; what could not be read is listed, never left out silently.
const record = await runSync({ store, api, clock }, { trigger: 'example', signal });
print(`Sync ${record.status}: ${record.requests} requests, ${record.rows_written} rows written.`);
for (const failure of record.failures) print(`  not read: ${failure.message}`);

// 4. Ask. The catalogue of questions is the one the MCP server and the command line use. Each answer comes as data that
//    fits the operation's schema, and as a short text; both say as of when they hold and what is missing.
//    What an answer shows is asked for first where it is old.
const refresher = new Refresher({
  store,
  clock,
  api: async () => api,
  async syncProduct(id, refreshSignal) {
    await runSync({ store, api, clock }, { productIds: [id], trigger: 'example', signal: refreshSignal });
  },
});
const context: OperationContext = {
  store,
  clock,
  signal,
  limits: { defaultPageSize: 20 },
  refresh: (shown, options) => refresher.refresh(shown, options),
  program: { version: '0.0.0', customer: null, apiBaseUrl: account.url },
};
const running = await callOperation(context, 'list_tests', { statuses: ['running'] });
print(`\nWhich tests are running now?\n${running.text}`);
const undecided = await callOperation(context, 'list_bugs', { status: 'open', sort_by: 'severity', per_page: 5 });
print(`\nWhich bugs wait for a decision?\n${undecided.text}`);

async function temporaryFolder(): Promise<string> {
  return open.adopt(await mkdtemp(join(tmpdir(), 'sync-and-ask-')), (path) => rm(path, { recursive: true }));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
