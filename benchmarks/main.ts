// ./dev bench [NAME...] [--assert] [--write]: measures and prints. --assert ends with exit code 1 when a figure is not as it
// must be, --write puts what was measured into docs/PERFORMANCE.md.
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Findings } from './figures.ts';
import { measureMemory } from './memory.ts';
import { asText, writePage } from './page.ts';
import { measureWallTime } from './wall-time.ts';

const BENCHMARKS: ReadonlyMap<string, () => Promise<Findings>> = new Map([
  ['memory', measureMemory],
  ['wall-time', measureWallTime],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { assert: { type: 'boolean' }, write: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !BENCHMARKS.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}; there are: ${[...BENCHMARKS.keys()].join(', ')}.\n`,
  );
  process.exit(2);
}

const all: Findings[] = [];
for (const [name, measure] of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const findings = await measure();
  all.push(findings);
  process.stdout.write(asText(findings));
}
if (values.write === true) await writePage(all);
const isMissed = all.some((findings) => findings.figures.some((figure) => !figure.holds));
if (values.assert === true && isMissed) process.exitCode = 1;
