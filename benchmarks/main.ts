// ./dev bench [NAME...] [--assert] [--write]: measures and prints. --assert ends with exit code 1 when a figure is not as it
// must be, --write puts what was measured into docs/PERFORMANCE.md, --json prints one JSON array instead of text, --list the
// names alone. How long concurrency and http-load work, on how large an account and with how many clients, is said by --seconds,
// --size and --clients.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureAnalytics } from './analytics.ts';
import { measureColdStart } from './cold-start.ts';
import { measureConcurrency } from './concurrency.ts';
import type { Findings } from './figures.ts';
import { measureHttpLoad } from './http-load.ts';
import { measureMemory } from './memory.ts';
import { asText, writePage } from './page.ts';
import { measurePageByPage } from './page-by-page.ts';
import { measureQuestions } from './questions.ts';
import { measureServerMemory } from './server-memory.ts';
import { measureSyncs } from './syncs.ts';
import { measureWallTime } from './wall-time.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    assert: { type: 'boolean' },
    write: { type: 'boolean' },
    json: { type: 'boolean' },
    list: { type: 'boolean' },
    seconds: { type: 'string' },
    size: { type: 'string', default: 'medium' },
    clients: { type: 'string', default: '50' },
  },
});
const { size } = values;
const seconds = (proof: number): number => Number(values.seconds ?? proof);

const BENCHMARKS: ReadonlyMap<string, () => Promise<Findings>> = new Map([
  ['questions', measureQuestions],
  ['syncs', measureSyncs],
  ['page-by-page', measurePageByPage],
  ['server-memory', measureServerMemory],
  ['memory', measureMemory],
  ['wall-time', measureWallTime],
  ['analytics', measureAnalytics],
  ['cold-start', measureColdStart],
  ['concurrency', () => measureConcurrency({ seconds: seconds(60), size })],
  ['http-load', () => measureHttpLoad({ seconds: seconds(30), size, clients: Number(values.clients) })],
]);

const unknown = positionals.filter((name) => !BENCHMARKS.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}; there are: ${[...BENCHMARKS.keys()].join(', ')}.\n`,
  );
  process.exit(2);
}

if (values.list === true) {
  process.stdout.write(`${[...BENCHMARKS.keys()].join('\n')}\n`);
  process.exit();
}

const all: Findings[] = [];
for (const [name, measure] of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const findings = await measure();
  all.push(findings);
  if (values.json !== true) process.stdout.write(asText(findings));
}
if (values.json === true) process.stdout.write(`${JSON.stringify(all)}\n`);
if (values.write === true) await writePage(all);
const isMissed = all.some((findings) => findings.figures.some((figure) => !figure.holds));
if (values.assert === true && isMissed) process.exitCode = 1;
