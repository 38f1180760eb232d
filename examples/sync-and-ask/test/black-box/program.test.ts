import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'example-'));
  sandbox = await startSandbox({ size: 'small', seed: 3 });
});

afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function run(variables: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM], {
    env: { ...process.env, TMPDIR: folder, ...variables },
  });
  expect(stderr).toBe('');
  return stdout;
}

test('it answers from example data when nothing is set, and leaves nothing behind', async () => {
  const output = await run({});
  expect(output).toMatch(/^Sync partial: \d+ requests, \d{3,} rows written\.\n {2}not read: /);
  expect(output).toMatch(/\nWhich tests are running now\?\nTests: items 1–\d+ of \d+\./);
  expect(output).toMatch(/\nWhich bugs wait for a decision\?\nBugs: items 1–5 of \d+\./);
  expect(readdirSync(folder)).toEqual([]);
});

test('it syncs a real account into a file, and a second time finds nothing to write', async () => {
  const account = {
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    STORE_FILE: join(folder, 'account.db'),
  };
  const first = await run(account);
  expect(first).not.toContain(' 0 rows written');
  const second = await run(account);
  expect(second).toContain(' 0 rows written');
  expect(second.split('Which tests')[1]?.replaceAll(/As of \S+/g, '')).toBe(
    first.split('Which tests')[1]?.replaceAll(/As of \S+/g, ''),
  );
});
