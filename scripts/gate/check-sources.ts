// What the gate asks of the sources by their text alone. Prints a JSON array: what is asked, how many files were looked at, and the lines against it.
import process from 'node:process';
import { ROOT } from '../step.ts';
import { missingStrictness, SOURCE_RULES, violations } from './source-rules.ts';

const found = [
  ...SOURCE_RULES.map((rule) => ({ what: rule.what, ...violations(rule, ROOT) })),
  { what: 'types are checked strictly', files: 1, lines: missingStrictness(ROOT) },
];
process.stdout.write(`${JSON.stringify(found)}\n`);
