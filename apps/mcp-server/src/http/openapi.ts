import { answerSchema, type ObjectSchema, type Operation, publishedTool } from '@testio-mcp/insights';
import { programVersion } from '@testio-mcp/runtime';
import { CUSTOMER } from '../several-customers.ts';
import { EVENT_STREAM } from './event-answer.ts';
import { REST_ROOT } from './rest.ts';
import { SYNC_PATH, statusSource, syncStatusSchema } from './sync-status.ts';

type Members = Record<string, unknown>;

const PROBLEM: Members = {
  description: 'What went wrong, as problem details (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** For who accepts it instead of JSON. */
const EVENTS: Members = {
  [EVENT_STREAM]: {
    schema: {
      type: 'string',
      description:
        'Server-sent events whose data is JSON: `progress` ({done, total, message}) now and then, at the end `result` (what application/json would have been) or `problem`. What is refused at once is a problem with its own status.',
    },
  },
};

const PROBLEM_SCHEMA: Members = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'kind', 'retryable'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What happened and why.' },
    code: { type: 'string', description: 'Stable; branch on it.' },
    kind: { type: 'string' },
    retryable: { type: 'boolean' },
    next: { type: 'string', description: 'What to do next.' },
    field: { type: 'string', description: 'The parameter at fault.' },
    received: {},
    accepted: { type: 'array', items: { type: ['string', 'number'] } },
    upstream_status: { type: 'integer', description: 'Status of the Customer API.' },
  },
};

/** The REST routes as an OpenAPI 3.1 document, made from the operations that the server offers. */
export function openApi(offered: readonly Operation[], options: { readonly secured: boolean }): Members {
  return {
    openapi: '3.1.1',
    info: {
      title: 'testio-mcp',
      version: programVersion(),
      description:
        'Questions about a Test IO account, answered from the local copy. The same as the MCP tools, over HTTP.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: REST_ROOT }],
    ...(options.secured ? { security: [{ bearer: [] }] } : {}),
    paths: paths(offered),
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      ...(options.secured ? { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  };
}

function paths(offered: readonly Operation[]): Members {
  const items = Object.fromEntries(offered.map((operation) => [operation.rest.path, pathItem(operation)]));
  const source = statusSource(offered);
  if (source === undefined) return items;
  const summary = 'Status of syncs';
  const content = { 'application/json': { schema: syncStatusSchema(source) } };
  const { properties } = publishedTool(source).inputSchema;
  const whose = Object.fromEntries(Object.entries(properties).filter(([name]) => name === CUSTOMER));
  const get = {
    operationId: 'get_sync_status',
    summary,
    description: 'Who syncs now, how the last syncs ended, when the next begins, and how fresh the copy is.',
    parameters: queryParameters({ type: 'object', properties: whose, additionalProperties: false }, []),
    responses: { '200': { description: summary, content }, default: PROBLEM },
  };
  return { ...items, [SYNC_PATH]: { ...items[SYNC_PATH], get } };
}

function pathItem(operation: Operation): Members {
  const { name, title, description, inputSchema, annotations } = publishedTool(operation);
  const inPath = [...operation.rest.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? '');
  const shared = {
    summary: title,
    description,
    responses: {
      '200': {
        description: title,
        content: {
          'application/json': { schema: answerSchema(operation) },
          ...(annotations.readOnlyHint ? {} : EVENTS),
        },
      },
      default: PROBLEM,
    },
  };
  const pathParameters = inPath.map((parameter) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: inputSchema.properties[parameter] ?? { type: 'string' },
  }));
  const body = { required: false, content: { 'application/json': { schema: without(inputSchema, inPath) } } };
  const post = {
    post: { ...shared, operationId: annotations.readOnlyHint ? `${name}_by_post` : name, requestBody: body },
  };
  const get = { get: { ...shared, operationId: name, parameters: queryParameters(inputSchema, inPath) } };
  return {
    ...(pathParameters.length > 0 ? { parameters: pathParameters } : {}),
    ...(annotations.readOnlyHint ? get : {}),
    ...post,
  };
}

function queryParameters({ properties, required = [] }: ObjectSchema, inPath: readonly string[]): Members[] {
  return Object.entries(properties)
    .filter(([name]) => !inPath.includes(name))
    .map(([name, schema]) => {
      const { description, ...rest } = schema as { description?: string };
      return {
        name,
        in: 'query',
        required: required.includes(name),
        ...(description === undefined ? {} : { description }),
        schema: rest,
      };
    });
}

function without(schema: ObjectSchema, names: readonly string[]): ObjectSchema {
  const properties = Object.entries(schema.properties).filter(([name]) => !names.includes(name));
  const { required, ...rest } = schema;
  const still = required?.filter((name) => !names.includes(name)) ?? [];
  return { ...rest, properties: Object.fromEntries(properties), ...(still.length > 0 ? { required: still } : {}) };
}
