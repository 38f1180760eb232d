import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { findOperation, operations, takesInput } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, fill, type Home, makeHome } from './filled-store.ts';

const NAMES = ['analyze-product-quality', 'prep-meeting', 'triage-test', 'weekly-status', 'release-readiness'];
/** A tool with its input in a code span. */
const CALL = /`([a-z]+(?:_[a-z]+)*) (\{.*?\})`/g;

let sandbox: Sandbox;
let home: Home;
let client: Client;
/** Asks a server that offers two tools only, and whose years begin in April. */
let restricted: Client;
/** A product and a test whose titles nothing else has. */
let product: { id: number; title: string };
let exploratoryTest: { id: number; title: string };

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small', now: '2026-03-17T00:00:00Z' });
  const { products, tests } = sandbox.state().ids;
  product = { id: products[0] as number, title: 'Fjord ferry booking' };
  exploratoryTest = { id: tests[0] as number, title: 'Ferry regression week 9' };
  sandbox.edit([
    { op: 'change', kind: 'product', id: product.id, set: { name: product.title } },
    { op: 'change', kind: 'test', id: exploratoryTest.id, set: { title: exploratoryTest.title } },
  ]);
  home = makeHome(sandbox);
  home.env.TESTIO_NOW = sandbox.now;
  await fill(home);
  client = await connect(home.env);
  restricted = await connect({
    ...home.env,
    ENABLED_TOOLS: 'list_bugs,get_server_diagnostics',
    TESTIO_FISCAL_YEAR_START: '4',
  });
});
afterAll(async () => {
  await client.close();
  await restricted.close();
  await sandbox.close();
  home.remove();
});

async function textOf(name: string, args: Record<string, string>, from = client): Promise<string> {
  const { messages } = await from.getPrompt({ name, arguments: args });
  expect(messages).toHaveLength(1);
  const [message] = messages;
  return message?.content.type === 'text' ? message.content.text : '';
}

function argumentsOf(name: string): Record<string, string> {
  return name === 'triage-test' ? { test: exploratoryTest.title } : { product: product.title, period: 'last 90 days' };
}

test('all are listed, with what they take', async () => {
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(NAMES);
  for (const prompt of prompts) {
    expect(prompt).toMatchObject({ title: expect.stringMatching(/\S/), description: expect.stringMatching(/\S/) });
    for (const argument of prompt.arguments ?? []) expect(argument.description).toMatch(/\S/);
  }
  const required = prompts.flatMap(({ name, arguments: all = [] }) =>
    all.filter(({ required }) => required).map((argument) => `${name} ${argument.name}`),
  );
  expect(required).toEqual(['triage-test test', 'release-readiness product']);
});

describe.each(NAMES)('%s', (name) => {
  test('names the thing by id and suggests calls that the tools take', async () => {
    const text = await textOf(name, argumentsOf(name));
    const thing = name === 'triage-test' ? exploratoryTest : product;
    expect(text).toContain(`${thing.id}, titled "${thing.title}"`);
    const calls = [...text.matchAll(CALL)];
    expect(calls.length).toBeGreaterThan(2);
    for (const [, tool = '', input = ''] of calls) {
      const operation = findOperation(tool);
      const takes = operation !== undefined && takesInput(operation, JSON.parse(input));
      expect({ tool, input, takes }).toEqual({ tool, input, takes: true });
    }
    expect(calls.some(([, , input = '']) => input.includes(String(thing.id)))).toBe(true);
  });

  test('suggests calls that are answered, but for words in capitals and ids that stand for others', async () => {
    const text = await textOf(name, argumentsOf(name));
    for (const [, tool = '', input = ''] of text.matchAll(CALL)) {
      const result = await client.callTool({ name: tool, arguments: JSON.parse(input) });
      const error = result._meta?.[ERROR_META_KEY] as { kind: string } | undefined;
      const isExample = /[A-Z]{4}|"bug_id":1\}/.test(input);
      const isExpected = error === undefined || (isExample && error.kind === 'not_found');
      expect({ tool, input, error, isExpected }).toMatchObject({ isExpected: true });
    }
  });

  test('works without optional arguments', async () => {
    const needed: Record<string, string> = name === 'triage-test' ? argumentsOf(name) : { product: 'nothing like it' };
    expect(await textOf(name, needed)).toMatch(/^1\. /m);
  });

  test('names no tool that is switched off or does not exist', async () => {
    const text = await textOf(name, argumentsOf(name), restricted);
    const named = new Set([...text.matchAll(/\b[a-z]+_[a-z_]+\b/g)].map(([word]) => word));
    expect(named).toContain('list_bugs');
    for (const { name: hidden } of operations) {
      if (hidden === 'list_bugs' || hidden === 'get_server_diagnostics') continue;
      expect(named).not.toContain(hidden);
      expect(text).not.toContain(`\`${hidden} `);
    }
    for (const [, tool] of text.matchAll(CALL)) expect(['list_bugs', 'get_server_diagnostics']).toContain(tool);
  });
});

test('a required argument that is missing is an error that names it', async () => {
  await expect(client.getPrompt({ name: 'triage-test', arguments: {} })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('test'),
  });
});

test('what fits several things stays as it was typed, for the tools to ask about', async () => {
  const text = await textOf('weekly-status', { product: 'e' });
  expect(text).toContain('the product "e"');
  expect(text).toContain('"product_id":"e"');
});

describe('arguments are completed from the store', () => {
  const complete = async (name: string, argument: string, value: string, from = client) =>
    (await from.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } })).completion.values;

  test('products and tests by title', async () => {
    expect(await complete('prep-meeting', 'product', 'fjord')).toEqual([product.title]);
    expect(await complete('prep-meeting', 'product', '')).toHaveLength(sandbox.state().counts.products);
    expect(await complete('triage-test', 'test', 'ferry reg')).toEqual([exploratoryTest.title]);
    expect(await complete('triage-test', 'test', 'no test has this')).toEqual([]);
  });

  test('statuses that tests have, one after the other', async () => {
    expect(await complete('weekly-status', 'statuses', 'run')).toEqual(['running']);
    const more = await complete('weekly-status', 'statuses', 'running,');
    expect(more).toContain('running,archived');
    expect(more).not.toContain('running,running');
  });

  test('periods: words, and quarters in which tests ended', async () => {
    expect(await complete('weekly-status', 'period', 'last 3')).toEqual(['last 30 days']);
    expect(await complete('weekly-status', 'period', '2026-Q')).toEqual(['2026-Q1']);
    expect(await complete('weekly-status', 'period', '2026-Q', restricted)).toEqual([]);
    expect(await complete('weekly-status', 'period', '2025-Q4', restricted)).toEqual(['2025-Q4']);
  });

  test('free words are not completed', async () => {
    expect(await complete('prep-meeting', 'context', 'a')).toEqual([]);
  });
});
