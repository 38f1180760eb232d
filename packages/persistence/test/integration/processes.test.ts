import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore } from '../../src/open-store.ts';
import { count, tempFolder } from '../temp-store.ts';

async function run(name: string, ...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@testio-mcp/source', program, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

test('four processes make one new store at once and write into it at once', async () => {
  const file = join(tempFolder(), 'shared.db');
  const results = await Promise.all(['a', 'b', 'c', 'd'].map((name) => run('write-people', file, '25', name)));
  for (const result of results) expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  const store = await openStore({ file });
  expect(await count(store, 'people')).toBe(100);
  await store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
}, 20_000);

test('MikroORM is loaded to migrate a store, never to read or write one', async () => {
  const file = join(tempFolder(), 'store.db');
  expect(await run('modules-loaded', file)).toEqual({ code: 0, stdout: 'true', stderr: '' });
  expect(await run('modules-loaded', file)).toEqual({ code: 0, stdout: 'false', stderr: '' });
});
