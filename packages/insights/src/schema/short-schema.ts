import type { ObjectSchema } from './json-schema.ts';

/** Members of an object from which on equal ones are folded. */
const FOLDED_FROM = 3;

type Schema = Readonly<Record<string, unknown>>;

/**
 * A shorter schema of the same answers, for the list of tools: clients validate with it, and models that see it pay for each
 * word. Names and types of all members stay. Descriptions, the words a member may have and which members are required are left
 * out, they stand in the whole schema; objects inside are not said to be closed, answers are (call-operation.ts). An object whose
 * members are all alike names them once and describes one: `propertyNames` and `additionalProperties`.
 */
export function shortSchema({ type, properties }: ObjectSchema): ObjectSchema {
  return { type, properties: shortMembers(properties), additionalProperties: false };
}

function shortMembers(properties: Schema): Record<string, object> {
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, short(member) as object]));
}

function short(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(short);
  if (typeof node !== 'object' || node === null) return node;
  const { properties, items, anyOf, additionalProperties, ...rest } = node as Schema;
  const { description: _, required: __, enum: ___, ...facts } = rest;
  return {
    ...facts,
    ...(items === undefined ? {} : { items: short(items) }),
    ...(anyOf === undefined ? {} : { anyOf: short(anyOf) }),
    ...(properties === undefined ? {} : folded(shortMembers(properties as Schema))),
    ...(additionalProperties === false || additionalProperties === undefined
      ? {}
      : { additionalProperties: short(additionalProperties) }),
  };
}

function folded(properties: Record<string, object>): Schema {
  const names = Object.keys(properties);
  const [first, ...others] = Object.values(properties).map((member) => JSON.stringify(member));
  const isMap = names.length >= FOLDED_FROM && others.every((other) => other === first);
  return isMap ? { propertyNames: { enum: names }, additionalProperties: properties[names[0] ?? ''] } : { properties };
}
