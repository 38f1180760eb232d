// ./dev test: everything that must hold. All of it runs, whatever fails on the way.
import process from 'node:process';
import { runVitest } from './run-vitest.ts';
import { runSteps } from './step.ts';
import { FAST_STEPS, SLOW_STEPS } from './steps.ts';
import { addTallies, closingLine, exitCodeOf } from './test-report.ts';

const steps = await runSteps([...FAST_STEPS, ...SLOW_STEPS]);
const tests = await runVitest('tests', process.argv.slice(2));
const tally = addTallies({ ...steps, skipped: 0 }, tests);
process.stdout.write(`${closingLine(tally)}\n`);
process.exitCode = exitCodeOf(tally);
