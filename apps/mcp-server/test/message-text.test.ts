import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { textOf } from '../src/mcp/message-text.ts';

/** What results share, as answers that are given again do. */
const ANSWER = { complete: true };
const structuredContent = { answer: ANSWER };

/** Results that are almost alike. */
const RESULTS: readonly Record<string, unknown>[] = [
  { structuredContent },
  { structuredContent: { answer: ANSWER, a: 1 } },
  { structuredContent: { answer: ANSWER, b: 1 } },
  { structuredContent: { a: 1, answer: ANSWER } },
  { structuredContent: { answer: { complete: true } } },
  { structuredContent: [ANSWER] },
  { structuredContent: null },
  { structuredContent, a: 1 },
  { structuredContent, a: '1' },
  { structuredContent, a: null },
  { structuredContent, b: 1 },
  { structuredContent, a: { c: 1 }, b: 1 },
  { structuredContent, a: { c: 1, b: 1 } },
  { structuredContent, content: [] },
  { structuredContent, content: {} },
  { structuredContent, content: [1], a: 1 },
  { structuredContent, content: [1, 'a', 1] },
  { structuredContent, content: [{ a: 1 }, { b: 1 }] },
  { structuredContent, content: [{ a: 1, b: 1 }] },
  { structuredContent, content: [{ a: 1 }, 'b', 1] },
  { structuredContent, content: [{}, { a: 1 }] },
  { structuredContent, content: [{ a: 1 }, {}] },
  { structuredContent, content: [{ b: 1 }, {}] },
  { structuredContent, content: [{ a: ANSWER }] },
  { content: [{ a: ANSWER }], structuredContent },
];

test('is the JSON of a message, whatever was made into text before', () => {
  const messages: JSONRPCMessage[] = [
    ...RESULTS.map((result, id): JSONRPCMessage => ({ result, jsonrpc: '2.0', id })),
    { method: 'notifications/message', jsonrpc: '2.0', params: { level: 'info', data: ANSWER } },
    { jsonrpc: '2.0', id: '1', error: { code: -1, message: 'no' } },
  ];
  for (const one of messages) {
    for (const other of messages)
      expect([one, other].map(textOf)).toEqual([one, other].map((each) => JSON.stringify(each)));
  }
});

test('an answer that is given again is made into text once, for whoever gets it', () => {
  let made = 0;
  const product = {
    id: 7,
    toJSON() {
      made += 1;
      return { id: 7 };
    },
  };
  const answer = (id: number, text: string): JSONRPCMessage => ({
    result: { content: [{ type: 'text', text }], structuredContent: { total: 1, product } },
    jsonrpc: '2.0',
    id,
  });
  const texts = [answer(1, 'one'), answer(2, 'one'), answer(3, 'another')].map(textOf);
  expect(made).toBe(2);
  const textFor = (id: number, text: string) =>
    `{"result":{"content":[{"type":"text","text":"${text}"}],"structuredContent":{"total":1,"product":{"id":7}}},"jsonrpc":"2.0","id":${id}}`;
  expect(texts).toEqual([textFor(1, 'one'), textFor(2, 'one'), textFor(3, 'another')]);
});
