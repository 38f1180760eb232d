import { readFileSync } from 'node:fs';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { answerSchema, findOperation, operations, publishedTool } from '../src/index.ts';

/** Operations that tell of the program itself, and so never ask the API. */
const OF_THE_PROGRAM: ReadonlySet<string> = new Set(['get_analytics_capabilities']);

const FORBIDDEN_IN_INPUTS = ['anyOf', 'oneOf', 'allOf', '$ref', '$defs', 'definitions', 'not', '$schema', 'pattern'];
const FORBIDDEN_IN_OUTPUTS = ['oneOf', 'allOf', '$ref', '$defs', 'definitions', 'not', '$schema', 'pattern'];

/** Questions that compute instead of looking up. */
const ANALYTICS = new Set([
  'query_metrics',
  'get_analytics_capabilities',
  'compare_periods',
  'generate_quality_report',
  'get_release_readiness',
]);

/** Every schema inside a schema, with the path to it. */
function* schemasIn(node: unknown, path = '#'): Generator<{ path: string; schema: Record<string, unknown> }> {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Record<string, unknown>;
  yield { path, schema };
  for (const [name, member] of Object.entries((schema.properties ?? {}) as object)) {
    yield* schemasIn(member, `${path}/${name}`);
  }
  yield* schemasIn(schema.items, `${path}[]`);
  yield* schemasIn(schema.additionalProperties, `${path}{}`);
  for (const [index, branch] of ((schema.anyOf ?? []) as unknown[]).entries())
    yield* schemasIn(branch, `${path}|${index}`);
}

/** The paths of all members, also of those that are named in common. */
function membersOf(schema: unknown): string[] {
  const paths = [...schemasIn(schema)].flatMap(({ path, schema: { propertyNames, additionalProperties } }) => {
    const names = (propertyNames as { enum?: string[] } | undefined)?.enum;
    if (names === undefined) return [path];
    const inside = [...schemasIn(additionalProperties, '')].map((member) => member.path);
    return [path, ...names.flatMap((name) => inside.map((tail) => `${path}/${name}${tail}`))];
  });
  return paths.filter((path) => !path.includes('{}')).sort();
}

test('the catalogue lists its operations in a stable order', () => {
  expect(operations.map(({ name }) => name)).toEqual([
    'list_products',
    'list_features',
    'list_user_stories',
    'list_tests',
    'list_bugs',
    'get_triage_queue',
    'list_changes',
    'list_users',
    'search',
    'get_product_summary',
    'get_feature_summary',
    'get_test_summary',
    'get_bug_summary',
    'get_user_summary',
    'query_metrics',
    'get_analytics_capabilities',
    'compare_periods',
    'get_release_readiness',
    'generate_quality_report',
    'get_server_diagnostics',
    'get_problematic_tests',
    'sync_data',
  ]);
  expect(findOperation('list_bugs')?.name).toBe('list_bugs');
  expect(findOperation('toString')).toBeUndefined();
});

/** Operations that change something: the local copy, or a folder. */
const WRITERS = new Set(['sync_data', 'generate_quality_report']);

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const tool = publishedTool(operation);

  test('stands in the file of its name', () => {
    const file = new URL(`../src/operations/${name.replaceAll('_', '-')}.ts`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toContain(`name: '${name}'`);
  });

  test('is published once and the same each time', () => {
    expect(publishedTool(operation)).toBe(tool);
    expect(tool.title).not.toBe('');
    expect(tool.description.split('\n')).toHaveLength(2);
    expect(tool.annotations).toEqual({
      readOnlyHint: !WRITERS.has(name),
      destructiveHint: false,
      // A second report is a second file.
      idempotentHint: name !== 'generate_quality_report',
      openWorldHint: !OF_THE_PROGRAM.has(name),
    });
  });

  test('takes a plain object: no unions, references or lists of types', () => {
    expect(tool.inputSchema.type).toBe('object');
    for (const { path, schema } of schemasIn(tool.inputSchema)) {
      expect(typeof schema.type, path).toBe('string');
      expect(
        FORBIDDEN_IN_INPUTS.filter((keyword) => keyword in schema),
        path,
      ).toEqual([]);
      if (schema.type === 'object') expect(schema.additionalProperties, path).toBe(false);
      if (schema.type === 'integer') expect(schema.minimum, path).toBeTypeOf('number');
    }
  });

  test.each([
    ['short', tool.outputSchema],
    ['whole', answerSchema(operation)],
  ])('has an output schema that clients can read: the %s one', (_, outputSchema) => {
    for (const { path, schema } of schemasIn(outputSchema)) {
      expect(
        FORBIDDEN_IN_OUTPUTS.filter((keyword) => keyword in schema),
        path,
      ).toEqual([]);
      // A value of query_metrics may be anything.
      if (path.endsWith('{}') && Object.keys(schema).length === 0) continue;
      if (schema.anyOf === undefined) expect(typeof schema.type, path).toBe('string');
      else {
        const types = (schema.anyOf as { type: string }[]).map(({ type }) => type);
        expect(types, path).toHaveLength(2);
        expect(types[1], path).toBe('null');
      }
    }
    expect(outputSchema.additionalProperties).toBe(false);
  });

  test('says in short what it answers with, and in full what that means', () => {
    expect(answerSchema(operation).required).toEqual(expect.arrayContaining(['as_of', 'completeness']));
    expect(membersOf(tool.outputSchema)).toEqual(membersOf(answerSchema(operation)));
    for (const { path, schema } of schemasIn(tool.outputSchema)) {
      for (const wordy of ['description', 'required', 'enum']) expect(schema, path).not.toHaveProperty(wordy);
    }
  });

  test('costs a model no more than 450 tokens', () => {
    const cost = encode(JSON.stringify([name, tool.description, tool.inputSchema])).length;
    expect(cost).toBeLessThanOrEqual(450);
  });
});

/** What a model reads of a tool before it asks anything. */
const costOf = (operation: (typeof operations)[number]) => {
  const { name, description, inputSchema } = publishedTool(operation);
  return encode(JSON.stringify([name, description, inputSchema])).length;
};
const sum = (costs: readonly number[]) => costs.reduce((all, cost) => all + cost, 0);

test('the schemas of all answers together cost a model no more than 15000 tokens', () => {
  const costs = operations.map((operation) => encode(JSON.stringify(publishedTool(operation).outputSchema)).length);
  expect(sum(costs)).toBeLessThanOrEqual(15_000);
});

test('all tools together cost a model no more than 5000 tokens, those that are no analytics 3900', () => {
  const others = operations.filter(({ name }) => !ANALYTICS.has(name));
  expect(sum(others.map(costOf))).toBeLessThanOrEqual(3900);
  expect(sum(operations.map(costOf))).toBeLessThanOrEqual(5000);
});

test('shared parameters are described once', () => {
  const described = new Map<string, Set<string>>();
  for (const operation of operations) {
    for (const [field, schema] of Object.entries(publishedTool(operation).inputSchema.properties)) {
      const { description = '' } = schema as { description?: string };
      described.set(field, (described.get(field) ?? new Set()).add(description));
    }
  }
  // What a search looks in and what detail adds differ from list to list; a sync and a list of changes begin somewhere
  // else; rows of metrics are sorted by another rule; the statuses of a search are those of tests and bugs, and those of a report are of its tests.
  const differing = [...described].filter(([, texts]) => texts.size > 1).map(([field]) => field);
  expect(differing.sort()).toEqual(['detail', 'search', 'since', 'sort_order', 'statuses']);
});
