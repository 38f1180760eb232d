import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLeaseHolder } from '@testio-mcp/persistence';
import type { Sandbox } from '@testio-mcp/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { runSync } from '../../src/index.ts';
import { emptyStore, idsIn, rigOn, sandboxOf } from '../harness.ts';

const PROGRAM = fileURLToPath(new URL('../programs/sync-once.ts', import.meta.url));

/** A process that syncs the store once. */
function syncing(file: string, sandbox: Sandbox, waitMs = 0, ttlMs = 15_000, ...gated: 'gated'[]) {
  const args = [file, sandbox.url, sandbox.token, String(waitMs), String(ttlMs), ...gated];
  const child = spawn(process.execPath, ['--conditions=@testio-mcp/source', PROGRAM, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return {
    child,
    ended,
    async answer(): Promise<Record<string, unknown>> {
      const [[code], stdout, stderr] = await ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout) as Record<string, unknown>;
    },
  };
}

/** Waits until a process is in the middle of a run. */
async function underWay(sandbox: Sandbox, requests: number): Promise<void> {
  while (sandbox.requests().length < requests) await pause(10);
}

test('of several processes one syncs: who does not wait is told so, who waits syncs afterwards, readers are not held up', async () => {
  const sandbox = await sandboxOf();
  const store = await emptyStore();
  const first = syncing(store.file, sandbox, 0, 15_000, 'gated');
  await underWay(sandbox, 10);
  const [impatient, patient] = [syncing(store.file, sandbox), syncing(store.file, sandbox, 60_000)];
  const reading = performance.now();
  const runs = await store.read(({ db }) => db.selectFrom('sync_runs').select('status').execute());
  expect(performance.now() - reading).toBeLessThan(1_000);
  expect(runs).toEqual([{ status: 'running' }]);

  expect(await impatient.answer()).toMatchObject({
    code: 'sync_in_progress',
    kind: 'busy',
    retryable: true,
    message: expect.stringContaining(`process ${first.child.pid} `),
  });
  first.child.stdin.write('go');
  expect(await first.answer()).toMatchObject({ id: 1, status: 'partial' });
  expect(await patient.answer()).toMatchObject({ id: 2, status: 'partial' });
  const [one, two, ...more] = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute());
  expect(more).toEqual([]);
  expect(two?.started_at).toBeGreaterThanOrEqual(one?.finished_at ?? Number.POSITIVE_INFINITY);
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
}, 60_000);

test('a sync takes over from a killed process once its lease has expired, and repairs its run', async () => {
  const ttlMs = 1_500;
  const sandbox = await sandboxOf();
  const { store, api, clock } = rigOn(sandbox, await emptyStore());
  sandbox.addFaults([{ match: { path: '/executions' }, fault: 'slow:60000' }]);
  const { child, ended } = syncing(store.file, sandbox, 0, ttlMs);
  await underWay(sandbox, 10);
  child.kill('SIGKILL');
  await ended;
  sandbox.clearFaults();

  const lease = { ttlMs, heartbeatMs: 300 };
  const holder = await store.read((scope) => readLeaseHolder(scope, lease));
  const record = await runSync({ store, api, clock, lease }, { trigger: 'test', waitMs: 30_000 });
  expect(record).toMatchObject({ id: 2, status: 'partial', error: null });
  expect(Date.parse(record.started_at)).toBeGreaterThanOrEqual(holder?.expiresAt ?? 0);
  const [orphan] = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().orderBy('id').execute());
  expect(orphan).toMatchObject({ id: 1, status: 'failed', error: expect.stringContaining('run_interrupted') });
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
}, 60_000);
