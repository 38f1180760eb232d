import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Ended, run, SLOW, temporaryHome } from './testio-mcp.ts';

const TOKEN = 'token-of-config-0123456789';
const NAME = 'TESTIO_CUSTOMER_API_TOKEN';

let home: string;
beforeEach(() => {
  home = temporaryHome();
});

const config = (args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ended> =>
  run(['config', ...args], { TESTIO_HOME: home, ...env }, input);

const read = (...path: string[]): string => readFileSync(join(home, ...path), 'utf8');

interface Listed {
  readonly customer: string;
  readonly customers: readonly string[];
  readonly settings: readonly { readonly name: string; readonly value: unknown; readonly origin: string }[];
}

describe('config list', () => {
  test('names every setting with its value and origin; of secrets only that they are set', SLOW, async () => {
    writeFileSync(join(home, 'config.env'), `${NAME}=${TOKEN}\nLOG_LEVEL=debug\n`);
    const env = { LOG_LEVEL: 'warn', TESTIO_PRODUCT_IDS: '598' };
    const listed = JSON.parse((await config(['list', '--json'], env)).stdout) as Listed;
    expect(listed.settings.map(({ name }) => name)).toEqual(SETTING_NAMES.map((name) => SETTINGS[name].variable));
    expect(listed.settings).toContainEqual({ name: NAME, value: 'set', origin: 'file' });
    expect(listed.settings).toContainEqual({ name: 'LOG_LEVEL', value: 'warn', origin: 'environment' });
    expect(listed.settings).toContainEqual({ name: 'TESTIO_PRODUCT_IDS', value: [598], origin: 'environment' });
    expect(listed.settings).toContainEqual({ name: 'TESTIO_HTTP_PORT', value: 8080, origin: 'default' });
    const { code, stdout, stderr } = await config(['list'], env);
    expect([code, stdout.includes(TOKEN), stderr.includes(TOKEN)]).toEqual([0, false, false]);
    expect(stdout).toMatch(/^LOG_LEVEL +environment +warn$/m);
    // Paths can be copied: nothing is cut.
    expect(stdout).toContain(join(home, 'stores', 'default.db'));
  });

  test('says all mistakes of the configuration, and nothing else', async () => {
    writeFileSync(
      join(home, 'config.env'),
      'LOG_LEVEL=loud\nTESTIO_HTTP_PORT=http\nLOG_FORMAT=json\nLOG_FORMAT=text\n',
    );
    const { code, stdout, stderr } = await config(['list']);
    expect([code, stdout]).toEqual([2, '']);
    for (const name of ['LOG_LEVEL', 'TESTIO_HTTP_PORT', 'LOG_FORMAT']) expect(stderr).toContain(name);
  });
});

describe('config get, set, unset', () => {
  test('the file that --env-file names is written, and not one of a customer besides', SLOW, async () => {
    const file = join(home, 'mine.env');
    writeFileSync(file, '# mine\n');
    expect((await config(['set', 'LOG_LEVEL', 'debug', '--env-file', file])).code).toBe(0);
    expect(read('mine.env')).toBe('# mine\nLOG_LEVEL=debug\n');
    const both = await config(['set', 'LOG_LEVEL', 'warn', '--env-file', file, '--customer', 'acme', '--json']);
    expect([both.code, JSON.parse(both.stdout).error.code]).toEqual([2, 'conflicting_option']);
    for (const other of ['config.env', 'customers']) expect(existsSync(join(home, other))).toBe(false);
    expect(read('mine.env')).toContain('LOG_LEVEL=debug');
  });

  test('what was set is read back; the file is for its owner alone', SLOW, async () => {
    expect((await config(['set', 'testio_timezone', 'Europe/Berlin'])).code).toBe(0);
    expect((await config(['get', 'TESTIO_TIMEZONE'])).stdout).toBe('Europe/Berlin\n');
    expect(statSync(join(home, 'config.env')).mode & 0o777).toBe(0o600);
    expect((await config(['unset', 'TESTIO_TIMEZONE'])).code).toBe(0);
    expect(JSON.parse((await config(['get', 'TESTIO_TIMEZONE', '--json'])).stdout)).toEqual({
      name: 'TESTIO_TIMEZONE',
      value: 'UTC',
      origin: 'default',
    });
  });

  test('a secret comes from stdin and is never printed', SLOW, async () => {
    const set = await config(['set', NAME, '-'], {}, `"${TOKEN}"\n`);
    expect([set.code, read('config.env')]).toEqual([0, `${NAME}=${TOKEN}\n`]);
    for (const args of [
      ['get', NAME],
      ['get', NAME, '--json'],
      ['explain', NAME],
      ['list', '--json'],
    ]) {
      const { code, stdout, stderr } = await config(args);
      expect([code, `${stdout}${stderr}`.includes(TOKEN)]).toEqual([0, false]);
    }
    expect((await config(['get', NAME])).stdout).toBe('set\n');
  });

  test.each([
    [['set', 'CACHE_TTL_SECONDS', '5'], /a whole number from 60 to 86400/],
    [['set', 'LOG_LEVEL', ''], /one of trace, debug/],
    [['set', 'LOG_LEVLE', 'info'], /LOG_LEVEL/],
    [['get', 'NOPE'], /config list/],
    [['set', 'TESTIO_HOME', '/elsewhere'], /in that folder/],
    [['set', 'LOG_LEVEL', 'info', '--customer', '../acme'], /letters, digits/],
    [['set', 'TESTIO_CUSTOMER_NAME', 'globex', '--customer', 'acme'], /name of the customer/],
  ])('%j is refused with exit code 2 and what is accepted', async (args, said) => {
    const { code, stdout, stderr } = await config(args);
    expect([code, stdout, existsSync(join(home, 'config.env'))]).toEqual([2, '', false]);
    expect(stderr).toMatch(said);
  });

  test('says so when another source is stronger', async () => {
    const { stderr } = await config(['set', 'LOG_LEVEL', 'debug'], { LOG_LEVEL: 'warn' });
    expect(stderr).toContain('it is warn now (environment)');
  });

  test('a broken file can be mended', SLOW, async () => {
    writeFileSync(join(home, 'config.env'), '# mine\nLOG_LEVEL=loud\nLOG_FORMAT=text\nLOG_FORMAT=json\n');
    expect((await config(['unset', 'LOG_LEVEL'])).code).toBe(0);
    expect((await config(['set', 'LOG_FORMAT', 'json'])).code).toBe(0);
    expect(read('config.env')).toBe('# mine\nLOG_FORMAT=json\n');
    expect((await config(['list'])).code).toBe(0);
  });
});

describe('customers', () => {
  test('each has a file; what is of an account goes to the selected one, the rest to all', SLOW, async () => {
    await config(['set', NAME, '-', '--customer', 'acme'], {}, 'token-acme');
    await config(['set', NAME, '-', '--customer', 'globex'], {}, 'token-globex');
    expect((await config(['list'])).stderr).toContain('acme, globex');
    expect((await config(['set', 'TESTIO_CUSTOMER_NAME', 'globx'])).stderr).toContain('default, acme, globex');
    expect((await config(['set', 'TESTIO_CUSTOMER_NAME', 'globex'])).code).toBe(0);
    await config(['set', 'TESTIO_PRODUCT_IDS', '5']);
    await config(['set', 'LOG_LEVEL', 'error']);
    expect(read('customers', 'globex.env')).toBe(`${NAME}=token-globex\nTESTIO_PRODUCT_IDS=5\n`);
    expect(read('config.env')).toBe('TESTIO_CUSTOMER_NAME=globex\nLOG_LEVEL=error\n');
    expect((await config(['path', '--customer', 'acme'])).stdout).toBe(`${join(home, 'customers', 'acme.env')}\n`);
    expect((await config(['get', 'TESTIO_DB_PATH', '--customer', 'acme'])).stdout).toBe(
      `${join(home, 'stores', 'acme.db')}\n`,
    );
    const other = await config(['set', 'LOG_LEVEL', 'info', '--customer', 'ACME']);
    expect([other.code, existsSync(join(home, 'customers', 'ACME.env'))]).toEqual([2, false]);
    const unknown = await config(['list', '--customer', 'amce']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('acme, globex')]);
  });
});

test('the account in config.env keeps its place when it has a name there', SLOW, async () => {
  const mine = `TESTIO_CUSTOMER_NAME=acme\n${NAME}=${TOKEN}\n`;
  writeFileSync(join(home, 'config.env'), mine);
  expect((await config(['set', 'TESTIO_PRODUCT_IDS', '5', '--customer', 'acme'])).code).toBe(0);
  expect([read('config.env'), existsSync(join(home, 'customers'))]).toEqual([`${mine}TESTIO_PRODUCT_IDS=5\n`, false]);
  expect((await config(['set', NAME, '-', '--customer', 'globex'], {}, 'token-globex')).code).toBe(0);
  const listed = JSON.parse((await config(['list', '--json'])).stdout) as Listed;
  expect([listed.customer, listed.customers]).toEqual(['acme', ['acme', 'globex']]);
});

test('config explain says what each source says', async () => {
  writeFileSync(join(home, 'config.env'), 'LOG_LEVEL=debug\n');
  const { stdout } = await config(['explain', 'LOG_LEVEL', '--json'], { LOG_LEVEL: 'warn' });
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'LOG_LEVEL',
    value: 'warn',
    origin: 'environment',
    sources: [
      { origin: 'environment', value: 'warn', where: 'environment' },
      { origin: 'file', value: 'debug', where: join(home, 'config.env') },
    ],
  });
});

describe('config import', () => {
  const OLDER = `${NAME}=${TOKEN}\nTESTIO_PRODUCT_IDS=598\nTESTIO_DB_PATH=~/.testio-mcp/cache.db\nLOG_LEVEL=INFO\n`;

  test('takes the older settings over, line by line, and keeps what is set already', SLOW, async () => {
    const from = join(home, 'older.env');
    writeFileSync(from, OLDER);
    writeFileSync(join(home, 'config.env'), 'LOG_LEVEL=debug\n');
    const dry = await config(['import', from, '--dry-run']);
    expect([dry.code, read('config.env'), dry.stdout.includes(TOKEN)]).toEqual([0, 'LOG_LEVEL=debug\n', false]);
    const { code, stdout } = await config(['import', from, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      to: join(home, 'config.env'),
      backup: join(home, 'config.env.backup'),
      lines: [
        { name: NAME, taken: true, note: null },
        { name: 'TESTIO_PRODUCT_IDS', taken: true, note: expect.stringContaining('single id') },
        { name: 'TESTIO_DB_PATH', taken: false, note: expect.stringContaining('another form') },
        { name: 'LOG_LEVEL', taken: false, note: 'config.env sets it' },
      ],
    });
    expect(read('config.env')).toBe(`LOG_LEVEL=debug\n${NAME}=${TOKEN}\nTESTIO_PRODUCT_IDS=598\n`);
    expect(read('older.env')).toBe(OLDER);
  });

  test('a token in the keychain is not put aside by the older one', SLOW, async () => {
    const from = join(home, 'older.env');
    writeFileSync(from, OLDER);
    writeFileSync(join(home, 'config.env'), `${NAME}_SOURCE=keychain\n`);
    expect((await config(['import', from])).stdout).toContain('the keychain holds one');
    expect(read('config.env')).not.toContain(TOKEN);
  });

  test('there may be nothing to take', async () => {
    expect((await config(['import', join(home, 'nowhere.env')])).code).toBe(2);
  });

  test('until then the older file in the home folder is read, with a hint', SLOW, async () => {
    const user = { HOME: home, USERPROFILE: home, TESTIO_HOME: '' };
    writeFileSync(join(home, '.testio-mcp.env'), OLDER);
    const listed = JSON.parse((await run(['config', 'list', '--json'], user)).stdout) as Listed;
    expect(listed.settings).toContainEqual({ name: NAME, value: 'set', origin: 'older' });
    const status = await run(['status'], user);
    expect([status.code, status.stderr]).toEqual([0, expect.stringContaining('testio-mcp config import')]);
    expect((await run(['config', 'import'], user)).code).toBe(0);
    expect((await run(['status'], user)).stderr).not.toContain('config import');
  });
});
