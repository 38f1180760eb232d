import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { ROOT } from '../../step.ts';
import { benchmarkFigures } from '../benchmark-figures.ts';
import type { Criterion } from '../criterion.ts';
import { TARGETS } from './targets.ts';

const PROGRAM = 'benchmarks/main.ts';

/**
 * Every benchmark there is, with the limits of its figures. What they find goes into docs/PERFORMANCE.md.
 * @throws Error when a target names a benchmark that is not there, or a benchmark has no target
 */
export function benchmarkCriteria(): Criterion[] {
  const listed = execFileSync(process.execPath, [PROGRAM, '--list'], { cwd: ROOT, encoding: 'utf8' });
  const names = listed.trim().split('\n');
  const odd = [...new Set([...names, ...Object.keys(TARGETS)])].filter(
    (name) => !(names.includes(name) && name in TARGETS),
  );
  if (odd.length > 0) throw new Error(`Either there is no benchmark or no target of it: ${odd.join(', ')}.`);
  return names.map(benchmarkCriterion);
}

/** One benchmark as a criterion. */
export function benchmarkCriterion(name: string): Criterion {
  return {
    name: `bench-${name}`,
    what: `benchmark ${name}`,
    command: ['node', PROGRAM, name, '--json', '--write'],
    minutes: 10,
    alone: true,
    read: (ended) => benchmarkFigures(ended, TARGETS[name] ?? []),
  };
}
