import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type ConfigSources, loadConfig, readOlderConfig, SETTINGS } from '@testio-mcp/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testio-older-'));
  file = join(folder, '.testio-mcp.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (given: Partial<ConfigSources> = {}): Config =>
  loadConfig({ env: {}, homeDir: folder, cwd: folder, ...given });

/** As the older product's own set-up writes it. */
const WRITTEN = `TESTIO_CUSTOMER_API_TOKEN=older-token-0123456789
TESTIO_CUSTOMER_API_BASE_URL=https://api.test.io/customer/v2
TESTIO_CUSTOMER_NAME=acme
TESTIO_CUSTOMER_ID=1
LOG_FORMAT=text
LOG_LEVEL=WARNING
LOG_FILE=~/.testio-mcp/logs/server.log
TESTIO_HTTP_PORT=8081
TESTIO_DB_PATH=~/.testio-mcp/cache.db
TESTIO_REFRESH_INTERVAL_SECONDS=3600
CACHE_TTL_SECONDS=7200
# TESTIO_SYNC_SINCE=3 days ago
TESTIO_PRODUCT_IDS=598
BUG_CACHE_ENABLED=true
`;

describe('the configuration of the older product', () => {
  test('is read while there is none of ours', () => {
    writeFileSync(file, WRITTEN);
    const config = load();
    expect(config).toMatchObject({
      olderFile: file,
      customer: 'acme',
      cacheTtlSeconds: 7200,
      logLevel: 'warn',
      logFile: null,
      productIds: [598],
      storeFile: join(folder, '.testio-mcp', 'stores', 'acme.db'),
    });
    expect(config.token?.reveal()).toBe('older-token-0123456789');
    expect([config.origins.token, config.origins.cacheTtlSeconds, config.origins.dbPath]).toEqual([
      'older',
      'older',
      'default',
    ]);
  });

  test.each([
    ['config.env', 'config.env'],
    ['the file of a customer', join('customers', 'acme.env')],
  ])('is not read beside %s', (_, name) => {
    writeFileSync(file, WRITTEN);
    mkdirSync(join(folder, '.testio-mcp', 'customers'), { recursive: true });
    writeFileSync(join(folder, '.testio-mcp', name), 'LOG_LEVEL=info\n');
    expect(load()).toMatchObject({ olderFile: null, token: null, logLevel: 'info' });
  });

  test('is not read beside a token in the environment, which its address must never get', () => {
    writeFileSync(file, 'TESTIO_CUSTOMER_API_BASE_URL=https://staging.example/v2\nTESTIO_CUSTOMER_API_TOKEN=t-1\n');
    const config = load({ env: { TESTIO_CUSTOMER_API_TOKEN: 't-2' } });
    expect(config).toMatchObject({ olderFile: null, apiBaseUrl: SETTINGS.apiBaseUrl.default });
  });

  test('is not read for another home folder, nor beside a named file', () => {
    writeFileSync(file, WRITTEN);
    writeFileSync(join(folder, 'mine.env'), 'LOG_LEVEL=info\n');
    expect(load({ env: { TESTIO_HOME: join(folder, 'elsewhere') } }).token).toBeNull();
    expect(load({ envFile: 'mine.env' }).token).toBeNull();
  });

  test('cannot keep the program from starting: what we would refuse is left out', () => {
    writeFileSync(
      file,
      'TESTIO_CUSTOMER_API_TOKEN=t-1\nLOG_LEVEL=verbose\nHTTP_TIMEOUT_SECONDS=900\nTESTIO_PRODUCT_IDS=x\n',
    );
    expect(load()).toMatchObject({ logLevel: null, httpTimeoutSeconds: 90, productIds: null });
  });
});

describe('what becomes of each line', () => {
  function line(text: string) {
    writeFileSync(file, text);
    return readOlderConfig(file)?.at(-1);
  }

  test('in the order of the file', () => {
    writeFileSync(file, WRITTEN);
    const lines = readOlderConfig(file) ?? [];
    expect(lines.filter(({ setting }) => setting === null).map(({ variable }) => variable)).toEqual([
      'TESTIO_CUSTOMER_ID',
      'LOG_FILE',
      'TESTIO_DB_PATH',
      'BUG_CACHE_ENABLED',
    ]);
    expect(lines).toHaveLength(13);
    for (const { setting, note } of lines) if (setting === null) expect(note).toMatch(/\w/);
  });

  test.each([
    ['TESTIO_PRODUCT_IDS=598', 'productIds', /single id/],
    ['TESTIO_PRODUCT_IDS=598,599', 'productIds', null],
    [
      'TESTIO_CUSTOMER_API_BASE_URL=https://staging.example/customer/v2',
      'apiBaseUrl',
      /not the address of Test IO's prod/,
    ],
    ['TESTIO_CUSTOMER_API_BASE_URL=https://api.test.io/customer/v2/', 'apiBaseUrl', null],
    ['TESTIO_CUSTOMER_NAME=default', null, /without name/],
    ['TESTIO_CUSTOMER_NAME=Acme Corp', null, /letters, digits/],
    ['TESTIO_CUSTOMER_ID=25', 'customerId', null],
    ['log_level=debug', 'logLevel', null],
    ['SOMETHING_ELSE=1', null, /not known/],
    ['AUTO_ACCEPTANCE_ALERT_THRESHOLD=0.2', null, /PLAYBOOK_AUTO_ACCEPTANCE_WARNING/],
    ['ENABLED_TOOLS=list_tests\nDISABLED_TOOLS=list_bugs', null, /ENABLED_TOOLS/],
  ])('%s', (text, setting, note) => {
    const read = line(text);
    expect(read?.setting).toBe(setting);
    if (note === null) expect(read?.note).toBeNull();
    else expect(read?.note).toMatch(note);
  });

  test('there may be no such file', () => {
    expect(readOlderConfig(file)).toBeNull();
  });
});
