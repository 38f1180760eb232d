import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { type EventLog, EventLogs } from '../src/mcp/event-log.ts';

function message(id: number, length = 10): JSONRPCMessage {
  return { jsonrpc: '2.0', id, result: { text: 'x'.repeat(length) } };
}

/** The ids of the messages that come after an event of the same stream. */
async function after(log: EventLog, eventId: string): Promise<unknown[]> {
  const sent: unknown[] = [];
  await log.replayEventsAfter(eventId, {
    send: async (_, sentMessage) => void sent.push('id' in sentMessage && sentMessage.id),
  });
  return sent;
}

test('what came after an event is told again, of its stream alone', async () => {
  const log = new EventLogs().begin();
  const first = await log.storeEvent('a', message(1));
  await log.storeEvent('b', message(2));
  await log.storeEvent('a', message(3));
  expect(await after(log, first)).toEqual([3]);
  expect(await log.getStreamIdForEventId(first)).toBe('a');
  await expect(after(log, '99')).rejects.toThrow('not known any more');
});

test('a session keeps its newest messages only, but always the last one', async () => {
  const log = new EventLogs().begin();
  const ids: string[] = [];
  for (let id = 1; id <= 100; id += 1) ids.push(await log.storeEvent('a', message(id)));
  await expect(after(log, ids[0] ?? '')).rejects.toThrow('not known any more');
  expect(await after(log, ids.at(-3) ?? '')).toEqual([99, 100]);
  const huge = await log.storeEvent('a', message(101, 2_000_000));
  expect(await after(log, huge)).toEqual([]);
  await expect(after(log, ids.at(-1) ?? '')).rejects.toThrow('not known any more');
});

test('all sessions share a limit: the oldest message of any goes first, and an ended session takes no room', async () => {
  const logs = new EventLogs(1_000);
  const [one, two] = [logs.begin(), logs.begin()];
  const oldest = await one.storeEvent('a', message(1, 400));
  const kept = await two.storeEvent('a', message(2, 400));
  await two.storeEvent('a', message(3, 400));
  await expect(after(one, oldest)).rejects.toThrow('not known any more');
  expect(await after(two, kept)).toEqual([3]);

  two.close();
  const next = await one.storeEvent('a', message(4, 400));
  await one.storeEvent('a', message(5, 400));
  expect(await after(one, next)).toEqual([5]);
});
