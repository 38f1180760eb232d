import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { TestioError } from '@testio-mcp/domain';
import {
  type Config,
  type ConfigSources,
  loadConfig,
  requireToken,
  SETTING_NAMES,
  SETTINGS,
  Secret,
  type SettingName,
} from '@testio-mcp/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BAD, GOOD } from './setting-texts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testio-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(sources: Partial<ConfigSources> = {}): Config {
  return loadConfig({ env: {}, homeDir: folder, cwd: folder, ...sources });
}

function failure(sources: Partial<ConfigSources>): TestioError {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof TestioError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

function shown(config: Config, name: SettingName): unknown {
  const value: unknown = name === 'dbPath' ? config.storeFile : config[name];
  return value instanceof Secret ? value.reveal() : value;
}

const CELLS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  flag: (bits & 4) !== 0,
  environment: (bits & 2) !== 0,
  file: (bits & 1) !== 0,
}));

describe('precedence', () => {
  test.each(SETTING_NAMES)('%s: flag over environment over file over default', (name) => {
    const { variable } = SETTINGS[name];
    const [flag, environment, file] = GOOD[name];
    const envFile = join(folder, 'chosen.env');
    const alone = {
      flag: shown(load({ flags: { [name]: flag } }), name),
      environment: shown(load({ env: { [variable]: environment } }), name),
      default: shown(load(), name),
    };
    writeFileSync(envFile, `${variable}='${file}'\n`);
    const fromFile = shown(load({ envFile }), name);
    for (const cell of CELLS) {
      writeFileSync(envFile, cell.file ? `${variable}='${file}'\n` : 'OTHER=1\n');
      const config = load({
        flags: cell.flag ? { [name]: flag } : {},
        env: cell.environment ? { [variable]: environment } : {},
        envFile,
      });
      const [origin, value] = cell.flag
        ? ['flag', alone.flag]
        : cell.environment
          ? ['environment', alone.environment]
          : cell.file
            ? ['file', fromFile]
            : ['default', alone.default];
      expect({ cell, origin: config.origins[name], value: shown(config, name) }).toEqual({ cell, origin, value });
    }
    // Values that are equal would not show which source won; only true and false are too few for three.
    const different = new Set([alone.flag, alone.environment, alone.default].map((value) => inspect(value)));
    expect(different.size).toBe(typeof alone.default === 'boolean' ? 2 : 3);
  });

  test.each(SETTING_NAMES)('%s: an empty value counts as absent, wherever it stands', (name) => {
    const { variable } = SETTINGS[name];
    const [, , file] = GOOD[name];
    const envFile = join(folder, 'chosen.env');
    writeFileSync(envFile, `${variable}='${file}'\n`);
    const config = load({ flags: { [name]: '' }, env: { [variable]: '  ' }, envFile });
    expect(config.origins[name]).toBe('file');
    writeFileSync(envFile, `${variable}=\n`);
    expect(load({ flags: { [name]: ' ' }, env: { [variable]: '' }, envFile }).origins[name]).toBe('default');
  });
});

describe('values', () => {
  const bad = Object.entries(BAD).flatMap(([name, texts]) => texts.map((text) => [name as SettingName, text] as const));

  test.each(bad)('%s refuses %j and says what it accepts', (name, text) => {
    const error = failure({ flags: { [name]: text } });
    expect(error.facts).toMatchObject({ kind: 'configuration', code: 'invalid_configuration' });
    expect(error.message).toContain(SETTINGS[name].variable);
    expect(error.message).toContain(SETTINGS[name].type.accepts);
    expect(error.message).toContain('on the command line');
    if (!SETTINGS[name].secret) expect(error.message).toContain(JSON.stringify(text.slice(0, 60)));
  });

  test('are typed: what was written becomes what the program works with', () => {
    const config = load({
      env: {
        TESTIO_PRODUCT_IDS: '598',
        HTTP_TIMEOUT_SECONDS: '2.5',
        TESTIO_FORCE_INITIAL_SYNC: 'Yes',
        LOG_LEVEL: 'WARNING',
        TESTIO_NOW: '2026-07-01T02:00:00+02:00',
        TESTIO_CUSTOMER_API_BASE_URL: 'https://api.example/customer/v2/',
      },
    });
    expect(config).toMatchObject({
      productIds: [598],
      httpTimeoutSeconds: 2.5,
      forceInitialSync: true,
      logLevel: 'warn',
      now: Date.UTC(2026, 6, 1),
      apiBaseUrl: 'https://api.example/customer/v2',
    });
  });

  test.each([
    ['1,2,3', [1, 2, 3]],
    [' 3 ; 1 3', [3, 1]],
    ['[598]', [598]],
    ['["598", 2]', [598, 2]],
  ])('TESTIO_PRODUCT_IDS=%s', (text, expected) => {
    expect(load({ env: { TESTIO_PRODUCT_IDS: text } }).productIds).toEqual(expected);
  });

  test.each([' abc-123 ', '"abc-123"', "' abc-123'", 'abc-123\n'])('a token pasted as %j is taken bare', (text) => {
    expect(load({ env: { TESTIO_CUSTOMER_API_TOKEN: text } }).token?.reveal()).toBe('abc-123');
  });

  test('defaults are those of the contract', () => {
    expect(load()).toMatchObject({
      token: null,
      apiBaseUrl: 'https://api.test.io/customer/v2',
      maxConcurrentRequests: 10,
      httpTimeoutSeconds: 90,
      home: join(folder, '.testio-mcp'),
      storeFile: join(folder, '.testio-mcp', 'stores', 'default.db'),
      reportsDir: join(folder, '.testio-mcp', 'reports'),
      configFile: join(folder, '.testio-mcp', 'config.env'),
      customer: null,
      refreshIntervalSeconds: 3600,
      cacheTtlSeconds: 3600,
      timeZone: 'UTC',
    });
  });

  test('all mistakes are reported at once', () => {
    const error = failure({
      flags: { logLevel: 'loud' },
      env: { HTTP_TIMEOUT_SECONDS: '0', TESTIO_HTTP_PORT: 'http', PLAYBOOK_REVIEW_CRITICAL: '0.9' },
    });
    expect(error.message.split('\n')).toHaveLength(5);
    for (const name of ['LOG_LEVEL', 'HTTP_TIMEOUT_SECONDS', 'TESTIO_HTTP_PORT', 'PLAYBOOK_REVIEW_CRITICAL']) {
      expect(error.message).toContain(name);
    }
  });

  test.each([
    [{ PLAYBOOK_REJECTION_WARNING: '0.35' }],
    [{ PLAYBOOK_AUTO_ACCEPTANCE_CRITICAL: '0.1' }],
    [{ PLAYBOOK_REVIEW_WARNING: '0.6' }],
    [{ PLAYBOOK_PRODUCT_THRESHOLDS: '598:rejection_warning=0.35' }],
    [{ PLAYBOOK_PRODUCT_THRESHOLDS: '598:review_warning=0.7,review_critical=0.75' }],
    [{ ENABLED_TOOLS: 'list_bugs', DISABLED_TOOLS: 'list_tests' }],
  ])('values that contradict each other are refused: %j', (env) => {
    const error = failure({ env });
    for (const variable of Object.keys(env)) expect(error.message).toContain(variable);
  });
});

test('thresholds of single products are shown as they can be written', () => {
  const of = (text: string) => load({ env: { PLAYBOOK_PRODUCT_THRESHOLDS: text } }).productThresholds;
  const read = of(' 598: Rejection_Warning = .25 ; 599:auto_acceptance_warning=0.1;598:review_critical=0.50');
  expect(JSON.stringify(read)).toBe('"598:rejection_warning=0.25,review_critical=0.5;599:auto_acceptance_warning=0.1"');
  expect(of(String(read))?.toString()).toBe(String(read));
});

describe('a variable that a file sets twice', () => {
  test.each(SETTING_NAMES)('%s: to different values is refused, to the same is not', (name) => {
    const { variable } = SETTINGS[name];
    const [one, other] = GOOD[name];
    const envFile = join(folder, 'chosen.env');
    writeFileSync(envFile, `${variable}='${one}'\nOTHER=1\n${variable.toLowerCase()}='${other}'\n`);
    const error = failure({ envFile });
    expect(error.code).toBe('invalid_configuration');
    expect(error.message).toContain(`${variable} is set twice in ${envFile}`);
    writeFileSync(envFile, `${variable}='${one}'\nOTHER=1\nOTHER=2\nexport ${variable}="${one}"\n`);
    expect(load({ envFile }).origins[name]).toBe('file');
  });
});

describe('the configuration file', () => {
  test('is <home>/config.env, and may be absent', () => {
    const home = join(folder, 'my home');
    expect(load({ env: { TESTIO_HOME: home } }).origins.token).toBe('default');
    mkdirSync(home);
    writeFileSync(
      join(home, 'config.env'),
      '\uFEFF# comment\nexport TESTIO_CUSTOMER_API_TOKEN="t-1" # mine\nUNKNOWN=1\n',
    );
    const config = load({ env: { TESTIO_HOME: home } });
    expect(config.token?.reveal()).toBe('t-1');
    expect(config.origins.token).toBe('file');
  });

  test('a named one must exist', () => {
    expect(failure({ envFile: 'nowhere.env' }).facts).toMatchObject({
      kind: 'configuration',
      code: 'config_file_unreadable',
      message: `The configuration file ${join(folder, 'nowhere.env')} does not exist.`,
    });
  });

  test('a folder in its place is an error, not an empty file', () => {
    mkdirSync(join(folder, '.testio-mcp', 'config.env'), { recursive: true });
    expect(failure({}).code).toBe('config_file_unreadable');
  });

  test('a named one replaces the default one and may name the home folder', () => {
    mkdirSync(join(folder, '.testio-mcp'));
    writeFileSync(join(folder, '.testio-mcp', 'config.env'), 'LOG_LEVEL=debug\n');
    writeFileSync(join(folder, 'other.env'), 'TESTIO_HOME=elsewhere\n');
    const config = load({ envFile: 'other.env' });
    expect(config).toMatchObject({ home: join(folder, 'elsewhere'), logLevel: null });
  });

  test('cannot move the folder it lies in', () => {
    mkdirSync(join(folder, '.testio-mcp'));
    writeFileSync(join(folder, '.testio-mcp', 'config.env'), 'TESTIO_HOME=/elsewhere\n');
    expect(failure({}).message).toContain('TESTIO_HOME');
  });
});

describe('the store file', () => {
  test.each([
    [{ TESTIO_CUSTOMER_NAME: 'acme' }, 'acme'],
    [{ TESTIO_CUSTOMER_ID: '25' }, '25'],
    [{ TESTIO_CUSTOMER_NAME: 'acme', TESTIO_CUSTOMER_ID: '25' }, 'acme-25'],
  ])('%j makes %s.db', (env, customer) => {
    const config = load({ env });
    expect(config.customer).toBe(customer);
    expect(config.storeFile).toBe(join(folder, '.testio-mcp', 'stores', `${customer}.db`));
  });

  test('TESTIO_DB_PATH names it instead', () => {
    expect(load({ env: { TESTIO_DB_PATH: 'x.db', TESTIO_CUSTOMER_NAME: 'acme' } }).storeFile).toBe(
      join(folder, 'x.db'),
    );
  });
});

describe('secrets', () => {
  const secrets = ['tok-0123456789', 'http-0123456789', 'proxypass'];
  const env = {
    TESTIO_CUSTOMER_API_TOKEN: 'tok-0123456789',
    TESTIO_HTTP_TOKEN: 'http-0123456789',
    HTTPS_PROXY: 'http://me:proxypass@proxy.example:3128',
  };

  test('show in no print of the configuration', () => {
    const config = load({ env });
    const prints = [
      inspect(config, { depth: null, showHidden: true, getters: true }),
      JSON.stringify(config),
      String(config.token),
      `${config.httpsProxy}`,
      inspect({ nested: [config] }, { depth: 9 }),
    ];
    for (const print of prints) for (const secret of secrets) expect(print).not.toContain(secret);
    expect(config.token?.reveal()).toBe('tok-0123456789');
  });

  test('show in no message about a bad value, even when they were pasted into the wrong setting', () => {
    const error = failure({ env: { ...env, LOG_LEVEL: 'tok-0123456789', TESTIO_HTTP_TOKEN: 'http 0123456789' } });
    expect(inspect(error, { depth: 9 })).not.toMatch(/0123456789/);
  });

  test('requireToken says in one sentence what to do where there is no token', () => {
    requireToken(load({ env }));
    try {
      requireToken(load());
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ kind: 'configuration', code: 'token_missing' });
      expect(String(error)).toMatch(/TESTIO_CUSTOMER_API_TOKEN.*config\.env.*testio-mcp demo/);
    }
  });
});
