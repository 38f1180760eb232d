// ./dev gate [--only NAME...] [--list]: measures every criterion of the product, prints a line for each figure and writes docs/GATE.md.
// Ends with exit code 1 when one is missed. Results are kept in .test-output/gate as soon as they are there; with --only the page is
// made from what was kept of the others. --minutes says how long all of it may take, 45 by default.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchmarkCriteria } from './gate/criteria/benchmarks.ts';
import { CAMPAIGNS } from './gate/criteria/campaigns.ts';
import { SUITE } from './gate/criteria/suite.ts';
import { SURFACES } from './gate/criteria/surfaces.ts';
import { keepResult, keptResults } from './gate/kept-results.ts';
import { asLine, gatePage } from './gate/page.ts';
import { runGate, tally } from './gate/run-gate.ts';
import { ROOT } from './step.ts';
import { closingLine, exitCodeOf } from './test-report.ts';

const CRITERIA = [...SUITE, ...benchmarkCriteria(), ...CAMPAIGNS, ...SURFACES];
const INTERRUPTED = 130;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '45' },
  },
});

const unknown = values.only.filter((name) => !CRITERIA.some((criterion) => criterion.name === name));
if (values.list) {
  for (const { name, what } of CRITERIA) process.stdout.write(`${name.padEnd(20)} ${what}\n`);
} else if (unknown.length > 0) {
  process.stderr.write(`There is no criterion ${unknown.join(', ')}; ./dev gate --list names them.\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  const wanted = CRITERIA.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
  const results = await runGate(wanted, {
    commit: commit(),
    limitMs: Number(values.minutes) * 60_000,
    signal: interruption.signal,
    onResult(result, ended) {
      keepResult(result, ended);
      for (const row of result.rows) process.stdout.write(asLine(result, row));
    },
  });
  const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`;
  writeFileSync(join(ROOT, 'docs', 'GATE.md'), gatePage(CRITERIA, keptResults(), machine));
  const counts = tally(results);
  process.stdout.write(`${closingLine(counts)}\n`);
  return interruption.signal.aborted ? INTERRUPTED : exitCodeOf(counts);
}

/** What is measured: the commit, with a + when files differ from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  // The pages that measuring writes are no difference.
  const isChanged =
    git('status', '--porcelain', '--', '.', ':!docs/GATE.md', ':!docs/PERFORMANCE.md', ':!benchmarks/results') !== '';
  return git('rev-parse', '--short', 'HEAD') + (isChanged ? '+' : '');
}
