import { join } from 'node:path';
import { OUTPUT_FOLDER } from '../../run-vitest.ts';
import type { Criterion, Row } from '../criterion.ts';
import { closingLine, lineCoverage, looksAt, reported, testReport, tests } from '../readings.ts';

const MOST_MINUTES = 15;
const LEAST_COVERAGE = 90;
const UNIT_TESTS_SECONDS = 15;
/** All that is installed. The sandbox is a tool of tests. */
const COUNTED = [
  ...['domain', 'api-client', 'persistence', 'sync-engine', 'insights', 'runtime'].map((name) => `packages/${name}`),
  'apps/mcp-server',
  'apps/cli',
];
const UNIT_TESTS = reported('unit-tests');

/** The tests as they stand, and what they must be like. */
export const SUITE: readonly Criterion[] = [
  {
    name: 'suite',
    what: './dev test, with lines counted; deprecated calls are errors in it',
    command: ['node', 'scripts/test.ts', '--coverage'],
    report: join(OUTPUT_FOLDER, 'coverage', 'coverage-summary.json'),
    minutes: 20,
    alone: true,
    read: (ended) => [
      ...closingLine(ended),
      within('ends by itself within 15 minutes', ended.ms / 60_000, MOST_MINUTES, 'min'),
      ...lineCoverage(ended.report, COUNTED, LEAST_COVERAGE),
    ],
  },
  {
    name: 'unit-tests',
    what: 'quick tests of all packages, nothing from a cache',
    command: ['vitest', 'run', ...UNIT_TESTS.args, '--exclude=**/test/{black-box,integration}/**'],
    report: UNIT_TESTS.report,
    minutes: 5,
    alone: true,
    read: (ended) => [...testReport(ended), within('all of them', ended.ms / 1_000, UNIT_TESTS_SECONDS, 's')],
  },
  {
    name: 'types',
    what: 'strict types',
    command: ['tsc', '-p', 'tsconfig.json', '--diagnostics'],
    minutes: 3,
    read: (ended) => looksAt(/^Files: +([1-9]\d*)$/m, ended),
  },
  {
    name: 'arrows',
    what: 'imports point one way',
    command: ['turbo', 'boundaries'],
    minutes: 2,
    read: (ended) => looksAt(/^Checked ([1-9]\d*) files in \d+ packages, no issues found$/m, ended),
  },
  {
    name: 'sources',
    what: 'what the text of the sources must not say',
    command: ['node', 'scripts/gate/check-sources.ts'],
    minutes: 1,
    read: ({ stdout }) =>
      (JSON.parse(stdout) as { what: string; files: number; lines: string[] }[]).map(({ what, files, lines }) => ({
        what,
        figure: lines.length === 0 ? `0 in ${files} files` : `${lines.length}: ${lines[0]}`,
        limit: '0 lines',
        holds: lines.length === 0 && files > 0,
      })),
  },
  tests({
    name: 'migrations',
    what: 'every migration up, down, up on filled stores; entities equal the schema; one head; upgrades; killed ones',
    files: [
      'packages/persistence/test/migrations.test.ts',
      'packages/persistence/test/integration/each-migration.test.ts',
      'packages/persistence/test/integration/killed-migration.test.ts',
    ],
    env: { MIGRATION_KILLS: '25' },
    minutes: 8,
  }),
  tests({
    name: 'statements',
    what: 'statements of every question at 10, 100 and 1,000 rows, and their plans',
    files: [
      'packages/insights/test/statements.test.ts',
      'packages/insights/test/integration/statements.test.ts',
      'packages/insights/test/query-plans.test.ts',
    ],
    minutes: 3,
  }),
  tests({
    name: 'ends-in-time',
    what: 'a server that is told to end, during a sync too, ends within its grace period',
    files: ['apps/mcp-server/test/black-box/lifecycle.test.ts'],
    minutes: 4,
  }),
];

function within(what: string, value: number, limit: number, unit: string): Row {
  return { what, figure: `${value.toFixed(1)} ${unit}`, limit: `<= ${limit} ${unit}`, holds: value <= limit };
}
