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
 * Converts a zod object into a JSON Schema that clients can read. Nothing is referenced. What several of them cannot read is
 * written another way: lists of types become `anyOf`. What readers learn nothing from is left out: date patterns, lengths of text,
 * bounds beyond any use.
 *
 * @param io `input` for what callers may send (parameters with a default are optional), `output` for what they get
 */
export function publishedSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const converted = z.toJSONSchema(schema, { io, reused: 'inline' });
  const { $schema: _, ...published } = portable(converted) as { $schema?: string } & ObjectSchema;
  return published;
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
  if (type !== 'object' || properties === undefined) return type === undefined ? rest : { type, ...rest };
  const members = Object.entries(properties as Schema)
    .filter(([, member]) => (member as Schema).unpublished !== true)
    .map(([name, member]) => [name, portable(member)]);
  return { type, properties: Object.fromEntries(members), additionalProperties: false, ...rest };
}

function splitTypes(types: readonly unknown[], { description, ...rest }: Schema): Schema {
  const anyOf = types.map((type) => (type === 'null' ? { type } : portable({ type, ...rest })));
  return { ...(description === undefined ? {} : { description }), anyOf };
}
