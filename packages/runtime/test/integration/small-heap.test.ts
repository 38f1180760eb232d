import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { HeapUse } from '../../src/small-heap.ts';

const PROGRAM = fileURLToPath(new URL('../programs/allocate.ts', import.meta.url));

interface Largest {
  readonly newSpace: number;
  readonly oldUsed: number;
}

async function largest(...use: HeapUse[]): Promise<Largest> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...use]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Largest;
}

test('the space for new objects of a program stays as it is, where it would grow to several times of it', async () => {
  const [free, small] = await Promise.all([largest(), largest('much at a time')]);
  expect(small.newSpace).toBeGreaterThan(0);
  expect(small.newSpace).toBeLessThan(free.newSpace / 2);
});

test('servers collect what only passes through earlier than syncs do, and those with one client the earliest', async () => {
  const [syncs, many, one] = await Promise.all([
    largest('much at a time'),
    largest('many clients'),
    largest('one client'),
  ]);
  expect(many.oldUsed).toBeLessThan(syncs.oldUsed * 0.9);
  expect(one.oldUsed).toBeLessThan(many.oldUsed);
});
