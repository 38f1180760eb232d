import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KEYS, onTerminal, type TerminalSession } from './terminal-session.ts';
import { requestsSeen, SLOW, temporaryHome } from './testio-mcp.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', seed: 5 });
});

beforeEach(() => {
  sandbox.clearRequests();
});

afterAll(() => sandbox.close());

/** Somebody at a machine that was never set up. */
function user(home = temporaryHome(), more: NodeJS.ProcessEnv = {}) {
  const env = {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: undefined,
    NO_COLOR: '1',
    TESTIO_NOW: sandbox.now,
    ...more,
  };
  const file = join(home, '.testio-mcp', 'config.env');
  return {
    home,
    file,
    setUp: (args = ['--base-url', sandbox.url]) => onTerminal(['setup', ...args], env),
    config: () => parseEnv(readFileSync(file, 'utf8')),
    /** Every file below the home folder but those of Node and of the store. */
    files: () =>
      readdirSync(home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('stores'))
        .map((entry) => entry.name)
        .sort(),
  };
}

/** What a terminal sends to empty the line. */
const CLEAR = '\u0015';

interface Step {
  readonly sees: string;
  readonly types: () => string;
}

/** The whole way through setup: what is asked and what is answered. */
const STEPS: readonly Step[] = [
  { sees: 'Subdomain of your Test IO account', types: () => `acme${KEYS.enter}` },
  { sees: 'API token (it is not shown)', types: () => `not-the-token${KEYS.enter}` },
  { sees: 'What now?', types: () => KEYS.enter },
  { sees: 'API token (it is not shown)', types: () => ` '${sandbox.token}' \r\n` },
  { sees: 'Which products?', types: () => KEYS.down + KEYS.enter },
  { sees: 'Choose the products', types: () => KEYS.space + KEYS.enter },
  { sees: 'Is this right?', types: () => KEYS.enter },
  { sees: 'Read the account now?', types: () => KEYS.enter },
  { sees: 'Which programs shall use it?', types: () => KEYS.down + KEYS.down + KEYS.space + KEYS.enter },
  { sees: 'Write it?', types: () => KEYS.enter },
];
const WRITES_AFTER = STEPS.findIndex(({ sees }) => sees === 'Is this right?');

async function walk(session: TerminalSession, steps: readonly Step[]): Promise<void> {
  for (const { sees, types } of steps) {
    await session.see(sees);
    session.type(types());
  }
}

test('setup asks its way from nothing to a client that uses it', SLOW, async () => {
  const { home, setUp, config, files } = user();
  const session = setUp();
  await walk(session, STEPS);
  expect(await session.ended).toBe(0);
  const shown = session.shown();
  expect(shown).toContain('Test IO did not accept the API token');
  expect(shown).not.toContain(sandbox.token);
  expect(shown).toContain('Sync completed');
  expect(config()).toEqual({
    TESTIO_SUBDOMAIN: 'acme',
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_PRODUCT_IDS: expect.stringMatching(/^\d+$/),
  });
  expect(files()).toEqual(['config.env', 'mcp.json']);
  const entry = JSON.parse(readFileSync(join(home, '.cursor', 'mcp.json'), 'utf8')).mcpServers['testio-mcp'];
  expect(entry.command).toBe(process.execPath);
});

describe('Ctrl-C', () => {
  test.each(STEPS.map(({ sees }, at) => [at, sees] as const))(
    'at question %i (%s) ends 130 and leaves nothing half written',
    SLOW,
    async (at) => {
      const { setUp, config, files } = user();
      const session = setUp();
      await walk(session, STEPS.slice(0, at));
      await session.see(STEPS[at]?.sees ?? '');
      session.type(KEYS.interrupt);
      expect(await session.ended).toBe(130);
      expect(session.shown()).toContain(
        at <= WRITES_AFTER ? 'Left; nothing was written.' : 'Left; the account is set up',
      );
      expect(files()).toEqual(at <= WRITES_AFTER ? [] : ['config.env']);
      if (at > WRITES_AFTER)
        expect(config()).toMatchObject({ TESTIO_CUSTOMER_API_TOKEN: sandbox.token, TESTIO_SUBDOMAIN: 'acme' });
    },
  );

  test('while Test IO is asked ends 130, and nothing is written', SLOW, async () => {
    const { setUp, files } = user();
    sandbox.addFaults([{ match: {}, fault: 'slow:60000' }]);
    const session = setUp();
    await walk(session, STEPS.slice(0, 2));
    await session.see('Asking 127.0.0.1');
    session.type(KEYS.interrupt);
    expect(await session.ended.finally(() => sandbox.clearFaults())).toBe(130);
    expect(files()).toEqual([]);
  });

  test('during the first sync ends 130 with the account written', SLOW, async () => {
    const { setUp, config } = user();
    const session = setUp();
    await walk(session, STEPS.slice(0, 7));
    await session.see('Read the account now?');
    sandbox.clearRequests();
    sandbox.addFaults([{ match: { path: '/bugs' }, fault: 'slow:60000' }]);
    session.type(KEYS.enter);
    await requestsSeen(sandbox, 2);
    session.type(KEYS.interrupt);
    expect(await session.ended.finally(() => sandbox.clearFaults())).toBe(130);
    expect(config()).toMatchObject({ TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
  });
});

test('a second setup offers what is there, remembers answers while others change, and keeps a copy', SLOW, async () => {
  const { home, setUp, config, file } = user();
  const first = setUp(['--base-url', sandbox.url, '--no-sync']);
  await walk(first, [...STEPS.slice(0, 7)]);
  await first.see('Which programs');
  first.type(KEYS.enter);
  expect(await first.ended).toBe(0);
  const before = readFileSync(file, 'utf8');

  const second = user(home).setUp(['--base-url', sandbox.url, '--no-sync']);
  await second.see('Subdomain of your Test IO account');
  await second.see('acme');
  second.type(KEYS.enter);
  await second.see('A token is set already');
  second.type(KEYS.enter);
  await second.see('Which products?');
  await second.see('● Only some of them');
  second.type(KEYS.enter);
  await second.see('Choose the products');
  second.type(KEYS.enter);
  await second.see('Is this right?');
  second.type(KEYS.down, KEYS.enter);
  await second.see('Subdomain of your Test IO account');
  second.type('-eu', KEYS.enter);
  await second.see('acme-eu.test.io');
  await second.see('Is this right?');
  second.type(KEYS.enter);
  await second.see('Which programs');
  second.type(KEYS.enter);
  expect(await second.ended).toBe(0);
  expect(config()).toEqual({ ...parseEnv(before), TESTIO_SUBDOMAIN: 'acme-eu' });
  expect(readFileSync(`${file}.backup`, 'utf8')).toBe(before);
});

test('what of this shell is written besides is shown before, without the password', SLOW, async () => {
  const { setUp, config } = user(undefined, {
    HTTPS_PROXY: 'http://me:pass-of-proxy@127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  });
  const session = setUp(['--base-url', sandbox.url, '--no-sync']);
  await walk(session, STEPS.slice(0, WRITES_AFTER));
  await session.see('Proxy');
  await session.see('HTTPS_PROXY http://me:HIDDEN@');
  await session.see('Is this right?');
  session.type(KEYS.enter);
  await session.see('Which programs');
  session.type(KEYS.enter);
  expect(await session.ended).toBe(0);
  expect(session.shown()).not.toContain('pass-of-proxy');
  expect(config()).toMatchObject({ HTTPS_PROXY: 'http://me:pass-of-proxy@127.0.0.1:9/' });
});

test('answers that are no good are asked for again, with the reason', SLOW, async () => {
  const { setUp, files } = user();
  const session = setUp();
  await session.see('Subdomain of your Test IO account');
  session.type('two words', KEYS.enter);
  await session.see('letters, digits and dashes');
  session.type(CLEAR, 'https://acme.test.io/products', KEYS.enter);
  await session.see('API token');
  session.type('two words', KEYS.enter);
  await session.see('one word of printable ASCII');
  session.type(KEYS.interrupt);
  expect(await session.ended).toBe(130);
  expect(files()).toEqual([]);
});

test('an account that cannot be asked can be kept all the same, unconfirmed', SLOW, async () => {
  const { setUp, config, home } = user();
  sandbox.addFaults([{ match: {}, fault: 'status:403' }]);
  const session = setUp(['--base-url', sandbox.url, '--no-sync']);
  await walk(session, STEPS.slice(0, 2));
  await session.see('does not let it read');
  await session.see('What now?');
  session.type(KEYS.down, KEYS.down, KEYS.down, KEYS.enter);
  await session.see('not confirmed by Test IO');
  await session.see('Is this right?');
  session.type(KEYS.enter);
  await session.see('Which programs');
  session.type(KEYS.enter);
  expect(await session.ended.finally(() => sandbox.clearFaults())).toBe(0);
  expect(config().TESTIO_CUSTOMER_API_TOKEN).toBe('not-the-token');
  expect(existsSync(join(home, '.cursor'))).toBe(false);
});

test('a wrong address is corrected on the way, and before it is written everything may be changed', SLOW, async () => {
  const { setUp, config } = user();
  const session = setUp(['--base-url', sandbox.url.replace('/v2', '/v1'), '--no-sync']);
  await walk(session, STEPS.slice(0, 1));
  await walk(session, [
    { sees: '◆  API token', types: () => `${sandbox.token}${KEYS.enter}` },
    { sees: '◆  What now?', types: () => KEYS.enter },
    { sees: '◆  What now?', types: () => KEYS.down + KEYS.down + KEYS.enter },
    { sees: '◆  Address of the Customer API', types: () => `${CLEAR}no address${KEYS.enter}` },
    { sees: 'https', types: () => `${CLEAR}${sandbox.url}${KEYS.enter}` },
    { sees: '◆  Which products?', types: () => KEYS.enter },
    { sees: '◆  Is this right?', types: () => KEYS.down + KEYS.down + KEYS.down + KEYS.enter },
    { sees: '◆  Which products?', types: () => KEYS.down + KEYS.enter },
    { sees: '◆  Choose the products', types: () => KEYS.space + KEYS.enter },
    { sees: '◆  Is this right?', types: () => KEYS.down + KEYS.down + KEYS.enter },
    { sees: '◆  API token', types: () => `${sandbox.token}${KEYS.enter}` },
    { sees: '◆  Is this right?', types: () => KEYS.down + KEYS.down + KEYS.down + KEYS.down + KEYS.enter },
    { sees: '◆  Address of the Customer API', types: () => KEYS.enter },
    { sees: '◆  Is this right?', types: () => KEYS.enter },
    { sees: '◆  Which programs', types: () => KEYS.enter },
  ]);
  expect(await session.ended).toBe(0);
  expect(config()).toEqual({
    TESTIO_SUBDOMAIN: 'acme',
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_PRODUCT_IDS: expect.stringMatching(/^\d+$/),
  });
});

test('--token-only asks for the token and nothing else', SLOW, async () => {
  const { setUp, config, file } = user();
  mkdirSync(dirname(file), { mode: 0o700 });
  writeFileSync(file, `# mine\nTESTIO_CUSTOMER_API_BASE_URL=${sandbox.url}\nTESTIO_CUSTOMER_API_TOKEN=last-years\n`);
  const session = setUp(['--token-only']);
  await session.see('API token');
  session.type(sandbox.token, KEYS.enter);
  expect(await session.ended).toBe(0);
  expect(config()).toEqual({ TESTIO_CUSTOMER_API_BASE_URL: sandbox.url, TESTIO_CUSTOMER_API_TOKEN: sandbox.token });
  expect(readFileSync(file, 'utf8')).toMatch(/^# mine\n/);
});
