import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, SLOW, start, temporaryHome } from './testio-mcp.ts';

const line = (level: string, msg: string) => `${JSON.stringify({ level, time: '2026-07-01T00:00:00.000Z', msg })}\n`;

/** A home with a log of these lines, the older ones in a file that was set aside. */
function homeWithLog(older: string, newer: string): { home: string; file: string } {
  const home = temporaryHome();
  const file = join(home, 'logs', 'server.log');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.1`, older);
  writeFileSync(file, newer);
  return { home, file };
}

test('the end of the log is shown, from files that were set aside too, by number and level', SLOW, async () => {
  const { home, file } = homeWithLog(
    line('info', 'one') + line('error', 'two'),
    line('debug', 'three') + line('warn', 'four \u001b[31m'),
  );
  const shown = async (...flags: string[]) => (await run(['logs', '--quiet', ...flags], { TESTIO_HOME: home })).stdout;
  expect(await shown()).toBe(
    [
      '2026-07-01T00:00:00.000Z INFO one',
      '2026-07-01T00:00:00.000Z ERROR two',
      '2026-07-01T00:00:00.000Z DEBUG three',
      '2026-07-01T00:00:00.000Z WARN "four \\u001b[31m"',
      '',
    ].join('\n'),
  );
  expect(await shown('--lines', '1')).toMatch(/^\S+ WARN .*\n$/);
  expect(await shown('--lines', '3', '--level', 'warn')).toMatch(/^\S+ ERROR two\n\S+ WARN .*\n$/);
  const json = await run(['logs', '--json', '--level', 'error'], { TESTIO_HOME: home });
  expect(JSON.parse(json.stdout)).toEqual({ file, lines: [{ level: 'error', time: expect.any(String), msg: 'two' }] });
});

test('a log that was written as text is read too, with its stacks, and obeys no escape codes', async () => {
  const { home } = homeWithLog(
    '',
    '2026-07-01T00:00:00.000Z ERROR broke\nError: bad \u001b]0;title\u0007\n    at x\n2026-07-01T00:00:00.000Z INFO on\n',
  );
  const { stdout } = await run(['logs', '--quiet', '--level', 'error'], { TESTIO_HOME: home });
  expect(stdout).toBe('2026-07-01T00:00:00.000Z ERROR broke\nError: bad \uFFFD]0;title\uFFFD\n    at x\n');
});

test('without a log nothing is shown, and that is no error', async () => {
  const home = temporaryHome();
  expect(await run(['logs'], { TESTIO_HOME: home })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('Nothing is logged yet'),
  });
  expect(await run(['logs', '--follow', '--json'], { TESTIO_HOME: home })).toMatchObject({ code: 2 });
});

test('a followed log goes on across the moment at which it is set aside, until it is interrupted', SLOW, async () => {
  const { home, file } = homeWithLog('', line('info', 'before'));
  const { child, ended } = start(['logs', '--follow', '--quiet', '--level', 'info'], { TESTIO_HOME: home });
  onTestFinished(() => void child.kill('SIGKILL'));
  let seen = '';
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => seen.includes(text) && resolve();
      child.stdout.on('data', (chunk) => {
        seen += chunk;
        look();
      });
    });
  await until('before');
  appendFileSync(file, line('debug', 'hidden') + line('info', 'after').slice(0, 20));
  appendFileSync(file, line('info', 'after').slice(20));
  renameSync(file, `${file}.1`);
  writeFileSync(file, line('warn', 'anew'));
  await until('anew');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((text) => text.split(' ').at(-1)),
  ).toEqual(['before', 'after', 'anew']);
});
