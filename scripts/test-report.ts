import { existsSync, readFileSync } from 'node:fs';

/** How many things were checked, and how they came out. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Reads the report that a vitest run wrote into a file. */
export function readTestReport(file: string, exitCode: number): Tally {
  return tallyOf(existsSync(file) ? readFileSync(file, 'utf8') : '', exitCode);
}

/**
 * Counts what the text of a vitest report says. A file that failed before any of its tests did counts as one failure, and so does a
 * run that ended badly, or without a report or a single test, though no test failed: nothing else would show it.
 */
export function tallyOf(text: string, exitCode: number): Tally {
  if (text === '') return { passed: 0, failed: 1, skipped: 0 };
  const report: VitestReport = JSON.parse(text);
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  const ranNothing = report.numPassedTests + failed === 0;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && (exitCode !== 0 || ranNothing) ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function addTallies(...tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    skipped: tallies.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

/** The line that a run ends with. A skipped test proves nothing, so it is no success either. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

export function exitCodeOf({ failed, skipped }: Tally): 0 | 1 {
  return failed === 0 && skipped === 0 ? 0 : 1;
}
