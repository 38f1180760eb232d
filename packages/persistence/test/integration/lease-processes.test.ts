import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { count, tempStore } from '../temp-store.ts';

const PROGRAM = fileURLToPath(new URL('../programs/contend-for-lease.ts', import.meta.url));
const PAGES = 160;

function contender(file: string, owner: string) {
  const args = ['--conditions=@testio-mcp/source', PROGRAM, file, String(PAGES), owner];
  const child = spawn(process.execPath, args);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = once(child.stdout, 'data');
  const ended = Promise.all([once(child, 'close'), text(child.stderr), text(child.stdout)]);
  return { child, ready, ended };
}

test('six processes on one file, stalling past expiry and being killed: never two holders, tokens only grow', async () => {
  const store = await tempStore();
  const survivors = ['a', 'b', 'c', 'd'].map((owner) => contender(store.file, owner));
  const victims = ['x', 'y'].map((owner) => contender(store.file, owner));
  await Promise.all([...survivors, ...victims].map(({ ready }) => ready));
  for (const { child } of [...survivors, ...victims]) child.stdin.write('go');
  while ((await count(store, 'people')) < PAGES / 4) await pause(20);
  for (const { child } of victims) child.kill('SIGKILL');

  let refused = 0;
  for (const { ended } of survivors) {
    const [[code], stderr, stdout] = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    refused += Number(stdout.trim().split('\n').at(-1));
  }
  for (const { ended } of victims) expect((await ended)[0]).toEqual([null, 'SIGKILL']);

  const rows = await store.read(({ db }) => db.selectFrom('people').select('name').orderBy('id').execute());
  const pages = rows.map(({ name }) => {
    const [token, owner = ''] = name.split(' ');
    return { token: Number(token), owner };
  });
  expect(pages.length).toBeGreaterThanOrEqual(PAGES / 4);
  expect(refused).toBeGreaterThan(0);
  const owners = new Map<number, string>();
  for (const [index, { token, owner }] of pages.entries()) {
    expect(token).toBeGreaterThanOrEqual(pages[index - 1]?.token ?? 0);
    expect(owners.get(token) ?? owner).toBe(owner);
    owners.set(token, owner);
  }
  expect(new Set(owners.values()).size).toBeGreaterThan(2);
}, 60_000);
