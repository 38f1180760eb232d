import { once } from 'node:events';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainWords } from '../../launcher/main.mjs';
import { quoteArgument } from '../../launcher/windows-command.mjs';
import { ROOT } from '../../step.ts';
import { LauncherWorkspace, outcomeOf } from './launcher-workspace.ts';

/** Arguments that a shell would take apart, expand or lose. */
const AWKWARD = [
  'two words',
  '',
  "it's",
  '"quoted"',
  '$HOME',
  '`id`',
  '$(id)',
  'a;b|c&d',
  '*',
  '\\',
  'line\nbreak',
  '--x=é',
];
const PRINT_ARGUMENTS = 'process.stdout.write(JSON.stringify(process.argv.slice(2)))';

let workspace: LauncherWorkspace;

beforeAll(async () => {
  workspace = new LauncherWorkspace({ print: 'node print.mjs fixed', where: 'node where.mjs', shell: 'a && b' });
  workspace.write('print.mjs', PRINT_ARGUMENTS);
  workspace.write('where.mjs', 'process.stdout.write(process.cwd())');
  await workspace.run(['exec', 'true']);
});

afterAll(() => workspace.remove());

describe('what the launcher is asked for', () => {
  test('without arguments it lists the scripts on stderr', async () => {
    const outcome = await workspace.run([]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('./dev print  node print.mjs fixed');
  });

  test('asked for help it lists them too, and that is no error', async () => {
    expect(await workspace.run(['--help'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('print'),
    });
  });

  test.for([
    [['nonsense'], 2, 'there is no script "nonsense"'],
    [['exec'], 2, 'exec needs a command'],
    [['exec', 'no-such-command'], 127, 'no-such-command was not found'],
    [['exec', './print.mjs'], 126, 'could not be started'],
    [['shell'], 1, 'needs a shell'],
  ] as const)('%j exits with %i and says why', async ([args, code, message]) => {
    const outcome = await workspace.run(args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });

  test('every script of the workspace runs without a shell', () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const [name, text] of Object.entries(manifest.scripts)) {
      expect(plainWords(name, text).join(' ')).toBe(text);
    }
  });
});

describe('passing through', () => {
  test.for([0, 1, 3, 255])('the exit code %i', async (code) => {
    expect(await workspace.run(['exec', 'node', '-e', `process.exit(${code})`])).toEqual({
      code,
      stdout: '',
      stderr: '',
    });
  });

  test('arguments of a command, unchanged', async () => {
    const { stdout } = await workspace.run(['exec', 'node', 'print.mjs', ...AWKWARD]);
    expect(JSON.parse(stdout)).toEqual(AWKWARD);
  });

  test('arguments of a script, behind its own, unchanged', async () => {
    const { stdout } = await workspace.run(['print', ...AWKWARD]);
    expect(JSON.parse(stdout)).toEqual(['fixed', ...AWKWARD]);
  });

  test('stdin, stdout and stderr, whole', async () => {
    const input = 'ä'.repeat(1_000_000);
    const echo = 'process.stdin.pipe(process.stdout); process.stderr.write("aside")';
    const outcome = await workspace.run(['exec', 'node', '-e', echo], { input });
    expect(outcome.stdout === input).toBe(true);
    expect(outcome).toMatchObject({ code: 0, stderr: 'aside' });
  });

  test.for([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s, which ends the command, as exit code %i', async ([signal, code]) => {
    const child = workspace.start(['exec', 'node', '-e', 'setInterval(() => {}, 1e6); process.stdout.write("ready")']);
    const outcome = outcomeOf(child);
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    expect(await outcome).toMatchObject({ code });
  });

  test.for(['SIGTERM', 'SIGINT'] as const)(
    '%s once, and the exit code of a command that handles it',
    async (signal) => {
      const handle = `let n = 0; process.on('${signal}', () => { n += 1; setTimeout(() => process.exit(10 + n), 100); })`;
      const program = `${handle}; setInterval(() => {}, 1e6); process.stdout.write('ready')`;
      const child = workspace.start(['exec', 'node', '-e', program]);
      const outcome = outcomeOf(child);
      await once(child.stdout ?? child, 'data');
      child.kill(signal);
      expect(await outcome).toMatchObject({ code: 11 });
    },
  );
});

describe('the surroundings of a command', () => {
  test('a command runs where the caller stands, a script in the root', async () => {
    const elsewhere = join(workspace.root, 'elsewhere');
    mkdirSync(elsewhere);
    const command = await workspace.run(['exec', 'node', '-p', 'process.cwd()'], { cwd: elsewhere });
    const script = await workspace.run(['where'], { cwd: elsewhere });
    expect(command.stdout.trim()).toBe(realpathSync(elsewhere));
    expect(script.stdout).toBe(realpathSync(workspace.root));
  });

  test('the binaries of the workspace come first on PATH', async () => {
    const { stdout } = await workspace.run(['exec', 'node', '-p', 'process.env.PATH']);
    const folders = stdout.trim().split(':');
    expect(folders.slice(0, 2).map((folder) => folder.replace(`${realpathSync(workspace.root)}/`, ''))).toEqual([
      'node_modules/.bin',
      'scripts/node_modules/.bin',
    ]);
  });

  test.for([
    [undefined, '--conditions=@testio-mcp/source'],
    ['--no-warnings', '--no-warnings --conditions=@testio-mcp/source'],
    ['--conditions=@testio-mcp/source', '--conditions=@testio-mcp/source'],
  ] as const)('packages resolve to their sources beside NODE_OPTIONS=%s', async ([given, expected]) => {
    const { stdout } = await workspace.run(['exec', 'node', '-p', 'process.env.NODE_OPTIONS'], {
      env: given ? { NODE_OPTIONS: given } : {},
    });
    expect(stdout.trim()).toBe(expected);
  });

  test('no telemetry, no update notices', async () => {
    const { stdout } = await workspace.run(['exec', 'sh', '-c', 'echo $TURBO_TELEMETRY_DISABLED $NO_UPDATE_NOTIFIER']);
    expect(stdout.trim()).toBe('1 1');
  });
});

test('arguments for a Windows .cmd file are quoted for both interpreters that read them', () => {
  expect(quoteArgument('plain')).toBe('^^^"plain^^^"');
  expect(quoteArgument('a "b" %c%')).toBe('^^^"a^^^ \\^^^"b\\^^^"^^^ ^^^%c^^^%^^^"');
  expect(quoteArgument('ends with \\')).toBe('^^^"ends^^^ with^^^ \\\\^^^"');
});
