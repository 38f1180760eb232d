import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { examine, type Finding, loadConfig, openRuntime, programVersion, worstLevel } from '@testio-mcp/runtime';
import { type FaultRule, type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DOCTOR_CHECKS } from '../../src/doctor/finding.ts';
import { type DoctorMachine, thisMachine } from '../../src/doctor/machine.ts';

let sandbox: Sandbox;
let home: string;
let filled: Buffer;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  const folder = mkdtempSync(join(tmpdir(), 'testio-doctor-'));
  const config = loadConfig({ env: { ...settings(), TESTIO_HOME: folder, TESTIO_DB_PATH: join(folder, 'store.db') } });
  const runtime = await openRuntime(config);
  await runtime.sync({ trigger: 'test' });
  await runtime.close();
  filled = readFileSync(config.storeFile);
  rmSync(folder, { recursive: true });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'testio-doctor-'));
});
afterEach(() => {
  sandbox.clearFaults();
  rmSync(home, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
  TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
  TESTIO_NOW: sandbox.now,
  TESTIO_HTTP_PORT: '0',
  LOG_LEVEL: 'silent',
});

const storeFile = () => join(home, 'stores', 'default.db');

/** Puts a filled store into the home folder. */
function fillStore(): string {
  mkdirSync(join(home, 'stores'), { mode: 0o700 });
  writeFileSync(storeFile(), filled, { mode: 0o600 });
  return storeFile();
}

/** Changes the filled store past all that guards it. */
function spoil(sql: string): void {
  const database = new DatabaseSync(storeFile(), { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
}

interface Given {
  readonly env?: Record<string, string>;
  readonly machine?: Partial<DoctorMachine>;
  readonly fix?: boolean;
  readonly clients?: () => Promise<[]>;
}

async function examined({ env, machine, fix, clients = async () => [] }: Given = {}): Promise<Finding[]> {
  const load = () => loadConfig({ env: { ...settings(), TESTIO_HOME: home, ...env }, homeDir: home });
  return examine(load, { fix, clients, machine: { ...thisMachine, ...machine } });
}

/** An API that fails in this way. */
const fault =
  (kind: FaultRule['fault'], given: Given = {}) =>
  (): Given => {
    sandbox.addFaults([{ match: {}, fault: kind }]);
    return given;
  };

/** A filled store that was changed past all that guards it. */
const spoiled = (sql: string) => (): Given => {
  fillStore();
  spoil(sql);
  return {};
};

/** What is not as it should be. */
const wrong = (findings: readonly Finding[]) => findings.filter(({ level }) => ['warning', 'failure'].includes(level));

test('where all is well nothing is to be done, and every check has its say', async () => {
  fillStore();
  const findings = await examined();
  expect(wrong(findings)).toEqual([]);
  expect(worstLevel(findings)).toBe('ok');
  expect(findings.map(({ check }) => check)).toEqual(DOCTOR_CHECKS.filter((check) => check !== 'clients'));
});

test('looking changes nothing and creates nothing', async () => {
  const missing = join(home, 'not', 'there');
  await examined({ env: { TESTIO_HOME: missing } });
  expect(() => statSync(missing)).toThrow('ENOENT');
  const file = fillStore();
  await examined();
  expect(readFileSync(file).equals(filled)).toBe(true);
});

describe('what is broken is found, with what to do:', () => {
  const cases: [string, () => Given, Partial<Finding>][] = [
    [
      'an old Node',
      () => ({ machine: { nodeVersion: '20.11.0' } }),
      { check: 'node', level: 'failure', remedy: expect.stringContaining('Node') },
    ],
    [
      'a driver that cannot be loaded',
      () => ({ machine: { loadPersistence: () => Promise.reject(new Error('no native build was found')) } }),
      { check: 'sqlite', level: 'failure', remedy: 'npm install --global testio-mcp' },
    ],
    [
      'a bad setting',
      () => ({ env: { CACHE_TTL_SECONDS: 'soon' } }),
      { check: 'config', level: 'failure', why: expect.stringContaining('CACHE_TTL_SECONDS') },
    ],
    [
      'settings of the older product',
      () => {
        writeFileSync(join(home, '.testio-mcp.env'), `TESTIO_CUSTOMER_API_TOKEN=${sandbox.token}\n`, { mode: 0o600 });
        return { env: { TESTIO_HOME: join(home, '.testio-mcp'), TESTIO_CUSTOMER_API_TOKEN: '' } };
      },
      { check: 'config', level: 'warning', remedy: 'testio-mcp setup' },
    ],
    [
      'a home that is no folder',
      () => {
        writeFileSync(join(home, 'file'), '');
        return { env: { TESTIO_HOME: join(home, 'file') } };
      },
      { check: 'config', level: 'failure' },
    ],
    [
      'a configuration that others may read',
      () => {
        writeFileSync(join(home, 'config.env'), '');
        chmodSync(join(home, 'config.env'), 0o644);
        return {};
      },
      { check: 'permissions', level: 'warning', remedy: 'testio-mcp doctor --fix' },
    ],
    [
      'a log file whose folder is none',
      () => {
        writeFileSync(join(home, 'file'), '', { mode: 0o600 });
        return { env: { LOG_FILE: join(home, 'file', 'server.log') } };
      },
      { check: 'log', level: 'warning', remedy: expect.stringContaining('LOG_FILE') },
    ],
    [
      'no token',
      () => ({ env: { TESTIO_CUSTOMER_API_TOKEN: '' } }),
      { check: 'token', level: 'failure', remedy: 'testio-mcp setup' },
    ],
    [
      'a wrong token',
      () => ({ env: { TESTIO_CUSTOMER_API_TOKEN: 'wrong-0123456789' } }),
      { check: 'api', level: 'failure', what: expect.stringContaining('401'), remedy: 'testio-mcp setup' },
    ],
    [
      'a token that may not',
      fault('status:403'),
      { check: 'api', level: 'failure', what: expect.stringContaining('403') },
    ],
    ['too many requests', fault('429:30'), { check: 'api', level: 'failure', what: expect.stringContaining('429') }],
    ['an API that fails', fault('status:503'), { check: 'api', level: 'failure', why: expect.stringContaining('503') }],
    [
      'an API that does not answer',
      fault('timeout', { env: { HTTP_TIMEOUT_SECONDS: '1' } }),
      { check: 'api', level: 'failure', what: expect.stringContaining('in time') },
    ],
    [
      'an answer that is none',
      fault('garbage'),
      { check: 'api', level: 'failure', what: expect.stringContaining('not the Customer API') },
    ],
    [
      'a broken connection',
      fault('reset'),
      { check: 'api', level: 'failure', what: expect.stringContaining('cannot be reached') },
    ],
    [
      'a name that nobody knows',
      () => ({ env: { TESTIO_CUSTOMER_API_BASE_URL: 'http://nowhere.invalid/customer/v2' } }),
      { check: 'api', level: 'failure', what: expect.stringContaining('DNS') },
    ],
    [
      'an address without TLS',
      () => ({ env: { TESTIO_CUSTOMER_API_BASE_URL: sandbox.url.replace('http:', 'https:') } }),
      { check: 'api', level: 'failure', what: expect.stringContaining('TLS') },
    ],
    [
      'a proxy that is not there',
      () => ({
        env: {
          TESTIO_CUSTOMER_API_BASE_URL: 'https://api.test.example/customer/v2',
          HTTPS_PROXY: 'http://127.0.0.1:9',
        },
      }),
      { check: 'api', level: 'failure', what: expect.stringContaining('proxy') },
    ],
    [
      'products that are not there',
      () => ({ env: { TESTIO_PRODUCT_IDS: '999999' } }),
      { check: 'api', level: 'warning', what: expect.stringContaining('999999') },
    ],
    ['no store yet', () => ({}), { check: 'sync', level: 'warning', remedy: 'testio-mcp sync' }],
    [
      'a file that is no store',
      () => {
        mkdirSync(join(home, 'stores'), { mode: 0o700 });
        writeFileSync(storeFile(), 'Dear diary', { mode: 0o600 });
        return {};
      },
      { check: 'store', level: 'failure', why: expect.stringContaining('no SQLite database') },
    ],
    [
      'a store cut short',
      () => {
        truncateSync(fillStore(), filled.length / 2);
        return {};
      },
      { check: 'store', level: 'failure', remedy: 'testio-mcp store reset' },
    ],
    [
      'rows that refer to nothing',
      spoiled('delete from products'),
      { check: 'store', level: 'failure', remedy: 'testio-mcp store reset' },
    ],
    [
      'a store of another account',
      spoiled("update account set api_base_url = 'https://staging.example'"),
      { check: 'store', level: 'failure', why: expect.stringContaining('staging.example') },
    ],
    [
      'a store of a newer version',
      spoiled("insert into mikro_orm_migrations (name) values ('999_later')"),
      { check: 'migrations', level: 'failure', remedy: 'npm install --global testio-mcp@latest' },
    ],
    [
      'a store of an older version',
      spoiled('delete from mikro_orm_migrations where id = (select max(id) from mikro_orm_migrations)'),
      { check: 'migrations', level: 'warning', remedy: 'testio-mcp store migrate up' },
    ],
    [
      'things that search cannot find',
      spoiled("delete from search_documents where kind = 'bug'"),
      { check: 'search_index', level: 'failure', why: expect.stringContaining('search knows 0') },
    ],
    [
      'a sync that failed',
      spoiled(`insert into sync_runs
          (status, mode, "trigger", scope, started_at, finished_at, requests, rows_written, error)
          values ('failed', 'incremental', 'cli', 'null', 5, 6, 1, 0, '{"message": "Test IO was away."}')`),
      { check: 'sync', level: 'warning', why: 'Test IO was away.', remedy: 'testio-mcp sync' },
    ],
    [
      'an old copy',
      () => {
        fillStore();
        return { env: { TESTIO_NOW: '2099-01-01T00:00:00Z' } };
      },
      { check: 'sync', level: 'warning', what: expect.stringContaining('old') },
    ],
    [
      'names where pseudonyms are asked for',
      () => {
        fillStore();
        return { env: { TESTIO_PSEUDONYMISE: 'true' } };
      },
      { check: 'store', level: 'warning', remedy: 'testio-mcp status' },
    ],
    [
      'tests that are older than is asked for',
      () => {
        fillStore();
        return { env: { TESTIO_RETENTION_DAYS: '90' } };
      },
      { check: 'store', level: 'warning', remedy: 'testio-mcp sync' },
    ],
    [
      'a limit of age that is not asked for any more',
      spoiled('update account set retention_days = 90'),
      { check: 'store', level: 'warning', remedy: 'testio-mcp sync --full' },
    ],
    [
      'traces of what was forgotten',
      spoiled('update account set has_traces = 1'),
      { check: 'store', level: 'warning', remedy: 'testio-mcp store compact' },
    ],
    ['little room', () => ({ machine: { freeBytes: () => 300 * 1024 * 1024 } }), { check: 'disk', level: 'warning' }],
    [
      'no room',
      () => ({ machine: { freeBytes: () => 3 } }),
      { check: 'disk', level: 'failure', remedy: expect.stringContaining('store compact') },
    ],
    [
      'a disk that cannot be asked',
      () => ({
        machine: {
          freeBytes: () => {
            throw new Error('no statfs here');
          },
        },
      }),
      { check: 'disk', level: 'failure', why: expect.stringContaining('no statfs here') },
    ],
    [
      'an address that is not of this machine',
      () => ({ env: { TESTIO_HTTP_HOST: '203.0.113.1', TESTIO_HTTP_PORT: '8080' } }),
      { check: 'port', level: 'warning', why: expect.stringContaining('EADDRNOTAVAIL') },
    ],
    [
      'clients that cannot be looked at',
      () => ({ clients: () => Promise.reject(new Error('what clients?')) }),
      { check: 'clients', level: 'failure' },
    ],
  ];

  test.each(cases)('%s', async (_, breakIt, expected) => {
    const findings = await examined(breakIt());
    expect(wrong(findings)).toContainEqual(expect.objectContaining(expected));
    for (const { what, remedy } of wrong(findings)) expect(remedy, what).toBeTruthy();
  });
});

test('a configuration that cannot be read leaves the rest unlooked at, not unsaid', async () => {
  const findings = await examined({ env: { CACHE_TTL_SECONDS: 'soon' } });
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
  expect(levels).toMatchObject({ node: 'ok', sqlite: 'ok', config: 'failure', token: 'skipped', store: 'skipped' });
  expect(Object.keys(levels)).toEqual(DOCTOR_CHECKS.filter((check) => check !== 'clients'));
});

test('the rights of others are taken away when that is asked for', async () => {
  const file = fillStore();
  chmodSync(home, 0o755);
  chmodSync(file, 0o644);
  const mended = (await examined({ fix: true })).filter(({ check }) => check === 'permissions');
  expect(mended).toEqual([
    expect.objectContaining({ level: 'ok', what: expect.stringContaining(`Mended: ${home} `) }),
    expect.objectContaining({ level: 'ok', what: expect.stringContaining(`Mended: ${file} `) }),
  ]);
  expect([statSync(home).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(wrong(await examined())).toEqual([]);
});

test('folders that are not ours keep their rights: one may hold the logs of everybody', async () => {
  const shared = join(home, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  const env = { LOG_FILE: join(shared, 'server.log'), TESTIO_DB_PATH: join(shared, 'store.db') };
  expect(wrong(await examined({ env, fix: true })).filter(({ check }) => check === 'permissions')).toEqual([]);
  expect(statSync(shared).mode & 0o777).toBe(0o755);
});

test('a sync that runs is named, and one that was cut short blocks nobody', async () => {
  fillStore();
  const lease = async () => (await examined()).find(({ check }) => check === 'lease');
  const now = Date.now();
  spoil(
    `update sync_lease set owner = 'another machine', acquired_at = ${now}, heartbeat_at = ${now}, expires_at = ${now + 60_000}`,
  );
  expect(await lease()).toMatchObject({ level: 'ok', what: expect.stringContaining('another machine') });
  spoil('update sync_lease set acquired_at = 1, heartbeat_at = 1, expires_at = 2');
  expect(await lease()).toMatchObject({ level: 'ok', why: expect.stringContaining('cut short') });
});

describe('a port that is taken', () => {
  async function listening(server: ReturnType<typeof createServer>): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return String((server.address() as AddressInfo).port);
  }
  const port = async (TESTIO_HTTP_PORT: string) =>
    (await examined({ env: { TESTIO_HTTP_PORT } })).find(({ check }) => check === 'port');
  const live = (version: string) =>
    createHttpServer((_request, response) => response.end(JSON.stringify({ status: 'live', version })));

  test('by another program is a warning', async () => {
    const deaf = await listening(createServer((socket) => socket.end('220 welcome\r\n')));
    expect(await port(deaf)).toMatchObject({ level: 'warning', why: 'Another program listens there.' });
  });

  test('by this version of ours is as it should be, by another version is told', async () => {
    expect(await port(await listening(live(programVersion())))).toMatchObject({ level: 'ok' });
    const older = await port(await listening(live('0.0.0-older')));
    expect(older).toMatchObject({ level: 'warning', what: expect.stringContaining('0.0.0-older') });
  });
});

test('no finding shows the token, wherever it was pasted', async () => {
  const findings = await examined({
    env: {
      TESTIO_CUSTOMER_API_BASE_URL: `http://127.0.0.1:9/${sandbox.token}`,
      LOG_FILE: join(home, sandbox.token, 'x'),
    },
  });
  expect(JSON.stringify(findings)).not.toContain(sandbox.token);
  expect(JSON.stringify(findings)).toContain('[redacted]');
});
