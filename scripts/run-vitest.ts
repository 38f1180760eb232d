import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './step.ts';
import { readTestReport, type Tally } from './test-report.ts';

/** Where runs leave reports and pictures; git ignores it. */
export const OUTPUT_FOLDER = join(ROOT, '.test-output');

/**
 * Runs vitest from the root, its output going straight to the terminal.
 * @param name names the report that is left in the output folder
 */
export async function runVitest(name: string, args: readonly string[]): Promise<Tally> {
  const report = join(OUTPUT_FOLDER, `${name}.json`);
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  rmSync(report, { force: true });
  // A snapshot that is missing is a failure, not a reason to write one.
  const reporters = ['--update=none', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const exitCode = await new Promise<number>((resolve) => {
    const child = spawn('vitest', ['run', ...reporters, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
  return readTestReport(report, exitCode);
}
