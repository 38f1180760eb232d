import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { DrainingTransport } from '../src/mcp/draining-transport.ts';

async function connected() {
  const [client, inner] = InMemoryTransport.createLinkedPair();
  const transport = new DrainingTransport(inner);
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => received.push(message);
  await transport.start();
  let idle = false;
  const watch = (): void => {
    idle = false;
    void transport.idle().then(() => {
      idle = true;
    });
  };
  return {
    client,
    transport,
    received,
    /** Whether an idle() called now resolves within this turn of the event loop. */
    async isIdle() {
      watch();
      await new Promise((resolve) => setImmediate(resolve));
      return idle;
    },
  };
}

const request = (id: number | string): JSONRPCMessage => ({ jsonrpc: '2.0', id, method: 'tools/call' });

test('is idle when every request has its answer, result or error', async () => {
  const { client, transport, received, isIdle } = await connected();
  expect(await isIdle()).toBe(true);
  await client.send(request(0));
  await client.send(request('a'));
  expect(received).toHaveLength(2);
  expect(await isIdle()).toBe(false);
  await transport.send({ jsonrpc: '2.0', id: 0, result: {} });
  expect(await isIdle()).toBe(false);
  await transport.send({ jsonrpc: '2.0', id: 'a', error: { code: -1, message: 'no' } });
  expect(await isIdle()).toBe(true);
});

test('does not wait for requests that the client cancelled, nor for notifications', async () => {
  const { client, isIdle } = await connected();
  await client.send(request(1));
  await client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect(await isIdle()).toBe(false);
  await client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
  expect(await isIdle()).toBe(true);
});

test('passes closing and messages through', async () => {
  const { client, transport } = await connected();
  let closed = false;
  transport.onclose = () => {
    closed = true;
  };
  const seen: JSONRPCMessage[] = [];
  client.onmessage = (message) => seen.push(message);
  await transport.send({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } });
  expect(seen).toHaveLength(1);
  await transport.close();
  expect(closed).toBe(true);
});
