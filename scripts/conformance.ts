// ./dev conformance [--write]: what programs that others wrote say about our server: the official conformance suite and the MCP
// Inspector, both fetched by npx. --write puts the outcome into docs/conformance.md.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { checkConformance } from './conformance/checks.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const checks = await checkConformance(values);
for (const { what, holds, output } of checks) {
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${what}\n`);
  if (!holds) process.stdout.write(`${output.trimEnd()}\n`);
}
const failed = checks.filter(({ holds }) => !holds).length;
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
