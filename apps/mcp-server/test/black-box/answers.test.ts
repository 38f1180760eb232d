import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  type CallToolResult,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { findOperation, type NextCall, takesInput } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY, NEXT_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, fill, type Home, makeHome, transportOf } from './filled-store.ts';

let sandbox: Sandbox;
let home: Home;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  const [one, two] = sandbox.state().ids.products as [number, number];
  sandbox.edit([
    { op: 'change', kind: 'product', id: one, set: { name: 'Harbour shop' } },
    { op: 'change', kind: 'product', id: two, set: { name: 'Harbour desk' } },
  ]);
  home = makeHome(sandbox);
  await fill(home);
  client = await connect(home.env);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
  home.remove();
});

async function call(name: string, input: Record<string, unknown>, from = client): Promise<CallToolResult> {
  return (await from.callTool({ name, arguments: input })) as CallToolResult;
}

function textOf({ content }: CallToolResult): string {
  const [block] = content;
  return block?.type === 'text' ? block.text : '';
}

function nextOf({ _meta }: CallToolResult): NextCall[] {
  return (_meta?.[NEXT_META_KEY] ?? []) as NextCall[];
}

describe('pages beside answers', () => {
  const question = { metrics: ['bug_count'], dimensions: ['product'], freshness: 'cached' };
  const isPage = ({ uri }: { uri: string }) => uri.startsWith('ui://');

  test('nothing of them reaches a client that cannot show them', async () => {
    const { tools } = await client.listTools();
    expect(tools.filter(({ _meta }) => _meta !== undefined)).toEqual([]);
    expect((await client.listResources()).resources.filter(isPage)).toEqual([]);
    expect(Object.keys((await call('query_metrics', question))._meta ?? {})).not.toContain('testio/view');
  });

  test('one that can has the page, and each answer drawn for it beside the same content', async () => {
    const capabilities = { extensions: { 'io.modelcontextprotocol/ui': {} } };
    const showing = new Client({ name: 'black-box-test', version: '1' }, { capabilities });
    await showing.connect(transportOf(home.env));
    try {
      const { resources } = await showing.listResources();
      const [page] = resources.filter(isPage);
      const { tools } = await showing.listTools();
      expect(tools.find(({ name }) => name === 'query_metrics')?._meta).toEqual({ ui: { resourceUri: page?.uri } });
      const [drawn, plain] = [await call('query_metrics', question, showing), await call('query_metrics', question)];
      expect([drawn.content, drawn.structuredContent]).toEqual([plain.content, plain.structuredContent]);
      expect(drawn._meta?.['testio/view']).toMatch(/<h1>Metrics<.+<svg.+Harbour shop/s);
      expect(await call('list_products', {}, showing)).not.toHaveProperty(['_meta', 'testio/view']);
    } finally {
      await showing.close();
    }
  });
});

describe('suggested calls', () => {
  test('are at most three, valid, in the text too, and answered', async () => {
    const started = await call('list_products', { per_page: 1 });
    const seen = new Set<string>();
    let waiting = nextOf(started);
    expect(waiting.map(({ name }) => name)).toEqual(['list_products', 'get_product_summary']);
    for (let rounds = 0; rounds < 12 && waiting.length > 0; rounds += 1) {
      const [{ name, arguments: input }] = waiting as [NextCall];
      const operation = findOperation(name);
      expect({ name, input, takes: operation !== undefined && takesInput(operation, input) }).toMatchObject({
        takes: true,
      });
      const result = await call(name, { ...input });
      expect({ name, input, isError: result.isError ?? false }).toMatchObject({ isError: false });
      const next = nextOf(result);
      expect(next.length).toBeLessThanOrEqual(3);
      for (const each of next) expect(textOf(result)).toContain(`${each.name} ${JSON.stringify(each.arguments)}`);
      seen.add(name);
      waiting = [...waiting.slice(1), ...next.filter((each) => !seen.has(each.name))];
    }
    expect([...seen]).toEqual(expect.arrayContaining(['get_product_summary', 'get_test_summary', 'get_bug_summary']));
  });

  test('never name a tool that is switched off', async () => {
    const other = await connect({ ...home.env, DISABLED_TOOLS: 'summarise' });
    try {
      const result = await call('list_tests', { per_page: 200 }, other);
      expect(nextOf(result).map(({ name }) => name)).toEqual(['list_bugs']);
      expect(textOf(result)).not.toContain('get_test_summary');
    } finally {
      await other.close();
    }
  });

  test('mend an error', async () => {
    const result = await call('get_product_summary', { product_id: 'harbour' });
    expect(result).toMatchObject({
      isError: true,
      _meta: {
        [ERROR_META_KEY]: {
          code: 'ambiguous_product',
          kind: 'ambiguous',
          field: 'product_id',
          received: 'harbour',
          retryable: false,
          next: expect.any(String),
        },
      },
    });
    const next = nextOf(result);
    expect(next).toHaveLength(2);
    const [first] = next as [NextCall];
    expect((await call(first.name, { ...first.arguments })).isError).not.toBe(true);
  });
});

describe('a client that can ask people', () => {
  async function asking(answer: (choices: string[]) => { action: 'accept' | 'decline'; content?: { choice: string } }) {
    const asked: string[] = [];
    const asker = new Client({ name: 'black-box-test', version: '1' }, { capabilities: { elicitation: {} } });
    asker.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      const schema = (params as unknown as { requestedSchema: { properties: { choice: { enum: string[] } } } })
        .requestedSchema;
      return answer(schema.properties.choice.enum);
    });
    await asker.connect(transportOf(home.env));
    return { asker, asked };
  }

  test('is asked which of several things is meant, and the answer is about that one', async () => {
    const { asker, asked } = await asking((choices) => ({
      action: 'accept',
      content: { choice: choices.find((choice) => choice.includes('Harbour desk')) ?? '' },
    }));
    try {
      const result = await call('get_product_summary', { product_id: 'harbour' }, asker);
      expect(asked).toEqual([expect.stringContaining('Which one')]);
      expect(result.structuredContent).toMatchObject({ product: { title: 'Harbour desk' } });
      const listed = await call('search', { query: 'a*', product_ids: ['harbour'] }, asker);
      expect(listed.structuredContent).toMatchObject({ filters: { products: [{ title: 'Harbour desk' }] } });
      expect(asked).toHaveLength(2);
    } finally {
      await asker.close();
    }
  });

  test('gets the error when the person does not choose', async () => {
    const { asker, asked } = await asking(() => ({ action: 'decline' }));
    try {
      const result = await call('get_product_summary', { product_id: 'harbour' }, asker);
      expect(result).toMatchObject({ isError: true, _meta: { [ERROR_META_KEY]: { code: 'ambiguous_product' } } });
      expect(asked).toHaveLength(1);
    } finally {
      await asker.close();
    }
  });
});

describe('messages to the log of the client', () => {
  async function messagesOfFirstSync(level: 'info' | 'error' | null): Promise<{ level: string; data: unknown }[]> {
    const empty = makeHome(sandbox);
    const messages: { level: string; data: unknown }[] = [];
    sandbox.addFaults([{ match: { path: '/products' }, fault: 'status:503' }]);
    const listener = new Client({ name: 'black-box-test', version: '1' });
    let told = (): void => undefined;
    const warned = new Promise<void>((resolve) => {
      told = resolve;
    });
    listener.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      messages.push({ level: params.level, data: params.data });
      if (params.level === 'warning') told();
    });
    try {
      await listener.connect(transportOf({ ...empty.env, TESTIO_REFRESH_INTERVAL_SECONDS: '3600' }));
      if (level !== null) await listener.setLoggingLevel(level);
      if (level !== 'error') await warned;
      // The sync has failed by then: its failure is written to the store before it is told.
      else {
        await failedRun(listener);
        // What was told before this answer has come before it.
        await call('get_server_diagnostics', {}, listener);
      }
      return messages;
    } finally {
      await listener.close();
      sandbox.clearFaults();
      empty.remove();
    }
  }

  /** Asks until the failed sync stands in the store. */
  async function failedRun(listener: Client): Promise<void> {
    for (;;) {
      const result = await call('get_server_diagnostics', {}, listener);
      const { sync } = result.structuredContent as { sync: { last_attempt: { status: string } | null } };
      if (sync.last_attempt?.status === 'failed') return;
    }
  }

  test('tell how the first sync goes, and never the token', async () => {
    const messages = await messagesOfFirstSync('info');
    expect(messages.map(({ level }) => level)).toEqual(expect.arrayContaining(['info', 'warning']));
    expect(JSON.stringify(messages)).not.toContain(sandbox.token);
  });

  test('are only those of the level that the client wants', async () => {
    expect(await messagesOfFirstSync('error')).toEqual([]);
  });
});
