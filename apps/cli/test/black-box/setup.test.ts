import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { requestsSeen, run, SLOW, start, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 5 });
});

afterAll(() => sandbox.close());

/** A machine that was never set up. */
function user() {
  const home = temporaryHome();
  const state = join(home, '.testio-mcp');
  const env = {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: undefined,
    TESTIO_NOW: sandbox.now,
    THE_TOKEN: sandbox.token,
  };
  const config = (file = 'config.env') => parseEnv(readFileSync(join(state, file), 'utf8'));
  return { home, state, env, config };
}

const unattended = (...more: string[]) => [
  'setup',
  '--yes',
  '--token-from-env',
  'THE_TOKEN',
  '--base-url',
  sandbox.url,
  ...more,
];

const BROKEN_CLIENTS: [string, string, number][] = [
  ['malformed', '{"servers": ', 0o600],
  ['read-only', '{}', 0o400],
];

describe('setup without questions', () => {
  test.each(BROKEN_CLIENTS)(
    'writes nothing at all when the file of a named client is %s',
    SLOW,
    async (_, text, mode) => {
      const { home, state, env } = user();
      const folder =
        process.platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.config');
      const file = join(folder, 'Code', 'User', 'mcp.json');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
      const { code, stdout } = await run(unattended('--client', 'cursor', 'vscode', '--json'), env);
      expect({ code, error: JSON.parse(stdout).error.code }).toEqual({
        code: 2,
        error: expect.stringMatching(/^client_file_/),
      });
      expect(existsSync(state)).toBe(false);
      expect(existsSync(join(home, '.cursor'))).toBe(false);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  test('ends 3 and says all that was done when a client cannot be told in the end', SLOW, async () => {
    const { home, state, env, config } = user();
    sandbox.clearRequests();
    sandbox.addFaults([{ match: { path: '/bugs' }, fault: 'slow:1500' }]);
    const product = String(sandbox.state().ids.products[1]);
    const args = unattended('--products', product, '--client', 'cursor', 'gemini', '--json');
    const running = start(args, env);
    await requestsSeen(sandbox, 3);
    // Somebody edits the file while the account is read.
    mkdirSync(join(home, '.cursor'));
    writeFileSync(join(home, '.cursor', 'mcp.json'), '{"mcpServers": ');
    const { code, stdout } = await running.ended.finally(() => sandbox.clearFaults());
    const gemini = join(home, '.gemini', 'settings.json');
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 3,
      config_file: join(state, 'config.env'),
      sync: { status: 'completed' },
      clients: [
        { client: 'cursor', backup: null, error: { code: 'client_file_malformed' } },
        { client: 'gemini', file: gemini, backup: null },
      ],
    });
    expect(config()).toMatchObject({ TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
    expect(existsSync(gemini)).toBe(true);
  });

  test('tells a client of a customer that is new', SLOW, async () => {
    const { home, env } = user();
    expect((await run(unattended('--no-sync', '--customer', 'acme', '--client', 'cursor'), env)).code).toBe(0);
    const { mcpServers } = JSON.parse(readFileSync(join(home, '.cursor', 'mcp.json'), 'utf8'));
    expect(Object.keys(mcpServers)).toEqual(['testio-mcp-acme']);
    expect(mcpServers['testio-mcp-acme'].args.slice(-3)).toEqual(['serve', '--customer', 'acme']);
  });

  test(
    'tells the client and ends 1 when the account cannot be read, as with the store of another one',
    SLOW,
    async () => {
      const { home, env } = user();
      expect((await run(unattended(), env)).code).toBe(3);
      const other = await startSandbox({ size: 'small', seed: 77, token: sandbox.token });
      onTestFinished(() => other.close());
      const args = ['setup', '--yes', '--base-url', other.url, '--client', 'cursor', '--json'];
      const { code, stdout } = await run(args, env);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ sync: { error: { code: expect.stringMatching(/account/) } } });
      expect(existsSync(join(home, '.cursor', 'mcp.json'))).toBe(true);
    },
  );

  test('stops when it is interrupted during the sync, with the account written', SLOW, async () => {
    const { home, env, config } = user();
    sandbox.clearRequests();
    sandbox.addFaults([{ match: { path: '/bugs' }, fault: 'slow:60000' }]);
    const running = start(unattended('--client', 'cursor'), env);
    await requestsSeen(sandbox, 4);
    running.child.kill('SIGINT');
    expect((await running.ended.finally(() => sandbox.clearFaults())).code).toBe(130);
    expect(config()).toMatchObject({ TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
    expect(existsSync(join(home, '.cursor'))).toBe(false);
  });

  test(
    'writes the account, reads it and tells a client',
    async () => {
      const { home, state, env, config } = user();
      const titles = sandbox.state().ids.products;
      const args = unattended(
        '--subdomain',
        'https://Acme.test.io/',
        '--products',
        String(titles[1]),
        '--client',
        'cursor',
        '--json',
      );
      const { code, stdout, stderr } = await run(args, env);
      const answer = JSON.parse(stdout);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(answer).toMatchObject({
        config_file: join(state, 'config.env'),
        backup: null,
        customer: null,
        product_ids: [titles[1]],
        sync: { status: 'completed' },
        clients: [{ client: 'cursor', file: join(home, '.cursor', 'mcp.json'), backup: null }],
      });
      expect(config()).toEqual({
        TESTIO_SUBDOMAIN: 'acme',
        TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
        TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
        TESTIO_PRODUCT_IDS: String(titles[1]),
      });
      expect(statSync(join(state, 'config.env')).mode & 0o777).toBe(0o600);
      expect(statSync(state).mode & 0o777).toBe(0o700);
      expect(stdout + readFileSync(join(home, '.cursor', 'mcp.json'), 'utf8')).not.toContain(sandbox.token);
      const status = JSON.parse((await run(['status', '--json'], env)).stdout);
      expect(status.store.counts.tests).toBeGreaterThan(0);
      expect(status.store.counts.tests).toBeLessThan(sandbox.state().counts.tests);
    },
    SLOW.timeout,
  );

  test(
    'takes products by title, keeps what is not given, and keeps a copy of what it replaces',
    async () => {
      const { state, env, config } = user();
      expect((await run(unattended('--no-sync', '--subdomain', 'acme'), env)).code).toBe(0);
      const first = readFileSync(join(state, 'config.env'), 'utf8');
      const { code } = await run(
        ['setup', '--yes', '--no-sync', '--products', 'tidewell web shop', '--products', 'Ostwind Ferry Booking'],
        env,
      );
      expect(code).toBe(0);
      expect(config()).toMatchObject({ TESTIO_SUBDOMAIN: 'acme', TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
      expect(config().TESTIO_PRODUCT_IDS?.split(',')).toHaveLength(2);
      expect(readFileSync(join(state, 'config.env.backup'), 'utf8')).toBe(first);
      expect((await run(['setup', '--yes', '--no-sync', '--products', 'all'], env)).code).toBe(0);
      expect(config().TESTIO_PRODUCT_IDS).toBeUndefined();
    },
    SLOW.timeout,
  );

  test(
    'writes a named customer into a file of its own',
    async () => {
      const { env, config, state } = user();
      expect((await run(unattended('--no-sync', '--customer', 'acme'), env)).code).toBe(0);
      expect(config('customers/acme.env')).toMatchObject({ TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
      expect(existsSync(join(state, 'config.env'))).toBe(false);
      expect((await run(['status', '--customer', 'acme', '--json'], env)).code).toBe(0);
    },
    SLOW.timeout,
  );

  test(
    'never takes the token of another customer for a new one',
    async () => {
      const { env, config, state } = user();
      expect((await run(unattended('--no-sync'), env)).code).toBe(0);
      const before = config();
      for (const customer of ['acme', 'globex']) {
        const without = await run(['setup', '--yes', '--no-sync', '--customer', customer, '--json'], env);
        expect({ code: without.code, ...JSON.parse(without.stdout).error }).toMatchObject({ code: 'token_not_given' });
        expect(existsSync(join(state, 'customers', `${customer}.env`))).toBe(false);
        expect((await run(unattended('--no-sync', '--customer', customer), env)).code).toBe(0);
      }
      expect(config()).toEqual(before);
      const slip = await run(unattended('--no-sync', '--customer', '../acme', '--json'), env);
      expect({ code: slip.code, ...JSON.parse(slip.stdout).error }).toMatchObject({ code: 'invalid_setting' });
    },
    SLOW.timeout,
  );

  test.each([
    ['blanks and quotes', (token: string) => `  "${token}" `],
    ['line breaks', (token: string) => `\r\n${token.slice(0, 20)}\r\n${token.slice(20)}\n`],
    ['characters that cannot be seen', (token: string) => `\u200b${token}\u00a0`],
  ])('takes a token that was pasted with %s', async (_, pasted) => {
    const { env, config } = user();
    const { code } = await run(unattended('--no-sync'), { ...env, THE_TOKEN: pasted(sandbox.token) });
    expect(code).toBe(0);
    expect(config().TESTIO_CUSTOMER_API_TOKEN).toBe(sandbox.token);
  });

  test(
    'renews the token alone',
    async () => {
      const { state, env, config } = user();
      await run(unattended('--no-sync', '--no-check', '--subdomain', 'acme'), {
        ...env,
        THE_TOKEN: 'the-token-of-last-year',
      });
      const sync = await run(['sync'], env);
      expect(sync.code).toBe(1);
      expect(sync.stderr).toContain('testio-mcp setup --token-only');
      const { code, stdout } = await run(
        ['setup', '--yes', '--token-only', '--token-from-env', 'THE_TOKEN', '--json'],
        env,
      );
      expect({ code, ...JSON.parse(stdout) }).toEqual({
        code: 0,
        config_file: join(state, 'config.env'),
        backup: join(state, 'config.env.backup'),
      });
      expect(config()).toMatchObject({ TESTIO_SUBDOMAIN: 'acme', TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
    },
    SLOW.timeout,
  );

  test('keeps the proxy of this shell, which clients would not have, and says so', async () => {
    const { env, config } = user();
    const proxy = { HTTPS_PROXY: 'http://user:secret@127.0.0.1:9', NO_PROXY: '127.0.0.1' };
    const { code, stderr } = await run(unattended('--no-sync'), { ...env, ...proxy });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'Written, too: HTTPS_PROXY http://user:HIDDEN@127.0.0.1:9/, the password too, NO_PROXY 127.0.0.1',
    );
    expect(stderr).not.toContain('secret@');
    expect(config()).toMatchObject({ HTTPS_PROXY: 'http://user:secret@127.0.0.1:9/', NO_PROXY: '127.0.0.1' });
  });

  test('says when this shell still holds another token', async () => {
    const { env } = user();
    const { code, stderr } = await run(unattended('--no-sync'), { ...env, TESTIO_CUSTOMER_API_TOKEN: 'the-old-one' });
    expect(code).toBe(0);
    expect(stderr).toContain('TESTIO_CUSTOMER_API_TOKEN still says another token');
  });
});

const REFUSED: [string, string[], number, string][] = [
  ['without a terminal and without --yes', ['setup'], 2, 'no_terminal'],
  ['with --demo', ['setup', '--yes', '--demo'], 2, 'conflicting_option'],
  ['without a token', ['setup', '--yes'], 2, 'token_not_given'],
  ['with a variable that is not set', ['setup', '--yes', '--token-from-env', 'NOWHERE'], 2, 'token_not_given'],
  ['with something that is no token', ['setup', '--yes', '--token-from-env', 'TWO_WORDS'], 2, 'invalid_token'],
  [
    'with a subdomain that is none',
    ['setup', '--yes', '--token-from-env', 'THE_TOKEN', '--subdomain', 'a b'],
    2,
    'invalid_subdomain',
  ],
  [
    'with an address that is none',
    ['setup', '--yes', '--token-from-env', 'THE_TOKEN', '--base-url', 'x:y'],
    2,
    'invalid_base_url',
  ],
  [
    'with a title while Test IO is not asked',
    ['setup', '--yes', '--token-from-env', 'THE_TOKEN', '--no-check', '--products', 'Shop'],
    2,
    'unknown_product',
  ],
  [
    'of the token alone with other things',
    ['setup', '--yes', '--token-only', '--subdomain', 'acme'],
    2,
    'conflicting_option',
  ],
  ['for a client that is not known', ['setup', '--yes', '--client', 'notepad'], 2, 'invalid_argument'],
];

test.each(REFUSED)('setup %s is refused, and nothing is written', async (_, args, exitCode, reason) => {
  const { home, env } = user();
  const { code, stdout } = await run([...args, '--json'], { ...env, TWO_WORDS: 'no token' });
  expect({ code, reason: JSON.parse(stdout).error.code }).toEqual({ code: exitCode, reason });
  expect(readdirSync(home)).toEqual([]);
});

test('setup names the products there are when one is not', async () => {
  const { home, env } = user();
  const { code, stdout } = await run(unattended('--products', 'Nothing', '--json'), env);
  expect({ code, ...JSON.parse(stdout).error }).toMatchObject({ code: 'unknown_product', field: 'products' });
  expect(JSON.parse(stdout).error.accepted).toHaveLength(sandbox.state().counts.products);
  expect(readdirSync(home)).toEqual([]);
});

describe('setup tells apart why the account could not be opened, and writes nothing', () => {
  const settings = (more: NodeJS.ProcessEnv = {}) => ({ ...user().env, HTTP_TIMEOUT_SECONDS: '1', ...more });

  test.each([
    ['a wrong token', [], 'api_unauthorized'],
    ['a token that may not', [{ match: {}, fault: 'status:403' as const }], 'api_forbidden'],
    ['trouble at Test IO', [{ match: {}, fault: 'status:503' as const }], 'api_server_error'],
    ['no answer in time', [{ match: {}, fault: 'timeout' as const }], 'api_timeout'],
    ['a broken connection', [{ match: {}, fault: 'reset' as const }], 'api_unreachable'],
  ])('%s', async (_, faults, reason) => {
    const env = settings(faults.length === 0 ? { THE_TOKEN: 'a-wrong-token' } : {});
    sandbox.addFaults(faults);
    const { code, stdout } = await run(unattended('--json'), env).finally(() => sandbox.clearFaults());
    expect({ code, reason: JSON.parse(stdout).error.code }).toEqual({ code: 1, reason });
    expect(readdirSync(env.HOME)).toEqual([]);
  });

  test.each([
    ['a name that is not known', ['--base-url', 'http://testio.invalid/v2'], {}, 'api_dns_failure'],
    [
      'a proxy that is not there',
      ['--base-url', 'https://testio.invalid/v2'],
      { HTTPS_PROXY: 'http://127.0.0.1:9' },
      'api_proxy_failure',
    ],
    ['encryption that is not there', ['--base-url', 'https:'], {}, 'api_tls_failure'],
  ])('%s', async (_, flags, more, reason) => {
    const env = settings(more);
    if (flags[1] === 'https:') flags[1] = sandbox.url.replace('http:', 'https:');
    const { code, stdout } = await run([...unattended('--json'), ...flags], env);
    expect({ code, reason: JSON.parse(stdout).error.code }).toEqual({ code: 1, reason });
    expect(readdirSync(env.HOME)).toEqual([]);
  });
});
