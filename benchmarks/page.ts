import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import process from 'node:process';
import type { Findings } from './figures.ts';

const PAGE = new URL('../docs/PERFORMANCE.md', import.meta.url);

const HEAD = `# Performance

Measured by \`./dev bench\`, which measures the syncs and the store as people run them: real processes, real SQLite files, HTTP on
loopback to the sandbox. \`./dev bench --write\` replaces the sections below by what it measures, \`./dev bench NAME --write\` one
of them, and \`--assert\` fails on a figure that is not as it must be. Ratios and bounds are what counts; times depend on the machine,
and on a machine that is busy with other things (the load average tells) so do the ratios.
`;

/** Findings for a terminal. */
export function asText({ title, figures }: Findings): string {
  const lines = figures.map(({ what, measured, wanted, holds }) => {
    const judged = wanted === null ? '' : ` (${wanted}: ${holds ? 'holds' : 'MISSED'})`;
    return `  ${what}: ${measured}${judged}\n`;
  });
  return `${title}\n${lines.join('')}`;
}

/** Puts findings into the page; what it has of other benchmarks stays. */
export async function writePage(all: readonly Findings[]): Promise<void> {
  const sections = sectionsOf(await readFile(PAGE, 'utf8').catch(() => ''));
  for (const findings of all) sections.set(findings.name, sectionOf(findings));
  const body = [...sections].sort(([a], [b]) => a.localeCompare(b)).map(([, section]) => section);
  await writeFile(PAGE, `${HEAD}\n${body.join('\n')}`);
}

/** What stands between the marks of each benchmark, marks included. */
function sectionsOf(page: string): Map<string, string> {
  const found = page.matchAll(/<!-- (?<name>[a-z-]+) -->\n.*?<!-- end of \k<name> -->\n/gs);
  return new Map([...found].map((match) => [match.groups?.name ?? '', match[0]]));
}

function sectionOf({ name, title, method, figures }: Findings): string {
  const rows = figures.map(
    ({ what, measured, wanted, holds }) =>
      `| ${what} | ${measured}${holds ? '' : ' (missed)'} | ${wanted === null ? '' : wanted} |`,
  );
  return [
    `<!-- ${name} -->`,
    `## ${title}`,
    '',
    method,
    '',
    `On Node ${process.versions.node}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}; load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end.`,
    '',
    '| Figure | Measured | Wanted |',
    '| --- | --- | --- |',
    ...rows,
    `<!-- end of ${name} -->`,
    '',
  ].join('\n');
}
