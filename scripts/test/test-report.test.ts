import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addTallies, closingLine, exitCodeOf, readTestReport } from '../test-report.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(
  passed: number,
  failed: number,
  pending = 0,
  files: { status: string; tests: string[] }[] = [],
): string {
  const file = join(folder, 'report.json');
  const content = {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('what a run of vitest counts as', () => {
  test('its tests', () => {
    expect(readTestReport(report(5, 1, 2), 1)).toEqual({ passed: 5, failed: 1, skipped: 2 });
  });

  test('a file that broke before its tests is one failure, a file with failed tests no further one', () => {
    const files = [
      { status: 'failed', tests: [] },
      { status: 'failed', tests: ['passed', 'failed'] },
      { status: 'passed', tests: ['passed'] },
    ];
    expect(readTestReport(report(2, 1, 0, files), 1)).toEqual({ passed: 2, failed: 2, skipped: 0 });
  });

  test.for([
    ['an error outside of any test', () => report(5, 0), 1, 5],
    ['no test at all', () => report(0, 0), 0, 0],
    ['no report', () => join(folder, 'absent.json'), 1, 0],
  ] as const)('%s is a failure', ([, file, exitCode, passed]) => {
    expect(readTestReport(file(), exitCode)).toEqual({ passed, failed: 1, skipped: 0 });
  });
});

test('the closing line adds everything up', () => {
  const sum = addTallies({ passed: 5, failed: 0, skipped: 0 }, { passed: 100, failed: 2, skipped: 1 });
  expect(closingLine(sum)).toBe('105 passed, 2 failed, 1 skipped');
});

test('only a run without failed and skipped tests is a success', () => {
  expect(exitCodeOf({ passed: 1, failed: 0, skipped: 0 })).toBe(0);
  expect(exitCodeOf({ passed: 1, failed: 1, skipped: 0 })).toBe(1);
  expect(exitCodeOf({ passed: 1, failed: 0, skipped: 1 })).toBe(1);
});
