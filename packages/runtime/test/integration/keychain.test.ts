import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  changeConfigFile,
  createLogger,
  examine,
  hasToken,
  isKeychainThere,
  loadConfig,
  loadCustomers,
  readToken,
  removeToken,
  Secret,
  tokenPlaceOf,
  writeTokenTo,
} from '@testio-mcp/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keychainPrograms } from '../keychain-programs.ts';

const SYSTEMS = ['linux', 'darwin', 'win32'] as const;

/** A home folder, and a system with these programs alone. */
function machine(platform: (typeof SYSTEMS)[number] = 'linux') {
  const home = mkdtempSync(join(tmpdir(), 'testio-keychain-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const programs = keychainPrograms(join(home, 'bin'));
  const token = randomUUID();
  // Separators of PATH are the tested system's; the folder is the only one.
  const env = { PATH: programs.folder, MY_TOKEN: token, TESTIO_CUSTOMER_API_TOKEN: token };
  return {
    home,
    programs,
    token,
    file: join(home, 'config.env'),
    around: { platform, env, folders: [] },
    config: () => loadConfig({ env: { TESTIO_HOME: home } }),
  };
}

/** Some seconds in life. Long enough for a program that answers, whatever else this machine does. */
const SHORT = { patienceMs: 1_000 };
const LONG = { patienceMs: 60_000 };

describe.each(SYSTEMS)('the keychain of %s', (platform) => {
  test('holds the token instead of the file, and nobody else sees it on its way', async () => {
    const { file, around, token, programs, config } = machine(platform);
    await changeConfigFile(file, { token, subdomain: 'acme' });
    const written = await writeTokenTo('keychain', file, new Secret(token), {}, { ...around, backup: true });
    for (const each of [file, written.backup ?? expect.fail()]) {
      expect(readFileSync(each, 'utf8')).not.toContain(token);
      expect(readFileSync(each, 'utf8')).toContain('TESTIO_SUBDOMAIN=acme');
    }
    expect(tokenPlaceOf(file)).toBe('keychain');
    expect(config()).toMatchObject({ token: null, origins: { token: 'keychain' } });
    expect((await readToken(config(), { ...around, ...LONG })).reveal()).toBe(token);

    const seen = programs.seen();
    expect(seen.split('\n').length).toBeGreaterThan(2);
    expect(seen).not.toContain(token);
    expect(seen).not.toContain(Buffer.from(token).toString('hex'));
    expect(seen).not.toContain('MY_TOKEN');

    await removeToken(file, around);
    expect(hasToken(config())).toBe(false);
    expect(programs.entries()).toEqual({});
    expect(await isKeychainThere(file, { ...around, ...LONG })).toBe(true);
    // Nothing was left behind to be found.
    await changeConfigFile(file, { tokenSource: 'keychain' });
    await expect(readToken(config(), { ...around, ...LONG })).rejects.toMatchObject({ code: 'keychain_entry_missing' });
  });

  test('gives each customer an entry of its own', async () => {
    const { home, around, programs } = machine(platform);
    mkdirSync(join(home, 'customers'), { recursive: true });
    const names = ['acme', 'globex'];
    for (const name of names) {
      const file = join(home, 'customers', `${name}.env`);
      await writeTokenTo('keychain', file, new Secret(`token-of-${name}`), {}, around);
    }
    await writeTokenTo('keychain', join(home, 'config.env'), new Secret('token-of-default'), {}, around);
    const customers = loadCustomers({ env: { TESTIO_HOME: home } });
    expect(customers.names).toEqual(['acme', 'default', 'globex']);
    for (const name of customers.names)
      expect((await readToken(customers.config(name), { ...around, ...LONG })).reveal()).toBe(`token-of-${name}`);
    programs.be('hangs');
    await expect(readToken(customers.config('globex'), { ...around, ...SHORT })).rejects.toMatchObject({
      facts: { next: expect.stringContaining('setup --token-only --no-keychain --customer globex') },
    });
  });

  test('is left when the token goes back into the file', async () => {
    const { file, around, token, programs, config } = machine(platform);
    await writeTokenTo('keychain', file, new Secret('of-before'), {}, around);
    const { leftInKeychain } = await writeTokenTo('file', file, new Secret(token), {}, around);
    expect(leftInKeychain).toBeNull();
    expect(programs.entries()).toEqual({});
    expect(config().token?.reveal()).toBe(token);
    expect(tokenPlaceOf(file)).toBe('file');
  });

  test('that does not answer is given up in time, and one that forgets is noticed', async () => {
    const { file, around, token, programs, config } = machine(platform);
    programs.be('forgets');
    await expect(writeTokenTo('keychain', file, new Secret(token), {}, around)).rejects.toMatchObject({
      kind: 'configuration',
      code: expect.stringMatching(/^keychain_(not_written|unavailable)$/),
    });
    expect(hasToken(config())).toBe(false);
    programs.be('open');
    await writeTokenTo('keychain', file, new Secret(token), {}, around);
    programs.be('hangs');
    await expect(readToken(config(), { ...around, ...SHORT })).rejects.toMatchObject({
      code: 'keychain_locked',
      message: expect.stringContaining('1 s'),
    });
    expect(await isKeychainThere(file, { ...around, ...SHORT })).toBe(false);
  });

  test('without its program says which one is missing, and the way back', async () => {
    const { home, file, around, token } = machine(platform);
    const env = { PATH: join(home, 'nothing') };
    await expect(writeTokenTo('keychain', file, new Secret(token), {}, { ...around, env })).rejects.toMatchObject({
      code: 'keychain_program_missing',
      facts: { next: expect.stringContaining('--no-keychain') },
    });
    expect(tokenPlaceOf(file)).toBe('file');
  });
});

test.each([
  ['linux', 'locked', 'keychain_locked'],
  ['linux', 'absent', 'keychain_unavailable'],
  ['darwin', 'locked', 'keychain_locked'],
  ['darwin', 'absent', 'keychain_unavailable'],
  ['win32', 'locked', 'keychain_unavailable'],
] as const)('a keychain of %s that is %s says so, and lets the token go', async (platform, mode, code) => {
  const { file, around, token, programs, config } = machine(platform);
  await writeTokenTo('keychain', file, new Secret('of-before'), {}, around);
  programs.be(mode);
  const error = { code, kind: 'configuration', facts: { next: expect.stringContaining('--no-keychain') } };
  await expect(readToken(config(), { ...around, ...LONG })).rejects.toMatchObject(error);
  if (platform !== 'win32') await expect(removeToken(file, around)).rejects.toMatchObject(error);
  const { leftInKeychain } = await writeTokenTo('file', file, new Secret(token), {}, around);
  expect(leftInKeychain?.code ?? null).toBe(platform === 'win32' ? null : code);
  expect(config().token?.reveal()).toBe(token);
});

test('what Windows protected is readable for its owner alone', async () => {
  const { file, around, token } = machine('win32');
  await writeTokenTo('keychain', file, new Secret(token), {}, around);
  expect(statSync(`${file}.token`).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${file}.token`, 'utf8')).not.toContain(token);
});

test('a token that is set wins, and the keychain is not asked', async () => {
  const { home, file, around, token, programs } = machine();
  writeFileSync(file, 'TESTIO_CUSTOMER_API_TOKEN_SOURCE=keychain\n');
  const config = loadConfig({ env: { TESTIO_HOME: home, TESTIO_CUSTOMER_API_TOKEN: token } });
  expect((await readToken(config, around)).reveal()).toBe(token);
  expect(config.origins.token).toBe('environment');
  expect(programs.seen()).toBe('');
});

test('a token that comes to be known later is kept out of logs that were opened before', async () => {
  const { file, around, token, config } = machine();
  await changeConfigFile(file, { tokenSource: 'keychain' });
  const lines: string[] = [];
  const logger = createLogger(config(), { write: (line) => void lines.push(line) });
  logger.warn(`before ${token}`);
  await writeTokenTo('keychain', file, new Secret(token), {}, around);
  logger.warn(`after ${token}`);
  expect(lines.map((line) => line.includes(token))).toEqual([true, false]);
});

test('the doctor says that the token is in the keychain, and why it cannot be read', async () => {
  const { home, file } = machine();
  writeFileSync(file, 'TESTIO_CUSTOMER_API_TOKEN_SOURCE=keychain\n', { mode: 0o600 });
  const load = () => loadConfig({ env: { TESTIO_HOME: home } });
  const findings = await examine(load, { clients: async () => [] });
  const of = (wanted: string) => findings.find(({ check }) => check === wanted);
  expect(of('token')).toMatchObject({ level: 'failure', what: expect.stringContaining('keychain') });
  expect(of('token')?.remedy).toMatch(/testio-mcp setup|session/);
  expect(of('api')).toMatchObject({ level: 'skipped', what: expect.stringContaining('cannot be read') });
});
