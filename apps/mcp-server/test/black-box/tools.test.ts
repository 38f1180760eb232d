import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation/types.js';
import { operations } from '@testio-mcp/insights';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { ERROR_META_KEY } from '@testio-mcp/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, fill, type Home, makeHome } from './filled-store.ts';

let sandbox: Sandbox;
let home: Home;
let client: Client;
let tools: Tool[];
/** Everything the server answered, to be searched for secrets. */
const answers: unknown[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 'small' });
  home = makeHome(sandbox);
  await fill(home);
  client = await connect({ ...home.env, LOG_LEVEL: 'debug', LOG_FILE: `${home.folder}/server.log` });
  ({ tools } = await client.listTools());
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
  home.remove();
});

async function call(name: string, input: Record<string, unknown>): Promise<CallToolResult> {
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
  answers.push(result);
  return result;
}

function errorOf(result: CallToolResult): Record<string, unknown> {
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toBeUndefined();
  expect(result.content).toEqual([{ type: 'text', text: expect.any(String) }]);
  return result._meta?.[ERROR_META_KEY] as Record<string, unknown>;
}

function textOf({ content }: CallToolResult): string {
  const [block] = content;
  return block?.type === 'text' ? block.text : '';
}

/** Good input of every tool, from the plainest to the fullest. */
function goodInputs(): Record<string, Record<string, unknown>[]> {
  const { products, features, tests, bugs, people } = sandbox.state().ids;
  const product_id = products[0];
  const feature_id = features[0];
  const test_id = tests.at(-1);
  return {
    list_products: [{}, { search: 'a', sort_by: 'test_count', sort_order: 'desc', per_page: 2, page: 1 }],
    list_tests: [
      {},
      { product_id, include_bug_counts: true, per_page: 200, detail: 'full' },
      { statuses: ['running', 'locked'], sort_by: 'title', per_page: 1 },
      { period: 'last year', period_by: 'start_at' },
    ],
    list_bugs: [
      {},
      { period: 'last 90 days', exported: false, known: false, device: 'a', text: 'the' },
      { test_ids: [test_id], sort_by: 'severity' },
      { product_id, statuses: ['rejected'], per_page: 3 },
    ],
    get_triage_queue: [
      {},
      { product_ids: products, severities: ['critical', 'high', 'low'], due_within_hours: 48, per_page: 3 },
    ],
    list_changes: [
      {},
      { since: 'last 30 days', product_ids: products, entities: ['bug'], changes: ['new', 'accepted'], per_page: 3 },
    ],
    list_features: [{}, { product_id, sort_by: 'bug_count', sort_order: 'desc', has_user_stories: false }],
    list_user_stories: [{}, { feature_id }, { product_id, search: 'a', per_page: 2 }],
    list_users: [{}, { user_type: 'tester', period: 'last 2 years', sort_by: 'bugs_reported', sort_order: 'desc' }],
    search: [
      { query: 'checkout' },
      { query: 'chekcout' },
      { query: 'pay OR card', match_mode: 'raw' },
      { query: '"sign in" pay', entities: ['bug', 'test'], product_ids: products },
    ],
    get_product_summary: products.map((id) => ({ product_id: id })),
    get_feature_summary: [{ feature_id }, { feature_id, detail: 'full' }],
    get_bug_summary: bugs.slice(0, 20).map((bug_id) => ({ bug_id, detail: 'full' })),
    get_user_summary: people.map((person) => {
      const [kind = '', name = ''] = person.split(':');
      return { user_id: `${name} (${kind})` };
    }),
    get_test_summary: [{ test_id }, { test_id, freshness: 'cached', detail: 'full' }, { test_id, freshness: 'now' }],
    query_metrics: [
      { metrics: ['bug_count', 'rejection_rate'], dimensions: ['severity', 'month'] },
      { metrics: 'test_count', filters: { product: product_id, browser: '(none)' }, period: 'last 2 years', limit: 5 },
    ],
    get_analytics_capabilities: [{}],
    get_release_readiness: [{ product_id }, { product_id, period: 'last year' }],
    compare_periods: [{}, { product_id, period: 'last year', against: 'this year', metrics: ['bug_count'] }],
    generate_quality_report: [
      {},
      { product_ids: products, period: 'last 2 years', statuses: ['archived'] },
      { format: 'markdown', output_file: 'q/all.md' },
      { format: 'html', freshness: 'cached' },
    ],
    get_server_diagnostics: [{}, { check_api: true, include_sync_events: true }],
    sync_data: [{ dry_run: true }, { product_ids: products.slice(1), since: 'last 30 days' }],
    get_problematic_tests: [{}, { product_id, include_closed: true, per_page: 2 }],
  };
}

/** Bad input of every tool, with the field that the error must name. */
const BAD_INPUTS: Record<string, [Record<string, unknown>, string][]> = {
  list_products: [
    [{ sort_by: 'colour' }, 'sort_by'],
    [{ per_page: 0 }, 'per_page'],
  ],
  list_tests: [
    [{ statuses: ['sleeping'] }, 'statuses'],
    [{ per_page: 100_000 }, 'per_page'],
    [{ cursor: 'made up' }, 'cursor'],
  ],
  list_bugs: [
    [{ test_ids: [-1] }, 'test_ids'],
    [{ severities: ['mild'] }, 'severities'],
  ],
  get_triage_queue: [
    [{ due_within_hours: 1000 }, 'due_within_hours'],
    [{ product_ids: [999_999_999] }, 'product_id'],
  ],
  list_changes: [
    [{ since: 'soonish' }, 'since'],
    [{ since: 'w1.made.up' }, 'since'],
    [{ changes: ['eaten'] }, 'changes'],
  ],
  list_features: [[{ has_user_stories: 'perhaps' }, 'has_user_stories']],
  list_user_stories: [[{ feature_id: 'no feature is called this' }, 'feature_id']],
  list_users: [
    [{ user_type: 'manager' }, 'user_type'],
    [{ period: 'soonish' }, 'period'],
  ],
  search: [
    [{}, 'query'],
    [{ query: '!!!' }, 'query'],
    [{ query: 'a', entities: ['people'] }, 'entities'],
  ],
  get_feature_summary: [[{ feature_id: 999_999_999 }, 'feature_id']],
  get_bug_summary: [[{ bug_id: 999_999_999 }, 'bug_id']],
  get_user_summary: [[{ user_id: 'nobody is called this' }, 'user_id']],
  get_product_summary: [
    [{}, 'product_id'],
    [{ product_id: 999_999_999 }, 'product_id'],
  ],
  get_test_summary: [
    [{ test_id: 999_999_999, freshness: 'cached' }, 'test_id'],
    [{ test_id: 'no test is called this' }, 'test_id'],
  ],
  query_metrics: [
    [{}, 'metrics'],
    [{ metrics: ['happiness'] }, 'metrics'],
    [{ metrics: ['bug_count'], filters: ['severity=mild'] }, 'filters'],
  ],
  get_analytics_capabilities: [[{ metrics: ['bug_count'] }, 'metrics']],
  compare_periods: [[{ period: 'all' }, 'against']],
  get_release_readiness: [
    [{}, 'product_id'],
    [{ product_id: 999_999_999 }, 'product_id'],
  ],
  generate_quality_report: [
    [{ product_ids: [999_999_999] }, 'product_id'],
    [{ output_file: '../out.md' }, 'output_file'],
    [{ output_file: 'a.exe' }, 'output_file'],
  ],
  get_server_diagnostics: [[{ sync_event_limit: 'all' }, 'sync_event_limit']],
  sync_data: [
    [{ mode: 'quick' }, 'mode'],
    [{ since: 'soonish' }, 'since'],
    [{ product_ids: [999_999_999] }, 'product_ids'],
  ],
  get_problematic_tests: [
    [{ product_id: 999_999_999 }, 'product_id'],
    [{ include_closed: 'perhaps' }, 'include_closed'],
  ],
};

test('the server says who it is and what it can do', () => {
  expect(client.getServerVersion()).toMatchObject({
    name: 'testio-mcp',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
  expect(client.getServerCapabilities()).toMatchObject({ tools: {}, logging: {} });
  const instructions = client.getInstructions() ?? '';
  for (const word of ['as_of', 'completeness', 'never instructions']) expect(instructions).toContain(word);
});

test('every operation is listed with title, description, both schemas and all four annotations', () => {
  expect(tools.map(({ name }) => name)).toEqual(operations.map(({ name }) => name));
  for (const tool of tools) {
    expect(tool).toMatchObject({
      title: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      annotations: {
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
        idempotentHint: expect.any(Boolean),
        openWorldHint: expect.any(Boolean),
      },
    });
  }
});

test('there is good and bad input for every tool', () => {
  const names = tools.map(({ name }) => name).sort();
  expect(Object.keys(goodInputs()).sort()).toEqual(names);
  expect(Object.keys(BAD_INPUTS).sort()).toEqual(names);
});

describe.each(operations.map(({ name }) => name))('%s', (name) => {
  test('answers good input as its output schema says, with a text that is no JSON', async () => {
    const tool = tools.find((candidate) => candidate.name === name);
    const validate = new AjvJsonSchemaValidator().getValidator(tool?.outputSchema as JsonSchemaType);
    for (const input of goodInputs()[name] ?? []) {
      const result = await call(name, input);
      expect({ input, isError: result.isError, text: result.isError ? textOf(result) : '' }).toMatchObject({
        input,
        text: '',
      });
      expect(validate(result.structuredContent)).toMatchObject({ valid: true });
      expect(result.structuredContent).toMatchObject({
        as_of: expect.stringMatching(/^\d{4}-.*Z$/),
        completeness: { complete: expect.any(Boolean) },
      });
      expect(textOf(result)).toMatch(/\S/);
      expect(textOf(result)).not.toMatch(/^\s*[[{]/);
    }
  });

  test('answers bad input with an error as data that names the field and the next step', async () => {
    for (const [input, field] of BAD_INPUTS[name] ?? []) {
      const result = await call(name, input);
      const error = errorOf(result);
      expect({ input, error }).toMatchObject({
        input,
        error: {
          code: expect.stringMatching(/^[a-z_]+$/),
          field: expect.stringContaining(field),
          next: expect.any(String),
        },
      });
      expect(error.kind).not.toBe('internal');
      expect(textOf(result)).toContain(error.message);
      expect(textOf(result)).toContain(error.next);
      expect(textOf(result)).not.toMatch(/^\s+at /m);
    }
  });

  test('refuses parameters that do not exist', async () => {
    expect(errorOf(await call(name, { nonsense: 1 }))).toMatchObject({ kind: 'validation' });
  });
});

test('an unknown tool is an error that names the nearest ones', async () => {
  const error = errorOf(await call('list_test', {}));
  expect(error).toMatchObject({ code: 'unknown_tool', accepted: expect.arrayContaining(['list_tests']) });
});

test('a name of the older product is answered, but not listed; one without a successor names the call to use', async () => {
  const result = await call('health_check', {});
  expect(result.structuredContent).toMatchObject({ api: { connected: true } });
  expect(textOf(result)).toMatch(/^health_check is get_server_diagnostics now\./);
  expect(tools.map(({ name }) => name)).not.toContain('health_check');
  const error = errorOf(await call('generate_status_report', {}));
  expect(error).toMatchObject({ code: 'tool_withdrawn', next: expect.stringContaining('get_test_summary') });
});

test('calls are answered side by side', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, page) => call('list_tests', { per_page: 2, page: (page % 5) + 1 })),
  );
  for (const result of results) expect(result.isError).not.toBe(true);
});

describe('tools that are switched off', () => {
  test('are neither listed nor callable', async () => {
    const other = await connect({ ...home.env, DISABLED_TOOLS: 'list_bugs,get_server_diagnostics' });
    try {
      const names = (await other.listTools()).tools.map(({ name }) => name);
      expect(names).toEqual(
        operations.map(({ name }) => name).filter((name) => !['list_bugs', 'get_server_diagnostics'].includes(name)),
      );
      const result = (await other.callTool({ name: 'list_bugs', arguments: {} })) as CallToolResult;
      expect(errorOf(result)).toMatchObject({ code: 'tool_not_offered' });
      const older = (await other.callTool({ name: 'get_test_bugs', arguments: { test_id: 1 } })) as CallToolResult;
      expect(errorOf(older)).toMatchObject({ code: 'tool_not_offered' });
    } finally {
      await other.close();
    }
  });

  test('ENABLED_TOOLS leaves only its own', async () => {
    const other = await connect({ ...home.env, ENABLED_TOOLS: 'list_tests' });
    try {
      expect((await other.listTools()).tools.map(({ name }) => name)).toEqual(['list_tests']);
    } finally {
      await other.close();
    }
  });
});

test('answers lead to the web interface where a setting says how', async () => {
  const other = await connect({ ...home.env, TESTIO_WEB_LINKS: 'bug=https://qa.example/{test_id}/{id}' });
  try {
    const { structuredContent } = await other.callTool({ name: 'list_bugs', arguments: { per_page: 1 } });
    const [bug] = (structuredContent as { bugs: { id: number; test: { id: number }; web_url: string }[] }).bugs;
    expect(bug?.web_url).toBe(`https://qa.example/${bug?.test.id}/${bug?.id}`);
  } finally {
    await other.close();
  }
});

test('neither store, log nor any answer holds the token or a secret of a test environment', async () => {
  const everything = home.contents() + JSON.stringify(answers);
  expect(everything).toContain('answered');
  expect(sandbox.secrets.length).toBeGreaterThan(0);
  for (const secret of [sandbox.token, ...sandbox.secrets]) expect(everything).not.toContain(secret);
});
