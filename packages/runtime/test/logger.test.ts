import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { createLogger, type Logger, loadConfig, openLogger } from '@testio-mcp/runtime';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRedactor } from '../src/redaction.ts';
import { openRotatingFile, rotatedFiles } from '../src/rotating-file.ts';

const TOKEN = 'tok-"quoted"\\and/odd+0123456789';
const PROXY_PASSWORD = 'proxy-pass-42';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testio-logger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function capture(env: Record<string, string> = {}): { logger: Logger; text: () => string; lines: () => unknown[] } {
  const config = loadConfig({
    env: {
      TESTIO_CUSTOMER_API_TOKEN: TOKEN,
      TESTIO_HTTP_TOKEN: 'http-secret-0123',
      HTTPS_PROXY: `http://me:${PROXY_PASSWORD}@proxy.example:3128`,
      ...env,
    },
    homeDir: folder,
  });
  const written: string[] = [];
  return {
    logger: createLogger(config, { write: (line) => written.push(line) }),
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line)),
  };
}

function troubled(): Error {
  const root = new Error(`connect failed for ${TOKEN}`);
  const error = new TestioError({
    kind: 'network',
    code: 'unreachable',
    message: `GET https://api.example/?token=${encodeURIComponent(TOKEN)} failed`,
    received: { deep: [TOKEN] },
    cause: root,
  });
  error.stack = `${error.stack}\n    at somewhere (${TOKEN})`;
  return error;
}

describe.each(['json', 'text'])('in the form %s', (format) => {
  test.each([
    ['message', (logger: Logger) => logger.warn(`sent Authorization: Token ${TOKEN}`)],
    ['format arguments', (logger: Logger) => logger.warn('sent %s and %o', TOKEN, { a: TOKEN })],
    ['object', (logger: Logger) => logger.warn({ request: { headers: { authorization: `Token ${TOKEN}` } } }, 'sent')],
    ['key of an object', (logger: Logger) => logger.warn({ [TOKEN]: 1 }, 'sent')],
    ['JSON inside a string', (logger: Logger) => logger.warn({ body: JSON.stringify({ token: TOKEN }) }, 'sent')],
    ['error, its cause and stack', (logger: Logger) => logger.error({ err: troubled() }, 'failed')],
    ['bindings of a child', (logger: Logger) => logger.child({ token: TOKEN }).warn('child')],
    ['other secrets', (logger: Logger) => logger.warn(`proxy ${PROXY_PASSWORD}, client http-secret-0123`)],
  ])('no secret gets through in a %s', (_, log) => {
    const { logger, text } = capture({ LOG_FORMAT: format });
    log(logger);
    expect(text()).toContain('[redacted]');
    for (const secret of ['0123456789', PROXY_PASSWORD, 'http-secret-0123']) expect(text()).not.toContain(secret);
  });
});

test('a foreign token in an Authorization header goes too, whatever its scheme and case', () => {
  const redact = createRedactor([]);
  for (const scheme of ['Token', 'bearer', 'BASIC']) {
    expect(redact(`"authorization":"${scheme} abc.def-1" x`)).toBe(`"authorization":"${scheme} [redacted]" x`);
    expect(redact(`Authorization: ${scheme} abc.def-1, x`)).toBe(`Authorization: ${scheme} [redacted], x`);
  }
});

test('texts without secrets stay as they are; an empty secret redacts nothing', () => {
  const redact = createRedactor(['', TOKEN]);
  fc.assert(
    fc.property(fc.string(), (text) => text.includes(TOKEN) || redact(text) === text || /authorization/i.test(text)),
  );
});

test('secrets vanish wherever they stand, several times and side by side', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.string()),
      fc.string({ minLength: 12, unit: 'binary-ascii' }),
      (head, tails, secret) => {
        const redact = createRedactor([secret]);
        const text = redact([head, ...tails].join(secret));
        return !text.includes(secret) || '[redacted]'.includes(secret);
      },
    ),
  );
});

test('text lines read well: time, level, message, fields, stack', () => {
  const { logger, text } = capture({ LOG_FORMAT: 'text' });
  logger.warn({ tool: 'list_tests', ms: 3, err: new Error('broken') }, 'slow');
  const [head, second] = text().split('\n');
  expect(head).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z WARN slow tool=list_tests ms=3$/);
  expect(second).toBe('Error: broken');
});

test('text lines cannot be forged with line breaks inside a value', () => {
  const { logger, text } = capture({ LOG_FORMAT: 'text' });
  logger.info({ tool: 'x\n2026-01-01T00:00:00Z ERROR forged' }, 'a\nb');
  expect(text().trimEnd().split('\n')).toHaveLength(1);
});

test.each([
  [{}, ['info', 'warn', 'error']],
  [{ LOG_LEVEL: 'debug' }, ['debug', 'info', 'warn', 'error']],
  [{ LOG_LEVEL: 'ERROR' }, ['error']],
  [{ LOG_LEVEL: 'silent' }, []],
])('%j lets through %j', (env, expected) => {
  const { logger, lines } = capture(env);
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) logger[level]('x');
  expect(lines().map((line) => (line as { level: string }).level)).toEqual(expected);
});

describe('the log file', () => {
  const messages = (file: string) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg);

  test('is private, appended to, and gets info lines', async () => {
    const file = join(folder, 'logs', 'server.log');
    const config = loadConfig({ env: { LOG_FILE: file, TESTIO_CUSTOMER_API_TOKEN: TOKEN }, homeDir: folder });
    (await openLogger(config)).info(`first ${TOKEN}`);
    (await openLogger(config)).info('second');
    expect(messages(file)).toEqual(['first [redacted]', 'second']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'logs')).mode & 0o777).toBe(0o700);
  });

  test('of a server lies in the home folder; commands write one only when it is asked for', async () => {
    const config = loadConfig({ env: {}, homeDir: folder });
    (await openLogger(config)).info('of a command');
    (await openLogger(config, { isServer: true })).info('of a server');
    expect(messages(join(folder, '.testio-mcp', 'logs', 'server.log'))).toEqual(['of a server']);
  });

  test('that cannot be written is a configuration error, at once also where Node would wait for ever', async () => {
    writeFileSync(join(folder, 'file'), '');
    for (const file of [join(folder, 'file', 'x.log'), '/proc/testio-mcp/x.log']) {
      const config = loadConfig({ env: { LOG_FILE: file }, homeDir: folder });
      await expect(openLogger(config)).rejects.toMatchObject({ code: 'log_file_unusable' });
    }
  });

  test('that is only the usual one does not keep a server from starting', async () => {
    const config = loadConfig({ env: { TESTIO_HOME: '/proc/testio-mcp', LOG_LEVEL: 'fatal' }, homeDir: folder });
    await expect(openLogger(config, { isServer: true })).resolves.toHaveProperty('info');
  });

  test('is set aside when it has grown; a few older ones are kept, all private', () => {
    const file = join(folder, 'server.log');
    const log = openRotatingFile(file, { largestBytes: 30, kept: 2 });
    for (const n of [1, 2, 3, 4, 5, 6, 7]) log.write(`line number ${n}\n`);
    expect(readdirSync(folder).sort()).toEqual(['server.log', 'server.log.1', 'server.log.2']);
    const texts = [file, ...rotatedFiles(file, 2)].map((each) => readFileSync(each, 'utf8'));
    expect(texts.toReversed().join('')).toBe(
      'line number 3\nline number 4\nline number 5\nline number 6\nline number 7\n',
    );
    for (const each of readdirSync(folder)) expect(statSync(join(folder, each)).mode & 0o777).toBe(0o600);
  });

  test('is shared: who finds it set aside or deleted goes on in the new one, and nothing is lost', () => {
    const file = join(folder, 'server.log');
    const limits = { largestBytes: 200, kept: 50 };
    const writers = ['a', 'b', 'c'].map((name) => ({ name, log: openRotatingFile(file, limits) }));
    const written: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      for (const { name, log } of writers) {
        written.push(`${name} ${n}`);
        log.write(`${name} ${n}\n`);
      }
    }
    const kept = [file, ...rotatedFiles(file, 50)].filter((each) => existsSync(each));
    expect(kept.length).toBeGreaterThan(3);
    const lines = kept.toReversed().flatMap((each) => readFileSync(each, 'utf8').trim().split('\n'));
    expect(lines).toEqual(written);
    rmSync(file);
    writers[0]?.log.write('after\n');
    expect(readFileSync(file, 'utf8')).toBe('after\n');
  });

  test('that cannot be written any more does not end the program', () => {
    const file = join(folder, 'server.log');
    const log = openRotatingFile(file);
    rmSync(file);
    mkdirSync(file);
    log.write('into nothing\n');
    rmSync(file, { recursive: true });
    log.write('again\n');
    expect(readFileSync(file, 'utf8')).toBe('again\n');
  });
});
