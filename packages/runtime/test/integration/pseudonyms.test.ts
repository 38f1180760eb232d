import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, openRuntime, type Runtime } from '@testio-mcp/runtime';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());

function account(): { folder: string; open(pseudonymise: boolean): Promise<Runtime> } {
  const folder = mkdtempSync(join(tmpdir(), 'testio-pseudonyms-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = {
    TESTIO_HOME: folder,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_NOW: sandbox.now,
    LOG_LEVEL: 'silent',
  };
  return {
    folder,
    async open(pseudonymise) {
      const config = loadConfig({ env: { ...env, TESTIO_PSEUDONYMISE: String(pseudonymise) } });
      const runtime = await openRuntime(config);
      onTestFinished(() => runtime.close());
      return runtime;
    },
  };
}

async function users(runtime: Runtime, kind: 'tester' | 'customer'): Promise<string[]> {
  const { output } = await runtime.call('list_users', { user_type: kind, per_page: 200, freshness: 'cached' });
  return (output.users as { username: string }[]).map(({ username }) => username).sort();
}

test('a whole account under pseudonyms: no tester in the store, the same numbers, questions by pseudonym, nothing written twice', async () => {
  const [named, hidden] = [account(), account()];
  const plain = await named.open(false);
  await plain.sync({ trigger: 'test' });
  const names = await users(plain, 'tester');
  const customers = await users(plain, 'customer');
  expect(names.length).toBeGreaterThan(5);
  const counts = (await plain.call('get_server_diagnostics', {})).output.store as { counts: object };
  await plain.close();

  const runtime = await hidden.open(true);
  await runtime.sync({ trigger: 'test' });
  const pseudonyms = await users(runtime, 'tester');
  expect(pseudonyms).toHaveLength(names.length);
  for (const name of pseudonyms) expect(name).toMatch(/^tester-[0-9a-f]{12}$/);
  expect((await runtime.call('get_server_diagnostics', {})).output.store).toMatchObject({ counts: counts.counts });
  const shown = await runtime.call('get_user_summary', { user_id: pseudonyms[0], freshness: 'cached' });
  expect(JSON.stringify(shown.output)).toContain(pseudonyms[0]);
  const again = await runtime.sync({ trigger: 'test', mode: 'full' });
  expect(again.rows_written).toBe(0);
  await runtime.close();

  // Switched on for the store that was filled with names: nothing to write either.
  const switched = await named.open(true);
  expect((await switched.sync({ trigger: 'test', mode: 'full' })).rows_written).toBe(0);
  expect(await users(switched, 'tester')).toHaveLength(names.length);
  await switched.close();

  // Somebody may be both: customers keep their names.
  const testersOnly = names.filter((name) => !customers.includes(name));
  for (const { folder } of [named, hidden]) {
    const stores = readdirSync(join(folder, 'stores')).map((file) =>
      readFileSync(join(folder, 'stores', file), 'utf8'),
    );
    for (const name of testersOnly)
      expect(
        stores.some((text) => text.includes(name)),
        name,
      ).toBe(false);
  }

  // Switched off: the next full sync of everything brings the names back.
  const off = await hidden.open(false);
  expect(await users(off, 'tester')).toEqual(pseudonyms);
  await off.sync({ trigger: 'test' });
  expect(await users(off, 'tester')).toEqual(pseudonyms);
  await off.sync({ trigger: 'test', mode: 'full', productIds: [sandbox.state().ids.products[0] ?? 0] });
  await off.sync({ trigger: 'test', mode: 'full', since: 'last 90 days' });
  expect(await users(off, 'tester')).toEqual(pseudonyms);
  await off.sync({ trigger: 'test', mode: 'full' });
  expect(await users(off, 'tester')).toEqual(names);
  await off.close();
}, 120_000);
