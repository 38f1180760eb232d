import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT_FOLDER } from '../run-vitest.ts';
import type { Ended, Result } from './criterion.ts';

/** Where results and outputs of criteria are kept, each as soon as it is there. */
export const GATE_FOLDER = join(OUTPUT_FOLDER, 'gate');

/** Keeps a result and what its command said. */
export function keepResult(result: Result, { stdout, stderr }: Ended, folder = GATE_FOLDER): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.name}.log`), `${stdout}\n${stderr}`);
  writeFileSync(join(folder, `${result.name}.result.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** What was kept, by name. */
export function keptResults(folder = GATE_FOLDER): ReadonlyMap<string, Result> {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((file) => file.endsWith('.result.json'));
  const results = files.map((file): Result => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return new Map(results.map((result) => [result.name, result]));
}
