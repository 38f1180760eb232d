import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../programs/allocate.ts', import.meta.url));

async function largestNewSpace(...args: string[]): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...args]);
  expect(stderr).toBe('');
  return Number(stdout);
}

test('the space for new objects of a program stays as it is, where it would grow to several times of it', async () => {
  const [free, small] = await Promise.all([largestNewSpace(), largestNewSpace('small')]);
  expect(small).toBeGreaterThan(0);
  expect(small).toBeLessThan(free / 2);
});
