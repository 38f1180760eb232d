// ./dev check: the fast part of ./dev test. With nothing changed it takes seconds.
import process from 'node:process';
import { runSteps } from './step.ts';
import { FAST_STEPS, UNIT_TESTS } from './steps.ts';

const { passed, failed } = await runSteps([...FAST_STEPS, UNIT_TESTS]);
process.stdout.write(`${passed} checks passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
