import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { TestioError } from '@testio-mcp/domain';
import { changeConfigFile, customerConfigFile, SETTINGS, type SettingChanges } from '@testio-mcp/runtime';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testio-writer-'));
  file = join(folder, 'home', 'config.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function changed(before: string, changes: SettingChanges): Promise<string> {
  mkdirSync(join(folder, 'home'), { recursive: true });
  writeFileSync(file, before);
  await changeConfigFile(file, changes);
  return readFileSync(file, 'utf8');
}

async function failure(work: Promise<unknown>): Promise<TestioError> {
  const thrown = await work.catch((error: unknown) => error);
  if (thrown instanceof TestioError) return thrown;
  throw new Error('It did not fail.');
}

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the text', () => {
  test('keeps comments, order, unknown lines and the place of what is changed', async () => {
    const before = '# mine\n\nexport LOG_LEVEL=debug # loud\nOTHER="a\nb"\nnot an assignment\nX=1\n';
    expect(await changed(before, { logLevel: 'warn', timeZone: 'Europe/Berlin' })).toBe(
      '# mine\n\nLOG_LEVEL=warn\nOTHER="a\nb"\nnot an assignment\nX=1\nTESTIO_TIMEZONE=Europe/Berlin\n',
    );
  });

  test('removes a setting wherever it stands, also in lower case', async () => {
    expect(await changed('A=1\nLOG_LEVEL=info\nB=2\nlog_level="x\ny"\nC=3', { logLevel: null })).toBe('A=1\nB=2\nC=3');
  });

  test('of several lines that set the same, one is left', async () => {
    expect(await changed('LOG_LEVEL=info\nA=1\nLOG_LEVEL=warn\nB=1\n', { logLevel: 'debug' })).toBe(
      'A=1\nLOG_LEVEL=debug\nB=1\n',
    );
  });

  test('keeps line ends and a byte order mark', async () => {
    expect(await changed('\uFEFFLOG_LEVEL=info\r\nA=1', { logFormat: 'json' })).toBe(
      '\uFEFFLOG_LEVEL=info\r\nA=1\r\nLOG_FORMAT=json\r\n',
    );
    expect(await changed('\uFEFFA=1\n', { logFormat: 'json' })).toBe('\uFEFFA=1\nLOG_FORMAT=json\n');
  });

  test('a pasted token is written bare', async () => {
    expect(await changed('', { token: ' "abc-123"\n' })).toBe('TESTIO_CUSTOMER_API_TOKEN=abc-123\n');
  });

  test.each([`a'b"c\`d`, 'two\nlines'])(
    'refuses the value %j, which no quotes can hold, and leaves the file alone',
    async (value) => {
      const error = await failure(changed('A=1\n', { logFile: value }));
      expect(error).toMatchObject({ kind: 'configuration', code: 'config_file_not_editable' });
      expect(readFileSync(file, 'utf8')).toBe('A=1\n');
    },
  );

  const LINES = [
    '# comment',
    '',
    'A=1',
    "B='x y'",
    'C="two\nlines" # c',
    'D=`a\n#b`',
    "E='open",
    'F=',
    'export G = 7 ',
    'log_file=old.log',
    'LOG_FILE="older\n.log"',
  ];

  test('what is written reads back the same, and nothing else changes', async () => {
    const value = fc
      .string({ unit: fc.constantFrom(...'ab \'"`#=\\n$é/:{}\t'), minLength: 1 })
      .filter((text) => text.trim() !== '');
    const text = fc.array(fc.constantFrom(...LINES)).map((lines) => lines.join('\n'));
    mkdirSync(join(folder, 'home'));
    let written = 0;
    await fc.assert(
      fc.asyncProperty(text, value, async (before, given) => {
        writeFileSync(file, before);
        const { LOG_FILE: _, log_file: __, ...others } = parseEnv(before);
        try {
          await changeConfigFile(file, { logFile: given });
          written += 1;
          expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({ ...others, LOG_FILE: given.trim() });
        } catch (thrown) {
          if (!(thrown instanceof TestioError)) throw thrown;
          expect(readFileSync(file, 'utf8')).toBe(before);
          // Only three kinds of quotes at once, or a quote that is left open before them, cannot be written.
          expect(/['"`]/.test(given) || before.includes("'open")).toBe(true);
        }
        await changeConfigFile(file, { logFile: null });
        expect(parseEnv(readFileSync(file, 'utf8'))).toEqual(others);
      }),
      { numRuns: 100 },
    );
    expect(written).toBeGreaterThan(50);
  });
});

describe('the file', () => {
  test('is made with its folder, for the owner alone', async () => {
    expect(await changeConfigFile(file, { logLevel: 'warn' }, { backup: true })).toEqual({ file, backup: null });
    expect([mode(file), mode(join(folder, 'home'))]).toEqual([0o600, 0o700]);
    expect(readdirSync(join(folder, 'home'))).toEqual(['config.env']);
  });

  test('is closed for others when it was open, with one backup when asked', async () => {
    await changed('LOG_LEVEL=info\n', { logLevel: 'warn' });
    chmodSync(file, 0o644);
    for (const logLevel of ['error', 'debug']) await changeConfigFile(file, { logLevel }, { backup: true });
    expect(readFileSync(`${file}.backup`, 'utf8')).toBe('LOG_LEVEL=error\n');
    expect([mode(file), mode(`${file}.backup`)]).toEqual([0o600, 0o600]);
  });

  test('stays where a link leads', async () => {
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'dotfiles.env'), 'A=1\n');
    symlinkSync(join(folder, 'dotfiles.env'), file);
    await changeConfigFile(file, { logLevel: 'warn' });
    expect(readFileSync(join(folder, 'dotfiles.env'), 'utf8')).toBe('A=1\nLOG_LEVEL=warn\n');
  });

  test('is not made to remove something', async () => {
    await changeConfigFile(file, { logLevel: null });
    expect(existsSync(file)).toBe(false);
  });

  test('that cannot be written is an error, and is as it was', async () => {
    mkdirSync(file, { recursive: true });
    expect(await failure(changeConfigFile(file, { logLevel: 'warn' }))).toMatchObject({
      kind: 'configuration',
      code: 'config_file_not_written',
    });
    expect(readdirSync(join(folder, 'home'))).toEqual(['config.env']);
  });
});

describe('values', () => {
  test.each([
    ['logLevel', 'loud'],
    ['httpPort', ''],
    ['productIds', '598,abc'],
  ] as const)('%s=%j is refused with what is accepted; nothing is written', async (name, text) => {
    const error = await failure(changeConfigFile(file, { timeZone: 'UTC', [name]: text }));
    expect(error).toMatchObject({ kind: 'validation', code: 'invalid_setting' });
    expect(error.message).toContain(SETTINGS[name].type.accepts);
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  test('a bad secret is not repeated', async () => {
    const error = await failure(changeConfigFile(file, { token: 'two words' }));
    expect(JSON.stringify(error.report())).not.toContain('two words');
  });
});

test('each named customer has a file of its own; the unnamed one has the common file', () => {
  const home = '/home/me/.testio-mcp';
  expect(customerConfigFile(home, 'acme')).toBe(join(home, 'customers', 'acme.env'));
  expect(customerConfigFile(home, null)).toBe(join(home, 'config.env'));
  expect(customerConfigFile(home, 'default')).toBe(join(home, 'config.env'));
});
