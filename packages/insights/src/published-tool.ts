import type { Operation } from './operation.ts';
import { type ObjectSchema, publishedSchema } from './schema/json-schema.ts';

/** An operation as MCP lists it; REST and the docs read it too. */
export interface PublishedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  outputSchema: ObjectSchema;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
}

const published = new WeakMap<object, PublishedTool>();

/** Describes an operation to clients. Its schemas are converted once. */
export function publishedTool(operation: Operation): PublishedTool {
  const known = published.get(operation);
  if (known !== undefined) return known;
  const { name, title, description, effects } = operation;
  const tool: PublishedTool = {
    name,
    title,
    description,
    inputSchema: publishedSchema(operation.input, 'input'),
    outputSchema: publishedSchema(operation.output, 'output'),
    annotations: {
      readOnlyHint: effects.readOnly,
      destructiveHint: effects.destructive,
      idempotentHint: effects.idempotent,
      openWorldHint: effects.openWorld,
    },
  };
  published.set(operation, tool);
  return tool;
}
