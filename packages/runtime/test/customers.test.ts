import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { TestioError } from '@testio-mcp/domain';
import {
  type Config,
  type ConfigSources,
  type Customers,
  loadConfig,
  loadCustomers,
  requireToken,
  SETTING_NAMES,
  SETTINGS,
  Secret,
  type SettingName,
} from '@testio-mcp/runtime';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GOOD } from './setting-texts.ts';

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testio-customers-'));
  home = join(folder, '.testio-mcp');
});
afterEach(() => rmSync(folder, { recursive: true }));

type Lines = Readonly<Record<string, string>>;

/** Writes `config.env` (name null) or the file of a customer. */
function write(name: string | null, lines: Lines): string {
  const file = name === null ? join(home, 'config.env') : join(home, 'customers', `${name}.env`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    Object.entries(lines)
      .map(([variable, value]) => `${variable}='${value}'\n`)
      .join(''),
  );
  return file;
}

const sources = (given: Partial<ConfigSources>): ConfigSources => ({ env: {}, homeDir: folder, cwd: folder, ...given });
const customers = (given: Partial<ConfigSources> = {}): Customers => loadCustomers(sources(given));
const load = (given: Partial<ConfigSources> = {}): Config => loadConfig(sources(given));

function failure(work: () => unknown): TestioError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof TestioError) return thrown;
    throw thrown;
  }
  throw new Error('It did not fail.');
}

const TOKEN = 'TESTIO_CUSTOMER_API_TOKEN';
const NAME = 'TESTIO_CUSTOMER_NAME';
const tokenOf = (config: Config): string | null => config.token?.reveal() ?? null;

/** Two customers with files, and a default account beside them. */
function writeThree(): void {
  write(null, { [TOKEN]: 'token-default', TESTIO_PRODUCT_IDS: '1' });
  write('acme', { [TOKEN]: 'token-acme', TESTIO_CUSTOMER_API_BASE_URL: 'https://staging.example/v2' });
  write('globex', { [TOKEN]: 'token-globex' });
}

describe('precedence with a file of the customer', () => {
  /** The folder decides where files are, the name which of them is meant. */
  const names = SETTING_NAMES.filter((name) => name !== 'home' && name !== 'customerName');
  const cells = Array.from({ length: 16 }, (_, bits) => ({
    flag: (bits & 8) !== 0,
    environment: (bits & 4) !== 0,
    customer: (bits & 2) !== 0,
    file: (bits & 1) !== 0,
  }));

  function shown(config: Config, name: SettingName): string {
    const value: unknown = name === 'dbPath' ? config.storeFile : config[name as keyof Config];
    return inspect(value instanceof Secret ? value.reveal() : value);
  }

  test.each(names)('%s: flag over environment over customer over file over default', (name) => {
    const { variable, ofAccount } = SETTINGS[name];
    const [one, two, three] = GOOD[name];
    const texts = { flag: one, environment: two, customer: three, file: one };
    type Source = keyof typeof texts;
    const loaded = (from: Record<Source, boolean>): Config => {
      write(null, from.file ? { [variable]: texts.file } : {});
      write('acme', from.customer ? { [variable]: texts.customer } : {});
      return load({
        flags: { customerName: 'acme', ...(from.flag ? { [name]: texts.flag } : {}) },
        env: from.environment ? { [variable]: texts.environment } : {},
      });
    };
    const nothing = { flag: false, environment: false, customer: false, file: false };
    const alone = {
      flag: shown(loaded({ ...nothing, flag: true }), name),
      environment: shown(loaded({ ...nothing, environment: true }), name),
      customer: shown(loaded({ ...nothing, customer: true }), name),
      file: shown(loaded({ ...nothing, file: true }), name),
      default: shown(loaded(nothing), name),
    };
    for (const cell of cells) {
      const order: Source[] = ['flag', 'environment', 'customer'];
      // What is of the account and stands in config.env is of the unnamed customer.
      if (!ofAccount) order.push('file');
      const origin = order.find((source) => cell[source]) ?? 'default';
      const config = loaded(cell);
      expect({ cell, origin: config.origins[name], value: shown(config, name) }).toEqual({
        cell,
        origin,
        value: alone[origin],
      });
    }
  });

  test.each(names)('%s: an empty and a contradictory value in it', (name) => {
    const { variable } = SETTINGS[name];
    const [one, two] = GOOD[name];
    const file = write('acme', { [variable]: '' });
    expect(load({ flags: { customerName: 'acme' } }).origins[name]).toBe('default');
    writeFileSync(file, `${variable}='${one}'\n${variable}='${two}'\n`);
    expect(failure(load).message).toContain(`${variable} is set twice in ${file}`);
  });
});

describe('who is selected', () => {
  test('flag over environment over config.env', () => {
    writeThree();
    expect(customers().selected).toBe('default');
    write(null, { [TOKEN]: 'token-default', [NAME]: 'acme' });
    expect(customers().selected).toBe('acme');
    expect(customers({ env: { [NAME]: 'globex' } }).selected).toBe('globex');
    const env = { [NAME]: 'globex' };
    expect(customers({ env, flags: { customerName: 'default' } }).selected).toBe('default');
    expect(tokenOf(load({ env, flags: { customerName: 'default' } }))).toBe('token-default');
    expect(load({ env }).origins.customerName).toBe('environment');
  });

  test('the only one needs not be named; of several, one must be', () => {
    write('acme', { [TOKEN]: 'token-acme' });
    expect(load()).toMatchObject({ customerName: 'acme', storeFile: join(home, 'stores', 'acme.db') });
    write('globex', { [TOKEN]: 'token-globex' });
    expect(failure(load).facts).toMatchObject({ code: 'customer_not_chosen', accepted: ['acme', 'globex'] });
  });

  test.each(['globx', '../acme', 'acme.env', 'ACME'])('%j is no customer; the known ones are named', (name) => {
    writeThree();
    for (const given of [{ flags: { customerName: name } }, { env: { [NAME]: name } }]) {
      const error = failure(() => load(given));
      expect(error.facts).toMatchObject({ kind: 'configuration', code: 'unknown_customer' });
      expect(error.facts.accepted).toEqual(['acme', 'default', 'globex']);
    }
  });

  test('a slip in --customer does not take the token of the environment', () => {
    write('acme', {});
    const error = failure(() => load({ env: { [TOKEN]: 't-1' }, flags: { customerName: 'amce' } }));
    expect(error.code).toBe('unknown_customer');
  });

  test('a customer may stand in the environment alone, beside those with files', () => {
    writeThree();
    const env = { [NAME]: 'initech', [TOKEN]: 'token-initech' };
    expect(customers({ env }).names).toEqual(['acme', 'default', 'globex', 'initech']);
    expect(tokenOf(load({ env }))).toBe('token-initech');
  });

  test('without files any name goes, with the settings that are there', () => {
    const env = { [NAME]: 'acme', [TOKEN]: 't-1' };
    expect(customers({ env }).names).toEqual(['acme']);
    expect(load({ env })).toMatchObject({ customer: 'acme', storeFile: join(home, 'stores', 'acme.db') });
    write(null, { [TOKEN]: 't-2' });
    expect(tokenOf(load({ flags: { customerName: 'acme' } }))).toBe('t-2');
  });

  test('a file that --env-file names is the only one', () => {
    writeThree();
    writeFileSync(join(folder, 'other.env'), `${TOKEN}=token-other\n`);
    const config = load({ envFile: 'other.env', flags: { customerName: 'acme' } });
    expect([tokenOf(config), config.apiBaseUrl, config.customerFile]).toEqual([
      'token-other',
      SETTINGS.apiBaseUrl.default,
      null,
    ]);
  });
});

describe('what is of one account holds for no other', () => {
  const account = SETTING_NAMES.filter((name) => SETTINGS[name].ofAccount);

  test('these settings are of an account', () => {
    expect(account).toEqual([
      'token',
      'tokenSource',
      'apiBaseUrl',
      'subdomain',
      'customerId',
      'dbPath',
      'productIds',
      'productThresholds',
      'reportsDir',
      'webLinks',
    ]);
  });

  test.each(account)('%s', (name) => {
    writeThree();
    const [one, two] = GOOD[name];
    const { variable } = SETTINGS[name];
    write(null, { [TOKEN]: 'token-default', [variable]: one });
    const found = customers({ env: { [NAME]: 'globex', [variable]: two } });
    expect(found.config('acme').origins[name]).not.toMatch(/environment|file/);
    expect(found.config('default').origins[name]).toBe('file');
    expect(found.config('globex').origins[name]).toBe('environment');
  });

  test('a token in an environment that names a customer is not sent for another', () => {
    const env = { [NAME]: 'acme', [TOKEN]: 'token-acme' };
    expect(load({ env, flags: { customerName: 'globex' } }).token).toBeNull();
    writeThree();
    expect(tokenOf(load({ env, flags: { customerName: 'globex' } }))).toBe('token-globex');
  });

  test('a token in config.env is not that of the customer with a file whom it selects', () => {
    write(null, { [TOKEN]: 'token-default', [NAME]: 'acme' });
    write('acme', { TESTIO_TIMEZONE: 'Europe/Berlin' });
    const error = failure(() => requireToken(load()));
    expect(error.message).toContain('for customer acme');
    expect(error.message).toContain(join(home, 'customers', 'acme.env'));
  });

  test('each has a store and a reports folder of its own', () => {
    writeThree();
    const found = customers();
    const all = found.names.map((name) => found.config(name));
    expect(new Set(all.map(({ storeFile }) => storeFile)).size).toBe(3);
    expect(new Set(all.map(({ reportsDir }) => reportsDir)).size).toBe(3);
    expect(all.map(tokenOf)).toEqual(['token-acme', 'token-default', 'token-globex']);
    expect(all.map(({ apiBaseUrl }) => apiBaseUrl)).toEqual([
      'https://staging.example/v2',
      SETTINGS.apiBaseUrl.default,
      SETTINGS.apiBaseUrl.default,
    ]);
    expect(all.map(({ productIds }) => productIds)).toEqual([null, [1], null]);
  });

  test('what is common holds for all, unless a customer says otherwise', () => {
    writeThree();
    write(null, { [TOKEN]: 'token-default', PLAYBOOK_REJECTION_WARNING: '0.1', TESTIO_TIMEZONE: 'Europe/Berlin' });
    write('globex', { [TOKEN]: 'token-globex', PLAYBOOK_REJECTION_WARNING: '0.3' });
    const found = customers();
    const warnings = found.names.map((name) => found.config(name).rejectionWarning);
    expect(warnings).toEqual([0.1, 0.1, 0.3]);
    expect(found.config('globex').timeZone).toBe('Europe/Berlin');
  });
});

test('however names and tokens are placed, no customer gets the token of another', () => {
  const name = fc.constantFrom('acme', 'globex', 'initech', 'default');
  const place = fc.record({ name: fc.option(name), token: fc.boolean() });
  const files = fc.dictionary(fc.constantFrom('acme', 'globex'), fc.boolean());
  let judged = 0;
  fc.assert(
    fc.property(fc.option(name), place, place, files, (flag, environment, common, own) => {
      rmSync(home, { recursive: true, force: true });
      const lines = ({ name, token }: typeof common, text: string): Lines => ({
        ...(name === null ? {} : { [NAME]: name }),
        ...(token ? { [TOKEN]: text } : {}),
      });
      write(null, lines(common, 'of-common'));
      for (const [customer, token] of Object.entries(own)) write(customer, token ? { [TOKEN]: `of-${customer}` } : {});
      let found: Customers;
      try {
        found = customers({ flags: { customerName: flag ?? undefined }, env: lines(environment, 'of-environment') });
      } catch (thrown) {
        expect(thrown).toMatchObject({ kind: 'configuration' });
        return;
      }
      const hasFiles = Object.keys(own).length > 0;
      const whose: Record<string, (customer: string) => boolean> = {
        'of-environment': (customer) => customer === (environment.name ?? found.selected),
        'of-common': (customer) => {
          if (common.name !== null && !Object.hasOwn(own, common.name)) return customer === common.name;
          return customer === (hasFiles ? 'default' : found.selected);
        },
        'of-acme': (customer) => customer === 'acme',
        'of-globex': (customer) => customer === 'globex',
      };
      for (const customer of found.names) {
        const token = tokenOf(found.config(customer));
        if (token === null) continue;
        judged += 1;
        expect({ customer, token, isOwn: whose[token]?.(customer) }).toEqual({ customer, token, isOwn: true });
      }
    }),
    { numRuns: 200 },
  );
  expect(judged).toBeGreaterThan(60);
});

describe('the file of a customer', () => {
  test('with a mistake troubles nobody else', () => {
    writeThree();
    write('globex', { LOG_LEVEL: 'loud' });
    expect(load({ flags: { customerName: 'acme' } }).customerName).toBe('acme');
    expect(failure(() => customers().config('globex')).message).toContain("in the customer's file");
  });

  test.each([
    ['TESTIO_HOME', '/elsewhere'],
    [NAME, 'globex'],
  ])('cannot set %s', (variable, value) => {
    write('acme', { [variable]: value });
    expect(failure(load).message).toContain(variable);
  });

  test.each(['default', 'a b', '.hidden'])('named %j is none', (name) => {
    write('acme', {});
    write(name, { [TOKEN]: 't-1' });
    expect(customers().names).toEqual(['acme']);
  });
});
