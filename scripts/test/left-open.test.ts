import { spawn } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { watchOpenThings } from '../left-open.ts';

const lifecycle = channel('testio-mcp:store');

test('counts stores and units of work that were begun and have not ended', () => {
  const open = watchOpenThings();
  lifecycle.publish({ what: 'store', change: 1 });
  lifecycle.publish({ what: 'unit of work', change: 1 });
  lifecycle.publish({ what: 'unit of work', change: 1 });
  lifecycle.publish({ what: 'unit of work', change: -1 });
  expect(open.read()).toEqual({ store: 1, 'unit of work': 1 });
  lifecycle.publish({ what: 'unit of work', change: -1 });
  lifecycle.publish({ what: 'store', change: -1 });
  expect(open.read()).toEqual({});
});

test('counts servers that listen and programs that run', async () => {
  const open = watchOpenThings();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  expect(open.read()).toEqual({ server: 1, 'child process': 1 });
  child.kill();
  server.close();
  await Promise.all([once(child, 'exit'), once(server, 'close')]);
  await expect.poll(() => open.read()).toEqual({});
});
