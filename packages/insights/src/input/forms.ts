import { z } from 'zod';

/** What a title may stand for. */
export const REFERENCE_KINDS = [
  'product',
  'section',
  'feature',
  'test',
  'bug',
  'user',
  'tester',
  'customer_user',
  'test_environment',
] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** What the forgiving parse knows about a parameter beyond its schema. None of it is published. */
export interface Form {
  /** A title, or part of one, may stand for the id. */
  readonly reference?: ReferenceKind;
  /** Words accepted for a value: the word to the value it stands for. */
  readonly words?: Readonly<Record<string, string>>;
  /** Turns forms of its own into one that the parse knows; undefined: nothing was given. What it cannot turn it hands on. */
  readonly read?: (given: unknown) => unknown;
}

const forms = z.registry<Form>();

/** Tells the forgiving parse more about a schema. Returns the schema. */
export function withForm<Schema extends z.ZodType>(schema: Schema, form: Form): Schema {
  forms.add(schema, form);
  return schema;
}

/** A schema without its optional, nullable and default wrappings, and what the parse knows about it. */
export interface Shape {
  readonly schema: z.core.$ZodType;
  readonly form: Form;
}

/** Unwraps a parameter's schema. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  let inner = schema;
  let form: Form = forms.get(inner) ?? {};
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) {
    inner = inner.unwrap();
    form = { ...forms.get(inner), ...form };
  }
  return { schema: inner, form };
}
