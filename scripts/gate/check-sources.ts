// What the gate asks of the sources by their text alone. Prints a JSON array: what is asked, and the lines against it.
import process from 'node:process';
import { ROOT } from '../step.ts';
import { SOURCE_RULES, violations } from './source-rules.ts';

const found = SOURCE_RULES.map((rule) => ({ what: rule.what, lines: violations(rule, ROOT) }));
process.stdout.write(`${JSON.stringify(found)}\n`);
