import { setTimeout as pause } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Home, makeHome } from '../filled-store.ts';
import { type HttpServer, startHttp } from './http-server.ts';

let sandbox: Sandbox;
let home: Home;
let server: HttpServer;

beforeEach(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  server = await startHttp(home.env);
});
afterEach(async () => {
  await server.stop();
  await sandbox.close();
  home.remove();
});

interface SentEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

function begin(body: object = {}, signal?: AbortSignal): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Accept: 'text/event-stream' };
  return server.get('/api/v1/sync', { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null });
}

async function* eventsOf({ body }: Response): AsyncGenerator<SentEvent> {
  if (body === null) throw new Error('There is no body.');
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data = 'null'] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== '') yield { event, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
}

async function status(): Promise<{ sync: { running: object | null; last_attempt: { status: string } | null } }> {
  return (await (await server.get('/api/v1/sync')).json()) as Awaited<ReturnType<typeof status>>;
}

test('a sync tells how far it has come, then its result; its status is read by GET', async () => {
  expect(await status()).toMatchObject({ sync: { running: null, last_attempt: null }, as_of: null });
  sandbox.addFaults([{ match: {}, fault: 'slow:40' }]);
  const answer = await begin();
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
  const events: SentEvent[] = [];
  for await (const event of eventsOf(answer)) events.push(event);
  const told = events.slice(0, -1);
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['progress']));
  const steps = told.map(({ data }) => Number(data.done));
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(told.at(-1)?.data).toMatchObject({ total: expect.any(Number), message: expect.any(String) });
  // One test of this account cannot be read.
  expect(events.at(-1)).toMatchObject({ event: 'result', data: { run: { status: 'partial' }, failures_total: 1 } });

  const after = await status();
  expect(after).toMatchObject({ sync: { running: null, last_attempt: { status: 'partial' } } });
  expect(Object.keys(after).sort()).toEqual(['as_of', 'background', 'completeness', 'sync']);
  expect(after.sync).toEqual(((await (await server.get('/api/v1/diagnostics')).json()) as { sync: object }).sync);
});

test('a mistake is refused with its status before any event', async () => {
  const answer = await begin({ nonsense: 1 });
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([400, 'application/problem+json']);
  expect(await answer.json()).toMatchObject({ code: 'invalid_input' });
});

test('what goes wrong later ends the stream with the problem', async () => {
  const held = await begin();
  await held.text();
  // Another process holds the lease for longer than is waited for.
  sandbox.addFaults([{ match: {}, fault: 'slow:3000' }]);
  const other = await startHttp(home.env);
  const gone = new AbortController();
  const headers = { 'Content-Type': 'application/json' };
  const blocking = other
    .get('/api/v1/sync', { method: 'POST', headers, body: '{}', signal: gone.signal })
    .catch(() => undefined);
  try {
    await until(async () => (await status()).sync.running !== null);
    const events: SentEvent[] = [];
    for await (const event of eventsOf(await begin({ wait_seconds: 1 }))) events.push(event);
    expect(events).toMatchObject([{ event: 'problem', data: { code: 'sync_in_progress', status: 409 } }]);
  } finally {
    gone.abort();
    await blocking;
    await other.stop();
  }
});

test('a caller that goes away ends its sync', async () => {
  sandbox.addFaults([{ match: {}, fault: 'slow:200' }]);
  const gone = new AbortController();
  const answer = await begin({}, gone.signal);
  const first = await eventsOf(answer).next();
  expect(first.value).toMatchObject({ event: 'progress' });
  gone.abort();
  await until(async () => (await status()).sync.running === null);
  expect((await status()).sync.last_attempt).toMatchObject({ status: 'cancelled' });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}
