import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../step.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
  cpSync(join(ROOT, '.ci', 'run'), join(folder, '.ci', 'run'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs .ci/run with a ./dev that answers to its scripts with the given shell texts. */
function runWith(
  answers: Readonly<Record<string, string>>,
  ...scripts: string[]
): { status: number | null; lastLine: string | undefined } {
  const dev = join(folder, 'dev');
  const cases = Object.entries(answers).map(([script, answer]) => `${script}) ${answer} ;;`);
  writeFileSync(dev, `#!/bin/sh\ncase $1 in ${cases.join(' ')} esac\n`);
  chmodSync(dev, 0o755);
  const { status, stdout } = spawnSync('bash', [join(folder, '.ci', 'run'), ...scripts], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, CHROMIUM_PATH: process.execPath },
  });
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

const PASSED = 'echo work; echo "7 passed, 0 failed, 0 skipped"';

test('CI ends with the sum of both parts', () => {
  expect(runWith({ test: PASSED, pages: 'echo "3 passed, 0 failed, 0 skipped"' })).toEqual({
    status: 0,
    lastLine: '10 passed, 0 failed, 0 skipped',
  });
});

test.for([
  ['a part failed', 'echo "6 passed, 1 failed, 0 skipped"; exit 1', '13 passed, 1 failed, 0 skipped'],
  ['a part skipped', 'echo "6 passed, 0 failed, 1 skipped"; exit 1', '13 passed, 0 failed, 1 skipped'],
  [
    'a part ended badly after its count',
    'echo "6 passed, 0 failed, 0 skipped"; exit 9',
    '13 passed, 0 failed, 0 skipped',
  ],
  ['a part did not count', 'exit 2', '7 passed, 1 failed, 0 skipped'],
  ['a part said nothing and was content', 'exit 0', '7 passed, 1 failed, 0 skipped'],
] as const)('CI fails when %s, and still runs the other', ([, answer, lastLine]) => {
  expect(runWith({ test: answer, pages: PASSED })).toEqual({ status: 1, lastLine });
  expect(runWith({ test: PASSED, pages: answer })).toEqual({ status: 1, lastLine });
});

test('CI runs the completion gate when it is asked for, and nothing else', () => {
  const missed = 'echo "20 passed, 1 failed, 0 skipped"; exit 1';
  expect(runWith({ test: 'exit 1', pages: 'exit 1', gate: PASSED }, 'gate')).toEqual({
    status: 0,
    lastLine: '7 passed, 0 failed, 0 skipped',
  });
  expect(runWith({ test: PASSED, pages: PASSED, gate: missed }, 'gate')).toEqual({
    status: 1,
    lastLine: '20 passed, 1 failed, 0 skipped',
  });
});
