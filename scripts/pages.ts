// ./dev pages: everything that needs a browser, the tests in test/pages of every package.
import process from 'node:process';
import { missingChromium } from './chromium.ts';
import { runVitest } from './run-vitest.ts';
import { closingLine, exitCodeOf } from './test-report.ts';

const missing = missingChromium();
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 2;
} else {
  const tally = await runVitest('pages', ['--config=vitest.pages.config.ts', ...process.argv.slice(2)]);
  process.stdout.write(`${closingLine(tally)}\n`);
  process.exitCode = exitCodeOf(tally);
}
