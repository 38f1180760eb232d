import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import process from 'node:process';
import type { Findings } from './figures.ts';

const FOLDER = new URL('results/', import.meta.url);

/** Findings as they are kept: what was measured, when, on what machine and with which versions. */
export interface KeptFindings extends Findings {
  readonly at: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly platform: string;
    /** Of the last minute, at the end of the measurement. */
    readonly load: number;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** Findings with the machine and the versions they were measured with. */
export async function withCircumstances(findings: Findings): Promise<KeptFindings> {
  return {
    ...findings,
    at: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      load: Number((loadavg()[0] ?? 0).toFixed(1)),
    },
    versions: {
      node: process.versions.node,
      'better-sqlite3': await versionOf('better-sqlite3'),
      '@modelcontextprotocol/sdk': await versionOf('@modelcontextprotocol/sdk'),
    },
  };
}

/** What was kept of a benchmark before; null when nothing was. */
export async function readFindings(name: string): Promise<KeptFindings | null> {
  const text = await readFile(new URL(`${name}.json`, FOLDER), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as KeptFindings);
}

/** Keeps findings in benchmarks/results, in the place of those before. */
export async function keepFindings(findings: KeptFindings): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL(`${findings.name}.json`, FOLDER), `${JSON.stringify(findings, null, 2)}\n`);
}

async function versionOf(library: string): Promise<string> {
  const manifest = await readFile(new URL(`node_modules/${library}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
