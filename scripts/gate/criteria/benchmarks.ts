import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { ROOT } from '../../step.ts';
import type { Criterion } from '../criterion.ts';
import { benchmarkFigures } from '../readings.ts';

const PROGRAM = 'benchmarks/main.ts';

/** Every benchmark there is, with the limits of its figures. What they find goes into docs/PERFORMANCE.md. */
export function benchmarkCriteria(): Criterion[] {
  const names = execFileSync(process.execPath, [PROGRAM, '--list'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  return names.map((name) => ({
    name: `bench-${name}`,
    what: `benchmark ${name}`,
    command: ['node', PROGRAM, name, '--json', '--write'],
    minutes: 10,
    alone: true,
    read: benchmarkFigures,
  }));
}
