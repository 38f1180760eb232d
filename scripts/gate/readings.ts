import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../step.ts';
import { readTestReport } from '../test-report.ts';
import type { Criterion, Ended, Row } from './criterion.ts';
import { GATE_FOLDER } from './kept-results.ts';

/** The command says by its exit code whether it holds. When it does not, its last line goes into the figure. */
export function exitCode({ code, stdout, stderr }: Ended): Row[] {
  const said = `${stdout}\n${stderr}`.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const figure = code === 0 || said === '' ? `exit code ${code}` : `exit code ${code}: ${said.slice(0, 100)}`;
  return [{ figure, limit: 'exit code 0', holds: code === 0 }];
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

export interface Tests {
  readonly name: string;
  readonly what: string;
  /** Test files, from the folder of the workspace. */
  readonly files: readonly string[];
  /** Only tests whose names match. */
  readonly only?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly minutes: number;
}

/** A criterion that is a run of test files: all of them pass, none is skipped, and the run ends by itself. */
export function tests({ name, what, files, only, env, minutes }: Tests): Criterion {
  const report = join(GATE_FOLDER, `${name}.tests.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const filter = only === undefined ? [] : ['-t', only];
  return {
    name,
    what,
    command: ['vitest', 'run', '--maxWorkers=1', ...reporters, ...filter, ...files.map((file) => join(ROOT, file))],
    ...(env === undefined ? {} : { env }),
    minutes,
    read: ({ code }) => {
      const missing = files.filter((file) => !existsSync(join(ROOT, file)));
      if (missing.length > 0) throw new Error(`there is no ${missing.join(', ')}`);
      const { passed, failed, skipped } = readTestReport(report, code ?? 1);
      // A filter by name leaves the other tests of its files out.
      const isWhole = only !== undefined || skipped === 0;
      const figure =
        only === undefined
          ? `${passed} passed, ${failed} failed, ${skipped} skipped`
          : `${passed} passed, ${failed} failed`;
      return [{ figure, limit: 'all pass', holds: failed === 0 && passed > 0 && isWhole && code === 0 }];
    },
  };
}

interface Finding {
  readonly title: string;
  readonly figures: readonly {
    readonly what: string;
    readonly measured: string;
    readonly wanted: string | null;
    readonly holds: boolean;
  }[];
}

/** What `./dev bench NAME --json` found: a row for each figure that has a limit. */
export function benchmarkFigures({ code, stdout }: Ended): Row[] {
  if (code !== 0) return [];
  const findings = JSON.parse(stdout) as readonly Finding[];
  return findings.flatMap(({ figures }) =>
    figures.flatMap(({ what, measured, wanted, holds }) =>
      wanted === null ? [] : [{ what, figure: measured, limit: wanted, holds }],
    ),
  );
}

type Coverage = Readonly<Record<string, { readonly lines: { readonly total: number; readonly covered: number } }>>;

/**
 * Lines that ran in the processes of tests, of everything in a coverage summary and of the packages alone: the two programs are tested as
 * processes of their own, whose lines are not counted.
 */
export function lineCoverage(file: string, least: number): Row[] {
  const { total, ...files } = JSON.parse(readFileSync(file, 'utf8')) as Coverage;
  const packages = Object.entries(files).filter(([path]) => path.startsWith(join(ROOT, 'packages')));
  const row = (what: string, parts: readonly Coverage[string][]): Row => {
    const sum = (key: 'total' | 'covered') => parts.reduce((all, { lines }) => all + lines[key], 0);
    const part = (100 * sum('covered')) / sum('total');
    return { what, figure: `${part.toFixed(1)} %`, limit: `>= ${least} %`, holds: part >= least };
  };
  return [
    row('line coverage outside sandbox', total === undefined ? [] : [total]),
    row(
      'line coverage of packages alone',
      packages.map(([, covered]) => covered),
    ),
  ];
}
