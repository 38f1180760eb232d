import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../step.ts';
import { tallyOf } from '../test-report.ts';
import type { Criterion, Ended, Row } from './criterion.ts';
import { GATE_FOLDER } from './kept-results.ts';

/**
 * The command says by its exit code whether it holds, and on stdout how much it looked at. When it does not hold, its last line goes into
 * the figure.
 * @param looked finds the number of things that were looked at; none of them is a miss
 */
export function looksAt(looked: RegExp, { code, stdout, stderr }: Ended): Row[] {
  const count = Number(looked.exec(stdout)?.[1] ?? 0);
  const said = `${stdout}\n${stderr}`.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const figure = code === 0 ? `exit code 0, ${count} files` : `exit code ${code}: ${said.slice(0, 100)}`;
  return [{ figure, limit: 'exit code 0', holds: code === 0 && count > 0 }];
}

/** The command ends with a line `N passed, N failed`, perhaps with `, N skipped`: nothing failed or skipped, something passed. */
export function closingLine({ code, stdout }: Ended): Row[] {
  const lines = stdout.trimEnd().split('\n');
  const found = /^(\d+) (?:checks )?passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lines.at(-1) ?? '');
  if (found === null) return [];
  const [line, passed, failed, skipped = '0'] = found;
  const isGood = code === 0 && Number(passed) > 0 && Number(failed) === 0 && Number(skipped) === 0;
  return [{ figure: line, limit: '0 failed, 0 skipped', holds: isGood }];
}

/**
 * What a run of vitest needs to be read by `testReport`: the file of its report, and arguments that have it written. A snapshot that is
 * missing is not.
 */
export function reported(name: string): { readonly report: string; readonly args: readonly string[] } {
  const report = join(GATE_FOLDER, `${name}.tests.json`);
  return { report, args: ['--update=none', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`] };
}

/** All tests of a run pass, none is skipped, and the run ends by itself. */
export function testReport({ code, report }: Ended): Row[] {
  const { passed, failed, skipped } = tallyOf(report, code ?? 1);
  const figure = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return [{ figure, limit: 'all pass', holds: passed > 0 && failed === 0 && skipped === 0 && code === 0 }];
}

export interface Tests {
  readonly name: string;
  readonly what: string;
  /** Test files, from the folder of the workspace. */
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly minutes: number;
}

/** A criterion that is a run of test files. */
export function tests({ name, what, files, env, minutes }: Tests): Criterion {
  const { report, args } = reported(name);
  return {
    name,
    what,
    command: ['vitest', 'run', '--maxWorkers=1', ...args, ...files.map((file) => join(ROOT, file))],
    ...(env === undefined ? {} : { env }),
    report,
    minutes,
    read: (ended) => {
      const missing = files.filter((file) => !existsSync(join(ROOT, file)));
      if (missing.length > 0) throw new Error(`there is no ${missing.join(', ')}`);
      return testReport(ended);
    },
  };
}

type Coverage = Readonly<Record<string, { readonly lines: { readonly total: number; readonly covered: number } }>>;

/**
 * Lines that tests ran, in their own processes and in the programs that they started from sources.
 * @param text a coverage summary
 * @param places folders of which lines have to be counted
 */
export function lineCoverage(text: string, places: readonly string[], least: number): Row[] {
  const what = 'line coverage outside sandbox';
  const limit = `>= ${least} %`;
  // Nothing is counted when a test fails.
  if (text === '') return [{ what, figure: 'not counted', limit, holds: false }];
  const { total, ...files } = JSON.parse(text) as Coverage;
  const uncounted = places.filter(
    (place) => !Object.keys(files).some((file) => file.startsWith(join(ROOT, place, '/'))),
  );
  if (total === undefined || uncounted.length > 0) throw new Error(`no lines are counted of ${uncounted.join(', ')}`);
  const part = (100 * total.lines.covered) / total.lines.total;
  return [{ what, figure: `${part.toFixed(1)} %`, limit, holds: part >= least }];
}
