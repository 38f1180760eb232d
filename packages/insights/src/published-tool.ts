import type { Operation } from './operation.ts';
import { type ObjectSchema, publishedSchema } from './schema/json-schema.ts';
import { shortSchema } from './schema/short-schema.ts';

/** An operation as MCP lists it. */
export interface PublishedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  /** The short form; `answerSchema` is the whole one. */
  outputSchema: ObjectSchema;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
}

const published = new WeakMap<object, PublishedTool>();
const answers = new WeakMap<object, ObjectSchema>();

/** What an answer consists of, with what each member means: for OpenAPI, the commands and the docs. It is converted once. */
export function answerSchema(operation: Operation): ObjectSchema {
  const known = answers.get(operation);
  if (known !== undefined) return known;
  const schema = publishedSchema(operation.output, 'output');
  answers.set(operation, schema);
  return schema;
}

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
    outputSchema: shortSchema(answerSchema(operation)),
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
