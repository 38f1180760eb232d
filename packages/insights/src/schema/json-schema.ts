import { z } from 'zod';

/** A JSON Schema of an object, as MCP and OpenAPI carry it. */
export interface ObjectSchema {
  type: 'object';
  properties: Record<string, object>;
  required?: string[];
  additionalProperties: false;
  [keyword: string]: unknown;
}

/**
 * Converts a zod object into the JSON Schema that is published. Nothing is referenced. What several clients cannot read is
 * written another way: lists of types become `anyOf`. What models pay for and learn nothing from is left out: date patterns,
 * lengths of text, bounds beyond any use, and, of objects inside an answer, that they are closed and which members they always
 * have. Answers are checked and closed before they are sent (call-operation.ts).
 *
 * @param io `input` for what callers may send (parameters with a default are optional), `output` for what they get
 */
export function publishedSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const converted = z.toJSONSchema(schema, { io, reused: 'inline' });
  const { $schema: _, ...walked } = portable(converted) as { $schema?: string } & ObjectSchema;
  return io === 'output' ? { ...walked, properties: leanMembers(walked.properties) } : walked;
}

/** `meta` of a parameter that is accepted but not published: another way to say what a published one says. */
export const UNPUBLISHED = { unpublished: true } as const;

/** An upper bound from here on only guards the program: naming it would tell a reader nothing. */
const BEYOND_USE = 1_000_000;

type Schema = Record<string, unknown>;

function portable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(portable);
  if (typeof node !== 'object' || node === null) return node;
  const { type, properties, ...rest } = Object.fromEntries(
    // The members of `properties` are named by us: none of them is a keyword.
    Object.entries(node).map(([key, value]) => [key, key === 'properties' ? value : portable(value)]),
  ) as Schema;
  if (Array.isArray(type)) return splitTypes(type, rest);
  if (rest.format !== undefined) delete rest.pattern;
  if (typeof rest.maximum === 'number' && rest.maximum >= BEYOND_USE) delete rest.maximum;
  for (const length of ['minLength', 'maxLength']) delete rest[length];
  if (rest.minimum === Number.MIN_SAFE_INTEGER) delete rest.minimum;
  if (type !== 'object') return type === undefined ? rest : { type, ...rest };
  const members = Object.entries((properties ?? {}) as Schema)
    .filter(([, member]) => (member as Schema).unpublished !== true)
    .map(([name, member]) => [name, portable(member)]);
  return { type, properties: Object.fromEntries(members), additionalProperties: false, ...rest };
}

/** Without what is said of nested objects beyond their members. */
function lean(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(lean);
  if (typeof node !== 'object' || node === null) return node;
  const { type, properties, items, anyOf, ...rest } = node as Schema;
  const shape = {
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items: lean(items) }),
    ...(anyOf === undefined ? {} : { anyOf: lean(anyOf) }),
  };
  if (typeof properties !== 'object' || properties === null) return { ...shape, ...rest };
  const { required: _, additionalProperties, ...facts } = rest;
  const open = additionalProperties === false || additionalProperties === undefined ? {} : { additionalProperties };
  return { ...shape, properties: leanMembers(properties), ...open, ...facts };
}

function leanMembers(properties: object): Record<string, object> {
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, lean(member) as object]));
}

function splitTypes(types: readonly unknown[], { description, ...rest }: Schema): Schema {
  const anyOf = types.map((type) => (type === 'null' ? { type } : portable({ type, ...rest })));
  return { ...(description === undefined ? {} : { description }), anyOf };
}
