import { SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../src/arguments.ts';
import { helpPage } from '../src/help.ts';

describe('the command line', () => {
  test('has the flags of serve', () => {
    const none = { host: undefined, port: undefined, envFile: undefined, customer: undefined };
    expect(readArguments([])).toEqual({ ...none, show: null, transport: 'stdio', quiet: false });
    expect(readArguments(['--transport', 'http', '--host', '::1', '--port=0'])).toMatchObject({
      transport: 'http',
      host: '::1',
      port: '0',
    });
    expect(readArguments(['--transport', 'stdio', '--env-file=my.env', '--customer', 'acme', '--quiet'])).toEqual({
      ...none,
      show: null,
      transport: 'stdio',
      envFile: 'my.env',
      customer: 'acme',
      quiet: true,
    });
    expect(readArguments(['--version']).show).toBe('version');
    expect(readArguments(['-h', '--version']).show).toBe('help');
  });

  test.each([
    [['--nonsense'], '--nonsense'],
    [['serve'], 'serve'],
    [['--customer'], '--customer'],
    [['--quiet=yes'], '--quiet'],
    [['--transport', 'carrier-pigeon'], 'carrier-pigeon'],
  ])('%j is a usage error that names %s', (args, named) => {
    expect(() => readArguments(args)).toThrowError(
      expect.objectContaining({ kind: 'configuration', code: 'usage', message: expect.stringContaining(named) }),
    );
  });
});

test('the help page names every flag and every setting with its default', () => {
  const page = helpPage();
  for (const flag of [
    '--transport',
    '--host',
    '--port',
    '--env-file',
    '--customer',
    '--quiet',
    '--version',
    '--help',
  ]) {
    expect(page).toContain(flag);
  }
  for (const name of SETTING_NAMES) {
    expect(page).toContain(`  ${SETTINGS[name].variable}\n      ${SETTINGS[name].help}`);
    if (SETTINGS[name].default !== null) expect(page).toContain(`default ${SETTINGS[name].default}`);
  }
});
