import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  type CallToolResult,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { BUG_STATUSES, RATE_DEFINITIONS } from '@testio-mcp/domain';
import { findOperation, operations, takesInput } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, fill, type Home, makeHome } from './filled-store.ts';

let sandbox: Sandbox;
let home: Home;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  client = await connect(home.env);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
  home.remove();
});

const SUMMARIES = [
  ['products', 'get_product_summary', 'product_id'],
  ['tests', 'get_test_summary', 'test_id'],
  ['bugs', 'get_bug_summary', 'bug_id'],
  ['features', 'get_feature_summary', 'feature_id'],
] as const;

async function read(uri: string, from = client): Promise<Record<string, string>> {
  const { contents } = await from.readResource({ uri });
  for (const content of contents) expect(content.uri).toBe(uri);
  return Object.fromEntries(contents.map((content) => [content.mimeType, 'text' in content ? content.text : '']));
}

describe('templates', () => {
  test('there is one for each kind of thing, with title and description', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(
      expect.arrayContaining(SUMMARIES.map(([plural]) => `testio://${plural}/{id}`)),
    );
    for (const template of resourceTemplates) {
      expect(template).toMatchObject({ title: expect.stringMatching(/\S/), description: expect.stringMatching(/\S/) });
    }
  });

  test.each(SUMMARIES)('%s show what %s answers, as text and as data', async (plural, name, parameter) => {
    const id = sandbox.state().ids[plural].at(-1);
    const shown = await read(`testio://${plural}/${id}`);
    const asked = (await client.callTool({ name, arguments: { [parameter]: id } })) as CallToolResult;
    expect(JSON.parse(shown['application/json'] ?? '')).toEqual(asked.structuredContent);
    const [block] = asked.content;
    expect(block).toMatchObject({ text: expect.stringContaining(shown['text/plain'] ?? 'no text') });
    expect(shown['text/plain']).toMatch(/As of \d{4}/);
  });

  test.each(SUMMARIES)('ids of %s are completed by title', async (plural, name, parameter) => {
    const id = sandbox.state().ids[plural][0];
    const { structuredContent } = (await client.callTool({ name, arguments: { [parameter]: id } })) as CallToolResult;
    const thing = (structuredContent as Record<string, { id: number; title: string }>)[parameter.replace('_id', '')];
    const ref = { type: 'ref/resource' as const, uri: `testio://${plural}/{id}` };
    const complete = async (value: string) =>
      (await client.complete({ ref, argument: { name: 'id', value } })).completion.values;
    expect(thing?.title).toMatch(/\S/);
    expect(await complete(thing?.title.toUpperCase() ?? '')).toContain(String(id));
    expect(await complete(String(id))).toEqual([String(id)]);
    expect(await complete('no title contains this')).toEqual([]);
  });

  test.each([
    ['testio://products/999999999', -32002, 'product_not_found'],
    ['testio://products/checkout', -32002, 'resource_not_found'],
    ['testio://products/1?x=1', -32002, 'resource_not_found'],
  ])('%s is answered with an error object', async (uri, code, name) => {
    await expect(client.readResource({ uri })).rejects.toMatchObject({
      code,
      data: { code: name, retryable: false, next: expect.any(String) },
    });
  });

  test('what cannot be called cannot be read either', async () => {
    const other = await connect({ ...home.env, DISABLED_TOOLS: 'get_bug_summary' });
    try {
      const { resourceTemplates } = await other.listResourceTemplates();
      const names = resourceTemplates.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['products', 'tests', 'features']));
      expect(names).not.toContain('bugs');
      const uri = `testio://bugs/${sandbox.state().ids.bugs[0]}`;
      await expect(other.readResource({ uri })).rejects.toMatchObject({ code: -32602 });
      await expect(other.subscribeResource({ uri })).rejects.toMatchObject({ code: -32002 });
    } finally {
      await other.close();
    }
  });
});

describe('knowledge', () => {
  test('the playbook defines every rate and status and carries the thresholds that are set', async () => {
    const text = (await read('testio://knowledge/playbook'))['text/markdown'] ?? '';
    for (const [name, definition] of Object.entries(RATE_DEFINITIONS)) {
      expect(text).toContain(`\`${name}\` = ${definition}`);
    }
    for (const status of BUG_STATUSES) expect(text).toContain(status);
    expect(text).toContain('from 20 %');
    const other = await connect({ ...home.env, PLAYBOOK_REJECTION_WARNING: '0.125' });
    try {
      expect((await read('testio://knowledge/playbook', other))['text/markdown']).toContain('from 12.5 %');
    } finally {
      await other.close();
    }
  });

  test.each(['playbook', 'programmatic-access'])(
    '%s suggests calls that can be made, and none that is switched off',
    async (name) => {
      const all = (await read(`testio://knowledge/${name}`))['text/markdown'] ?? '';
      const calls = [...all.matchAll(/(?:`|call )([a-z]+_[a-z_]+) '?(\{.*?\})'?(?:`| --json)/g)];
      expect(calls.length).toBeGreaterThan(0);
      for (const [, tool = '', input = ''] of calls) {
        const operation = findOperation(tool);
        expect({ tool, ok: operation !== undefined && takesInput(operation, JSON.parse(input)) }).toEqual({
          tool,
          ok: true,
        });
      }
      const other = await connect({ ...home.env, ENABLED_TOOLS: 'get_product_summary' });
      try {
        const few = (await read(`testio://knowledge/${name}`, other))['text/markdown'] ?? '';
        for (const hidden of operations.filter(({ name }) => name !== 'get_product_summary')) {
          expect(few).not.toMatch(new RegExp(`(?:\`|call )${hidden.name}\\b`));
        }
      } finally {
        await other.close();
      }
    },
  );

  test('is listed, with sizes', async () => {
    const { resources } = await client.listResources();
    for (const name of ['playbook', 'programmatic-access']) {
      const listed = resources.find(({ uri }) => uri === `testio://knowledge/${name}`);
      const text = (await read(`testio://knowledge/${name}`))['text/markdown'] ?? '';
      expect(listed).toMatchObject({ mimeType: 'text/markdown', size: Buffer.byteLength(text) });
    }
    const products = resources.filter(({ uri }) => uri.startsWith('testio://products/')).map(({ uri }) => uri);
    expect(products.sort()).toEqual(
      sandbox
        .state()
        .ids.products.map((id) => `testio://products/${id}`)
        .sort(),
    );
  });
});

describe('subscriptions', () => {
  test('tell when a sync of another process changed what is shown, and only then', async () => {
    const [changed, other] = sandbox.state().ids.bugs;
    const updates: string[] = [];
    const subscriber = await connect(home.env);
    try {
      const toldOf = new Promise<void>((resolve) => {
        subscriber.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
          updates.push(params.uri);
          resolve();
        });
      });
      for (const id of [changed, other]) await subscriber.subscribeResource({ uri: `testio://bugs/${id}` });
      const before = await read(`testio://bugs/${changed}`, subscriber);
      sandbox.edit([{ op: 'change', kind: 'bug', id: changed as number, set: { title: 'Now it is blue' } }]);
      await fill(home, 'full');
      await toldOf;
      expect(updates).toEqual([`testio://bugs/${changed}`]);
      const after = await read(`testio://bugs/${changed}`, subscriber);
      expect(before['text/plain']).not.toContain('Now it is blue');
      expect(after['text/plain']).toContain('Now it is blue');
    } finally {
      await subscriber.close();
    }
  });

  test('end when they are ended', async () => {
    const [ended, kept] = sandbox.state().ids.bugs.slice(2);
    const updates: string[] = [];
    const subscriber = await connect(home.env);
    try {
      const toldOf = new Promise<void>((resolve) => {
        subscriber.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
          updates.push(params.uri);
          resolve();
        });
      });
      for (const id of [ended, kept]) await subscriber.subscribeResource({ uri: `testio://bugs/${id}` });
      await subscriber.unsubscribeResource({ uri: `testio://bugs/${ended}` });
      sandbox.edit(
        [ended, kept].map((id) => ({ op: 'change', kind: 'bug', id: id as number, set: { title: 'Green again' } })),
      );
      await fill(home, 'full');
      await toldOf;
      expect(updates).toEqual([`testio://bugs/${kept}`]);
    } finally {
      await subscriber.close();
    }
  });

  test('the list of resources is told to have changed when a product is new', async () => {
    const follower = await connect(home.env);
    try {
      const told = new Promise<void>((resolve) => {
        follower.setNotificationHandler(ResourceListChangedNotificationSchema, () => resolve());
      });
      await follower.listResources();
      sandbox.edit([{ op: 'add', kind: 'product', set: { name: 'Brand new' } }]);
      await fill(home);
      await told;
      const { resources } = await follower.listResources();
      expect(resources).toContainEqual(expect.objectContaining({ title: 'Brand new' }));
    } finally {
      await follower.close();
    }
  });
});
