import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { inspectStore, storeFile } from './inspect-store.ts';
import { KEYS, onTerminal } from './terminal-session.ts';
import { account, run, SLOW, start, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
});
afterAll(() => sandbox.close());

/** A home with a filled store. */
async function filledHome(): Promise<string> {
  const home = temporaryHome();
  // One test of the seeded account cannot be read.
  expect((await run(['sync', '--quiet'], account(home, sandbox))).code).toBe(3);
  return home;
}

const json = async (home: string, ...args: string[]) => {
  const { code, stdout } = await run(['store', ...args, '--json'], { TESTIO_HOME: home });
  return { code, document: JSON.parse(stdout) };
};

/** Makes it look as if another process were syncing. */
function holdLease(home: string): void {
  const database = new DatabaseSync(storeFile(home));
  const now = Date.now();
  database.exec(`update sync_lease set owner = 'another', expires_at = ${now + 60_000}, heartbeat_at = ${now}`);
  database.close();
}

test('a store is looked at, checked, compacted and copied', SLOW, async () => {
  const home = await filledHome();
  const file = storeFile(home);
  const { counts } = sandbox.state();
  const info = await json(home, 'info');
  expect(info).toMatchObject({ code: 0, document: { file, rows: { bugs: counts.bugs }, lease: { holder: null } } });
  expect((await run(['store', 'info'], { TESTIO_HOME: home })).stdout).toContain(file);
  expect(await json(home, 'check')).toMatchObject({ code: 0, document: { ok: true } });
  expect(await json(home, 'compact')).toMatchObject({ code: 0, document: { bytes_after: expect.any(Number) } });

  const copy = join(home, 'copy.db');
  expect(await json(home, 'backup', copy)).toMatchObject({ code: 0, document: { backup: copy } });
  expect((statSync(copy).mode & 0o777).toString(8)).toBe('600');
  expect(await json(home, 'backup', copy)).toMatchObject({ code: 2, document: { error: { code: 'file_exists' } } });
  expect(await json(home, 'backup', copy, '--overwrite')).toMatchObject({ code: 0 });
  const elsewhere = await run(['store', 'info', '--json'], { TESTIO_HOME: home, TESTIO_DB_PATH: copy });
  expect(JSON.parse(elsewhere.stdout).rows).toEqual(info.document.rows);
});

test('info says for how long tests are kept, and how many were forgotten', SLOW, async () => {
  const home = await filledHome();
  expect(await json(home, 'info')).toMatchObject({ document: { retention_days: null, forgotten_tests: 0 } });
  const limited = { ...account(home, sandbox), TESTIO_RETENTION_DAYS: '90' };
  expect((await run(['sync', '--quiet'], limited)).code).toBe(3);
  const { document } = await json(home, 'info');
  expect(document.retention_days).toBe(90);
  expect(document.forgotten_tests).toBeGreaterThan(0);
  const { stdout } = await run(['store', 'info'], { TESTIO_HOME: home });
  expect(stdout).toContain(`tests until 90 days after their end; ${document.forgotten_tests} forgotten`);
});

test('a check that finds something ends with exit code 1 and says what', SLOW, async () => {
  const home = await filledHome();
  const database = new DatabaseSync(storeFile(home));
  database.exec("delete from search_documents where kind = 'bug'");
  database.close();
  const checked = await json(home, 'check');
  expect(checked).toMatchObject({ code: 1, document: { ok: false } });
  const text = await run(['store', 'check'], { TESTIO_HOME: home });
  expect(text).toMatchObject({ code: 1, stderr: '' });
  expect(text.stdout).toContain('search knows 0');
  expect(text.stdout).toContain('testio-mcp store reset');
});

test('resetting asks first, keeps a copy, and takes the files of that customer alone', SLOW, async () => {
  const home = await filledHome();
  const file = storeFile(home);
  const other = join(dirname(file), 'other.db');
  writeFileSync(other, '');
  const asked = await json(home, 'reset');
  expect(asked).toMatchObject({ code: 2, document: { error: { code: 'not_confirmed' } } });
  expect(existsSync(file)).toBe(true);
  const { code, document } = await json(home, 'reset', '--yes');
  expect({ code, removed: document.removed }).toEqual({ code: 0, removed: [file] });
  expect(readdirSync(dirname(file)).sort()).toEqual(
    [document.backup.slice(dirname(file).length + 1), 'other.db'].sort(),
  );
  expect(await json(home, 'info')).toMatchObject({ code: 1, document: { error: { code: 'store_missing' } } });
  expect((await run(['sync', '--quiet'], account(home, sandbox))).code).toBe(3);
});

test('on a terminal a yes resets; a no and Ctrl-C leave everything as it is', SLOW, async () => {
  const home = await filledHome();
  const file = storeFile(home);
  const answers: [keys: string, code: number, stays: boolean][] = [
    [KEYS.enter, 2, true],
    [KEYS.interrupt, 130, true],
    [`y${KEYS.enter}`, 0, false],
  ];
  for (const [keys, code, stays] of answers) {
    const session = onTerminal(['store', 'reset'], { TESTIO_HOME: home, NO_COLOR: '1' });
    await session.see('Remove the store');
    session.type(keys);
    expect(await session.ended).toBe(code);
    expect(existsSync(file), session.shown()).toBe(stays);
  }
});

test('while somebody syncs, nothing is taken from under him: exit code 4', SLOW, async () => {
  const home = await filledHome();
  holdLease(home);
  for (const command of [['reset', '--yes'], ['compact'], ['migrate', 'down'], ['compact', '--wait', '0.2']]) {
    const { code, document } = await json(home, ...command);
    expect({ code, error: document.error }, command.join(' ')).toMatchObject({
      code: 4,
      error: { code: 'sync_in_progress', message: expect.stringContaining('another') },
    });
  }
  expect(inspectStore(home)).toMatchObject({ integrity: ['ok'], runs: ['partial'] });
  expect(await json(home, 'info')).toMatchObject({ code: 0, document: { lease: { holder: { owner: 'another' } } } });
});

test('a store that a server has open is not reset', SLOW, async () => {
  const home = await filledHome();
  const variables = { ...account(home, sandbox), TESTIO_REFRESH_INTERVAL_SECONDS: '0', LOG_LEVEL: 'info' };
  const { child } = start(['serve', '--transport', 'http', '--port', '0'], variables);
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => String(chunk).includes('serves http') && resolve());
  });
  expect(await json(home, 'reset', '--yes')).toMatchObject({ code: 1, document: { error: { code: 'store_in_use' } } });
  expect(await json(home, 'check')).toMatchObject({ code: 0 });
  child.kill('SIGTERM');
  expect(await json(home, 'reset', '--yes', '--wait', '20')).toMatchObject({ code: 0 });
});

test('migrations go down for an older program, with a copy, and up with the next use', SLOW, async () => {
  const home = await filledHome();
  const status = await json(home, 'migrate', 'status');
  expect(status).toMatchObject({ code: 0, document: { pending: [], unknown: [] } });
  const names: string[] = status.document.applied;
  const down = await json(home, 'migrate', 'down', names[0] ?? '');
  expect(down).toMatchObject({ code: 0, document: { undone: names.slice(1).toReversed() } });
  expect(existsSync(down.document.backup)).toBe(true);
  expect((await json(home, 'migrate', 'status')).document).toMatchObject({ pending: names.slice(1) });
  const up = await json(home, 'migrate', 'up');
  expect(up).toMatchObject({ code: 0, document: { ran: names.slice(1) } });
  expect((await json(home, 'check')).document).toMatchObject({ ok: true });
  expect(await json(home, 'migrate', 'down', 'nowhere')).toMatchObject({ code: 2 });
  const text = await run(['store', 'migrate', 'status'], { TESTIO_HOME: home });
  expect(text.stdout).toBe(`${names.map((name) => `applied  ${name}`).join('\n')}\n`);
});
