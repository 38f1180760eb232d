import { readFile, writeFile } from 'node:fs/promises';
import type { Findings } from './figures.ts';
import { type KeptFindings, keepFindings, readFindings, withCircumstances } from './kept-findings.ts';
import { OLDER_PRODUCT } from './older-product.ts';

const PAGE = new URL('../docs/PERFORMANCE.md', import.meta.url);

const HEAD = `# Performance

Measured by \`./dev bench\`, which measures the syncs and the store as people run them: real processes, real SQLite files, HTTP on
loopback to the sandbox. \`./dev bench --write\` replaces the sections below by what it measures, \`./dev bench NAME --write\` one
of them, and \`--assert\` fails on a figure that is not as it must be. Ratios and bounds are what counts; times depend on the machine,
and on a machine that is busy with other things (the load average tells) so do the ratios. "Before" is what the run before this one
found, which may have been on another machine; both are kept as JSON in \`benchmarks/results\` and its history.
`;

/** Findings for a terminal. */
export function asText({ title, figures }: Findings): string {
  const lines = figures.map(({ what, measured, wanted, holds }) => {
    const judged = wanted === null ? '' : ` (${wanted}: ${holds ? 'holds' : 'MISSED'})`;
    return `  ${what}: ${measured}${judged}\n`;
  });
  return `${title}\n${lines.join('')}`;
}

/** Keeps findings and puts them into the page; what it has of other benchmarks stays. */
export async function writePage(all: readonly Findings[]): Promise<void> {
  const sections = sectionsOf(await readFile(PAGE, 'utf8').catch(() => ''));
  for (const findings of all) {
    const before = await readFindings(findings.name);
    const kept = await withCircumstances(findings);
    sections.set(findings.name, sectionOf(kept, before));
    await keepFindings(kept);
  }
  sections.delete('older-product');
  const body = [...sections].sort(([a], [b]) => a.localeCompare(b)).map(([, section]) => section);
  await writeFile(PAGE, `${HEAD}\n${[...body, OLDER_PRODUCT].join('\n')}`);
}

/** What stands between the marks of each benchmark, marks included. */
function sectionsOf(page: string): Map<string, string> {
  const found = page.matchAll(/<!-- (?<name>[a-z-]+) -->\n.*?<!-- end of \k<name> -->\n/gs);
  return new Map([...found].map((match) => [match.groups?.name ?? '', match[0]]));
}

/** One section of the page, with what the run before this one found. */
export function sectionOf(findings: KeptFindings, before: KeptFindings | null): string {
  const { name, title, method, figures, details, at, machine, versions } = findings;
  const measuredBefore = new Map(before?.figures.map(({ what, measured }) => [what, measured]));
  const rows = figures.map(({ what, measured, wanted, holds }) => {
    const cells = [what, `${measured}${holds ? '' : ' (missed)'}`, wanted ?? '', measuredBefore.get(what) ?? ''];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `<!-- ${name} -->`,
    `## ${title}`,
    '',
    method,
    '',
    `${at.slice(0, 10)}, Node ${versions.node}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}; load average ${machine.load} at the end.`,
    '',
    '| Figure | Measured | Wanted | Before |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(details === undefined ? [] : ['', details]),
    `<!-- end of ${name} -->`,
    '',
  ].join('\n');
}
