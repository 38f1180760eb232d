import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BIN, run, SLOW, temporaryHome } from './testio-mcp.ts';

test('--version prints the version, before and after a command', async () => {
  for (const args of [['--version'], ['-v'], ['sync', '--version']]) {
    expect(await run(args, {})).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  }
});

test('--help of the program and of every command goes to stdout and ends 0', SLOW, async () => {
  const help = await run(['--help'], {});
  expect(help).toMatchObject({ code: 0, stderr: '' });
  const commands = [
    'serve',
    'sync',
    'call',
    'tools',
    'status',
    'demo',
    'setup',
    'install',
    'uninstall',
    'completion',
    'tests',
    'search',
    'store',
    'doctor',
    'logs',
  ];
  for (const command of commands) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    const own = await run([command, '--help'], {});
    expect(own).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['--json', '--quiet', '--env-file', '--customer', '--demo']) expect(own.stdout).toContain(flag);
  }
  for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('help of a question has its options, however it is asked for', async () => {
  const own = await run(['tests', 'list', '--help'], {});
  expect(own.stdout).toContain('--include-bug-counts');
  expect(await run(['tests', 'help', 'list'], {})).toEqual(own);
  expect((await run(['help', 'search'], {})).stdout).toContain('--kind <word>');
});

const MISTAKES: [string, string[], string][] = [
  ['an unknown command', ['snyc'], 'Did you mean sync?'],
  ['help for an unknown command', ['help', 'snyc'], 'no such command'],
  ['an unknown flag', ['sync', '--ful'], 'Did you mean --full?'],
  ['a time to wait that is no number', ['sync', '--wait', 'long'], 'number of seconds'],
  ['a product that is no id', ['sync', '--product', '1,shop'], 'whole numbers'],
  ['a level that is none', ['logs', '--level', 'loud'], 'trace, debug, info'],
  ['a number of lines that is none', ['logs', '--lines', 'all'], 'whole number'],
  ['a missing argument', ['call'], "Missing required argument 'name'"],
  ['an argument too many', ['tools', 'please'], 'Too many arguments'],
  ['a transport that is not there', ['serve', '--transport', 'pigeon'], 'stdio'],
  ['a flag without its value', ['status', '--env-file'], 'argument missing'],
  ['a subject without a question', ['tests'], 'several commands about tests'],
  ['a group of commands without one of them', ['store', 'migrate'], 'testio-mcp store migrate status'],
  ['an unknown question', ['tests', 'lsit'], 'Did you mean list?'],
  ['an unknown flag of a question', ['bugs', 'list', '--sevrity', 'low'], 'Did you mean --severity?'],
  ['a question without its subject', ['tests', 'show'], "Missing required argument 'test'"],
  ['an empty value of a question', ['tests', 'list', '--product', ''], 'It is empty'],
  ['all pages from the second on', ['tests', 'list', '--all', '--page', '2'], 'cannot be used with'],
  ['comma-separated text about one thing', ['tests', 'show', '7', '--csv'], "Unknown option '--csv'"],
  ['flags that exclude each other', ['status', '--demo', '--customer', 'acme'], 'cannot be used with'],
];

test.each(MISTAKES)('%s is refused with exit code 2 before anything is done', async (_, args, sentence) => {
  const home = temporaryHome();
  const plain = await run(args, { TESTIO_HOME: home });
  expect(plain).toMatchObject({ code: 2, stdout: '' });
  expect(plain.stderr).toContain(sentence);
  expect(plain.stderr).toContain('--help');
});

test('a mistake is one JSON document when JSON was asked for', async () => {
  const { code, stdout, stderr } = await run(['snyc', '--json'], {});
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    error: {
      code: 'unknown_command',
      kind: 'validation',
      message: "Unknown command 'snyc'. Did you mean sync?",
      retryable: false,
      next: expect.stringContaining('testio-mcp --help'),
    },
  });
});

test('Node itself refuses a missing --env-file when it was started without two dashes, and nothing is done', async () => {
  const home = temporaryHome();
  const started = spawnSync(process.execPath, [BIN, 'sync', '--env-file', 'nowhere.env'], {
    env: { ...process.env, TESTIO_HOME: home },
    encoding: 'utf8',
  });
  // Should Node ever leave the file to the program, the program's own exit code is 2.
  expect([9, 2]).toContain(started.status);
  expect(started.stderr).toContain('nowhere.env');
  expect(started.stdout).toBe('');
  expect(readdirSync(home)).toEqual([]);
});

test('completion prints the script of a shell and nothing else, or puts it into a document', SLOW, async () => {
  const home = temporaryHome();
  const plain = await run(['completion', 'fish'], { TESTIO_HOME: home });
  expect(plain).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('complete -c testio-mcp') });
  const { stdout } = await run(['completion', 'fish', '--json'], { TESTIO_HOME: home });
  expect(JSON.parse(stdout)).toEqual({ shell: 'fish', script: plain.stdout.slice(0, -1) });
  const unknown = await run(['completion', 'cmd'], { TESTIO_HOME: home });
  expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/bash, zsh, fish/) });
});
