import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { OUTPUT_FOLDER } from '../../run-vitest.ts';

/** A test runs one half of it in its own process, and starts it as a program for the other. */
const PROGRAM = `export function half(which: 'first' | 'second'): string {
  if (which === 'first') {
    return 'here';
  }
  if (which === 'second') {
    return 'there';
  }
  return 'nowhere';
}

interface Said {
  readonly what: string;
}

const said: Said | null = process.argv[2] === 'second' ? { what: half('second') } : null;
if (said !== null) {
  console.log(said.what);
}
`;

const TEST = `import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { half } from '../src/program.ts';

test('each half', () => {
  expect(half('first')).toBe('here');
  const program = new URL('../src/program.ts', import.meta.url).pathname;
  expect(execFileSync(process.execPath, [program, 'second'], { env: {}, encoding: 'utf8' })).toBe('there\\n');
});
`;

test('lines are counted of tests and of the programs that they start, whatever environment those get', {
  timeout: 60_000,
}, async () => {
  // Inside the workspace, so that vitest is found.
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(OUTPUT_FOLDER, 'lines-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['packages/halves/src', 'packages/halves/test'])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'packages/halves/src/program.ts'), PROGRAM);
  writeFileSync(join(folder, 'packages/halves/test/program.test.ts'), TEST);
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    "import config from '../../vitest.config.ts';\nexport default { test: { coverage: config.test.coverage } };\n",
  );

  await promisify(execFile)('vitest', ['run', '--root', folder, '--coverage'], { cwd: folder });

  const summary = JSON.parse(readFileSync(join(folder, '.test-output/coverage/coverage-summary.json'), 'utf8'));
  // All but the one that neither half comes to.
  expect(summary[join(folder, 'packages/halves/src/program.ts')].lines).toMatchObject({ total: 8, covered: 7 });
});
