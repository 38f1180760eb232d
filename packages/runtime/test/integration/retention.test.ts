import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS } from '@testio-mcp/domain';
import { loadConfig, openRuntime } from '@testio-mcp/runtime';
import { startSandbox } from '@testio-mcp/sandbox';
import { expect, onTestFinished, test } from 'vitest';

interface ListedTest {
  readonly id: number;
  readonly title: string | null;
  readonly status: string;
  readonly end_at: string | null;
}

test('a limit of age in the configuration file: the same tests, old ones by their heads, answers that say so, and the way back', async () => {
  const sandbox = await startSandbox({ size: 'small' });
  onTestFinished(() => sandbox.close());
  const folder = mkdtempSync(join(tmpdir(), 'testio-retention-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = { TESTIO_CUSTOMER_API_BASE_URL: sandbox.url, TESTIO_CUSTOMER_API_TOKEN: sandbox.token };
  const open = async (days: number | null) => {
    const lines = Object.entries({ ...settings, ...(days === null ? {} : { TESTIO_RETENTION_DAYS: days }) });
    const text = lines.map(([name, value]) => `${name}=${value}\n`).join('');
    writeFileSync(join(folder, 'config.env'), text, { mode: 0o600 });
    const env = { TESTIO_HOME: folder, TESTIO_NOW: sandbox.now, LOG_LEVEL: 'silent' };
    const runtime = await openRuntime(loadConfig({ env }));
    onTestFinished(() => runtime.close());
    const listed = async () => {
      const { output } = await runtime.call('list_tests', { per_page: 200, freshness: 'cached' });
      return output as unknown as { tests: ListedTest[]; completeness: { missing: { what: string; count: number }[] } };
    };
    return { runtime, listed };
  };
  const today = Math.floor(Date.parse(sandbox.now) / DAY_MS) * DAY_MS;
  const isOld = ({ end_at, status }: ListedTest) =>
    end_at !== null &&
    Date.parse(end_at) < today - 90 * DAY_MS &&
    !['running', 'waiting', 'initialized'].includes(status);

  const whole = await open(null);
  await whole.runtime.sync({ trigger: 'test' });
  const { tests } = await whole.listed();
  const old = tests.filter(isOld);
  expect(old.length).toBeGreaterThan(5);
  expect(old.length).toBeLessThan(tests.length);
  await whole.runtime.close();

  const limited = await open(90);
  await limited.runtime.sync({ trigger: 'test' });
  const cut = await limited.listed();
  expect(cut.tests).toEqual(
    tests.map((one) => (isOld(one) ? expect.objectContaining({ id: one.id, title: null, status: one.status }) : one)),
  );
  expect(cut.completeness.missing).toContainEqual(
    expect.objectContaining({ what: 'beyond_retention', count: old.length }),
  );
  // A question that asks for everything new brings nothing of it back either.
  const [first] = old;
  const { output } = await limited.runtime.call('get_test_summary', { test_id: first?.id, freshness: 'now' });
  expect(output).toMatchObject({ test: { title: null }, bugs: null });
  await limited.runtime.close();

  const removed = await open(null);
  await removed.runtime.sync({ trigger: 'test' });
  expect((await removed.listed()).tests).toEqual(cut.tests);
  await removed.runtime.sync({ trigger: 'test', mode: 'full' });
  expect((await removed.listed()).tests).toEqual(tests);
});
