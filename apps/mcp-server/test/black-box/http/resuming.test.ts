import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill, type Home, makeHome } from '../filled-store.ts';
import { type HttpServer, startHttp } from './http-server.ts';

const PROTOCOL = '2025-11-25';

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;
let session: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  server = await startHttp(home.env);
  const params = { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'resuming-test', version: '1' } };
  const answer = await post({ id: 0, method: 'initialize', params }, {});
  await answer.text();
  session = { 'Mcp-Session-Id': answer.headers.get('Mcp-Session-Id') ?? '', 'Mcp-Protocol-Version': PROTOCOL };
});
afterAll(async () => {
  await server.stop();
  await sandbox.close();
  home.remove();
});

function post(message: object, headers: Record<string, string>): Promise<Response> {
  return server.get('/mcp', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

/** Streams again from after an event, until a message with this id came. */
async function resumed(lastEventId: string, id: number): Promise<{ status: number; text: string }> {
  const gone = new AbortController();
  const headers = { Accept: 'text/event-stream', 'Last-Event-ID': lastEventId, ...session };
  const answer = await server.get('/mcp', { headers, signal: gone.signal });
  let text = '';
  if (!answer.ok || answer.body === null) return { status: answer.status, text: await answer.text() };
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes(`"id":${id}`) && text.endsWith('\n\n')) break;
  }
  gone.abort();
  return { status: answer.status, text };
}

test('a client whose connection broke is told the rest of its answer again', async () => {
  const call = { id: 7, method: 'tools/call', params: { name: 'list_products', arguments: {} } };
  const whole = await (await post(call, session)).text();
  const [, first = ''] = /^id: (\S+)$/m.exec(whole) ?? [];
  expect(first).not.toBe('');
  const { status, text } = await resumed(first, 7);
  expect(status).toBe(200);
  const data = (stream: string) => /^data: (\{.*"id":7.*\})$/m.exec(stream)?.[1] ?? 'none';
  expect(JSON.parse(data(text))).toEqual(JSON.parse(data(whole)));
});

test('a client that asks for what is not known any more is told so', async () => {
  const { status } = await resumed('999999', 7);
  expect(status).toBeGreaterThanOrEqual(400);
  expect((await server.get('/health/live')).status).toBe(200);
});
