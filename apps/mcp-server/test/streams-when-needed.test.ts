import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterEach, expect, test } from 'vitest';
import { EventLogs } from '../src/mcp/event-log.ts';
import { StreamsWhenNeeded } from '../src/mcp/streams-when-needed.ts';

const OLDER = '2025-06-18';
const RESUMING = '2025-11-25';
const SESSION = 'the-session';

type Handle = (request: Request, body: unknown) => Promise<Response>;

const open: McpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((mcp) => mcp.close()));
});

/** A server with a tool that answers at once, one that says something first, one that asks something back, and one that waits. */
async function served({ bySdkAlone = false } = {}) {
  const log = new EventLogs().begin();
  const http = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => SESSION, eventStore: log });
  const ours = new StreamsWhenNeeded(http, log);
  const mcp = new McpServer({ name: 'streams', version: '1' }, { capabilities: { logging: {} } });
  open.push(mcp);
  const waits = Promise.withResolvers<void>();
  const ran: string[] = [];
  const answer = (text: string) => ({ content: [{ type: 'text' as const, text }] });
  mcp.registerTool('now', {}, () => {
    ran.push('now');
    return answer('at once – \u{1F41E}\n');
  });
  mcp.registerTool('fails', {}, () => {
    throw new Error('no');
  });
  mcp.registerTool('tells', {}, async ({ sendNotification }) => {
    const params = { level: 'info' as const, data: 'half of it' };
    await sendNotification({ method: 'notifications/message', params });
    return answer('after all');
  });
  mcp.registerTool('waits', {}, async () => {
    await waits.promise;
    return answer('late');
  });
  mcp.registerTool('lets_go', {}, async ({ closeSSEStream }) => {
    closeSSEStream?.();
    await waits.promise;
    return answer('for who comes back');
  });
  await mcp.connect((bySdkAlone ? http : ours) as Transport);
  const handle: Handle = bySdkAlone
    ? (request, parsedBody) => http.handleRequest(request, { parsedBody })
    : (request, body) => ours.handle(request, body);
  const hello = { protocolVersion: RESUMING, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  await (await handle(posted({}), rpc(0, 'initialize', hello))).text();
  return { handle, release: waits.resolve, mcp, ran };
}

function rpc(id: number | string, method: string, params: object): object {
  return { jsonrpc: '2.0', id, method, params };
}

const call = (id: number | string, name: string) => rpc(id, 'tools/call', { name, arguments: {} });

function posted(headers: Readonly<Record<string, string>>): Request {
  const usual = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
  return new Request('http://127.0.0.1/mcp', { method: 'POST', headers: { ...usual, ...headers } });
}

const inSession = (version: string, headers: Readonly<Record<string, string>> = {}) =>
  posted({ 'Mcp-Session-Id': SESSION, 'Mcp-Protocol-Version': version, ...headers });

/** Streams again what came after an event, as far as it is there. */
async function resumed(handle: Handle, lastEventId: string): Promise<string> {
  const headers = { Accept: 'text/event-stream', 'Mcp-Session-Id': SESSION, 'Last-Event-ID': lastEventId };
  const answer = await handle(new Request('http://127.0.0.1/mcp', { headers }), undefined);
  let text = '';
  for await (const part of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes('"result"')) break;
  }
  return text;
}

const REQUESTS: Readonly<Record<string, [request: () => Request, body: unknown]>> = {
  'an answer': [() => inSession(OLDER), call(1, 'now')],
  'an answer that can be resumed': [() => inSession(RESUMING), call('a', 'now')],
  'a failure': [() => inSession(RESUMING), call(2, 'fails')],
  'an error of the protocol': [() => inSession(RESUMING), rpc(3, 'no/such', {})],
  'a message before the answer': [() => inSession(RESUMING), call(4, 'tells')],
  'a ping': [() => inSession(OLDER), rpc(5, 'ping', {})],
  'a list': [() => inSession(RESUMING), rpc(6, 'tools/list', {})],
  'several at once': [() => inSession(RESUMING), [call(7, 'now'), call(8, 'now')]],
  'a notification': [() => inSession(RESUMING), { jsonrpc: '2.0', method: 'notifications/initialized' }],
  'a second hello': [() => inSession(RESUMING), rpc(9, 'initialize', {})],
  'no call at all': [() => inSession(RESUMING), { id: 10, method: 'tools/call' }],
  'an id that is none': [() => inSession(RESUMING), { ...call(1, 'now'), id: 1.5 }],
  'a member too much': [() => inSession(RESUMING), { ...call(1, 'now'), more: 1 }],
  'another version': [() => inSession('1999-01-01'), call(11, 'now')],
  'no session': [() => posted({}), call(12, 'now')],
  'a foreign session': [() => inSession(RESUMING, { 'Mcp-Session-Id': 'other' }), call(13, 'now')],
  'no stream accepted': [() => inSession(RESUMING, { Accept: 'application/json' }), call(14, 'now')],
  'another type of body': [() => inSession(RESUMING, { 'Content-Type': 'text/plain' }), call(15, 'now')],
  'a type with a charset': [
    () => inSession(RESUMING, { 'Content-Type': 'application/json; charset=utf-8' }),
    call(16, 'now'),
  ],
};

test.each(Object.entries(REQUESTS))('%s: the same as the SDK alone sends', async (_, [request, body]) => {
  const told = async (bySdkAlone: boolean) => {
    const { handle } = await served({ bySdkAlone });
    const answer = await handle(request(), body);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  };
  const ours = await told(false);
  expect(ours).toEqual(await told(true));
  expect(ours.text === '').toBe(ours.status === 202);
});

test('a call that takes its time gets its stream before its answer, and others do not wait for it', async () => {
  const { handle, release } = await served();
  const late = await handle(inSession(RESUMING), call(1, 'waits'));
  expect(await (await handle(inSession(RESUMING), call(2, 'now'))).text()).toContain('"id":2');
  release();
  expect(await late.text()).toMatch(/^id: \d+\ndata: \n\nevent: message\nid: \d+\ndata: .*"late".*"id":1}\n\n$/);
});

test.each(['now', 'tells'])(
  'what came after the first event of an answer (%s) can be asked for again',
  async (name) => {
    const { handle } = await served();
    const whole = await (await handle(inSession(RESUMING), call(1, name))).text();
    const [first = '', ...rest] = whole.split('\n\n');
    const [, id = ''] = /^id: (\d+)\ndata: $/.exec(first) ?? [];
    expect(await resumed(handle, id)).toBe(rest.join('\n\n'));
  },
);

test('a call that lets its stream go is answered when the client comes back', async () => {
  const { handle, release } = await served();
  const [, id = ''] = /^id: (\d+)\n/.exec(await (await handle(inSession(RESUMING), call(1, 'lets_go'))).text()) ?? [];
  release();
  expect(await resumed(handle, id)).toContain('for who comes back');
});

test('calls at the same time get an answer each, two of the same id, too', async () => {
  const { handle, release } = await served();
  const asked = [call(1, 'waits'), call('1', 'waits'), call(1, 'now')].map((body) => handle(inSession(OLDER), body));
  release();
  const texts = await Promise.all(asked.map(async (answer) => (await answer).text()));
  expect(texts.map((text) => [...text.matchAll(/"id":([^}]+)}/g)].map(([, id]) => id))).toEqual([
    ['1'],
    ['"1"'],
    ['1'],
  ]);
});

test('a session that ends says so to calls that wait, and begins no others', async () => {
  const { handle, mcp, ran } = await served();
  const waiting = handle(inSession(OLDER), call(1, 'waits'));
  await mcp.close();
  expect((await waiting).status).toBe(404);
  expect((await handle(inSession(OLDER), call(2, 'now'))).status).toBe(404);
  expect(ran).toEqual([]);
});
