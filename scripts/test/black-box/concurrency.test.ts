import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const BENCHMARKS = fileURLToPath(new URL('../../../benchmarks/main.ts', import.meta.url));

/** How long the eight work, and on how large an account: the proof is 60 s on medium (./dev bench concurrency). */
const { CONCURRENCY_SECONDS = '6', CONCURRENCY_SIZE = 'small' } = process.env;

interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string | null;
  readonly holds: boolean;
}

test('eight processes on one store: no lock is shown, nothing is lost, no two syncs at once, a short write-ahead log', {
  timeout: 900_000,
}, async () => {
  const args = [BENCHMARKS, 'concurrency', '--json', '--seconds', CONCURRENCY_SECONDS, '--size', CONCURRENCY_SIZE];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [findings] = JSON.parse(stdout) as { figures: Figure[] }[];
  const figures = findings?.figures ?? [];
  // How quick readers are depends on what else the machine does: that is for ./dev bench.
  const wanted = figures.filter(({ what, wanted: bound }) => bound !== null && !what.startsWith('p99'));
  expect(wanted).toHaveLength(6);
  expect(wanted.filter(({ holds }) => !holds)).toEqual([]);
});
