import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { operations } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Home, makeHome } from './filled-store.ts';

let sandbox: Sandbox;
let home: Home;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
});
afterAll(async () => {
  await sandbox.close();
  home.remove();
});

test.each([
  ['TESTIO_READ_ONLY', 'true', 'sync_data'],
  ['DISABLED_TOOLS', 'operate', 'sync_data'],
  ['ENABLED_TOOLS', 'discover', 'get_bug_summary'],
])('with %s=%s the tool %s is neither listed nor callable', async (variable, value, hidden) => {
  const client = await connect({ ...home.env, [variable]: value });
  try {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('list_bugs');
    expect(names).not.toContain(hidden);
    if (variable === 'TESTIO_READ_ONLY') {
      expect(names).toEqual(operations.filter(({ effects }) => effects.readOnly).map(({ name }) => name));
    }
    const result = (await client.callTool({ name: hidden, arguments: {} })) as CallToolResult;
    expect(result).toMatchObject({ isError: true, _meta: { [ERROR_META_KEY]: { code: 'tool_not_offered' } } });
    expect(sandbox.requests()).toEqual([]);
  } finally {
    await client.close();
  }
});
