import { TestioError } from '@testio-mcp/domain';
import { z } from 'zod';
import type { Alias } from '../operation.ts';
import { publishedSchema } from '../schema/json-schema.ts';
import { invalidInput, quoted, short } from './errors.ts';
import { type ReferenceKind, shapeOf } from './forms.ts';
import { nearest } from './nearest.ts';
import { parseValue } from './parse-value.ts';

/** The part of an operation that its input is parsed by. */
export interface InputRules {
  readonly name: string;
  readonly input: z.ZodObject;
  readonly aliases?: Readonly<Record<string, string | Alias>>;
}

/**
 * The forgiving parse, the same for every operation: takes input in the forms that people and models send and gives it the form
 * that the schema describes. Titles that stand for ids are still titles afterwards.
 *
 * @throws TestioError `invalid_input`
 */
export function parseInput(rules: InputRules, raw: unknown): Record<string, unknown> {
  const parsed: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(membersOf(rules, raw))) {
    const { parameter: field, read } = parameterOf(rules, given);
    const schema = rules.input.shape[field];
    const canonical = schema === undefined ? undefined : parseValue(field, read(value), schema);
    if (canonical === undefined) continue;
    if (Object.hasOwn(parsed, field)) {
      throw invalidInput({
        field,
        received: value,
        problem: `is given twice: ${given} is another name of it`,
        accepted: [field],
        next: `Call again with ${field} alone.`,
      });
    }
    parsed[field] = canonical;
  }
  return parsed;
}

/**
 * Checks parsed input against the schema and fills in what has a default.
 *
 * @throws TestioError `invalid_input` for the first parameter that does not fit
 */
export function validateInput(rules: InputRules, parsed: Record<string, unknown>): Record<string, unknown> {
  const result = rules.input.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = String(issue?.path[0] ?? rules.name);
  const received = issue?.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], parsed);
  if (received === undefined) {
    throw invalidInput({
      field,
      received: null,
      problem: 'is required',
      accepted: acceptedOf(rules, field),
      next: `Call ${rules.name} again with ${field}.`,
    });
  }
  const accepted = acceptedOf(rules, field);
  // The items may all be good, and yet there are too many of them.
  if (issue?.code === 'too_big' && Array.isArray(received)) {
    throw invalidInput({
      field,
      received,
      problem: `takes at most ${issue.maximum} at once, not ${received.length}`,
      accepted,
      next: `Call again with fewer ${field}.`,
    });
  }
  throw invalidInput({ field, received, problem: `cannot be ${quoted(received)}`, accepted });
}

function membersOf(rules: InputRules, raw: unknown): object {
  if (raw === undefined || raw === null) return {};
  if (typeof raw === 'object' && !Array.isArray(raw)) return raw;
  throw new TestioError({
    kind: 'validation',
    code: 'invalid_input',
    message: `The input of ${rules.name} must be an object of named parameters.`,
    next: `Call ${rules.name} again with an object such as {}.`,
    field: 'input',
    received: short(raw),
    accepted: Object.keys(rules.input.shape),
  });
}

function parameterOf(rules: InputRules, given: string): Alias {
  const read = (value: unknown) => value;
  if (Object.hasOwn(rules.input.shape, given)) return { parameter: given, read };
  const { aliases = {} } = rules;
  const meant = Object.hasOwn(aliases, given) ? aliases[given] : otherNumber(rules, given);
  if (meant !== undefined) return typeof meant === 'string' ? { parameter: meant, read } : meant;
  const accepted = nearest(given, Object.keys(rules.input.shape));
  throw invalidInput({
    field: given,
    received: given,
    problem: `is not a parameter of ${rules.name}`,
    accepted,
    next: `Leave it out, or use one of the accepted parameters${accepted[0] === undefined ? '' : `, such as ${accepted[0]}`}.`,
  });
}

/** `product_id` where a tool takes `product_ids`, and the other way round. */
function otherNumber({ input }: InputRules, given: string): string | undefined {
  const other = given.endsWith('_ids') ? given.slice(0, -1) : given.endsWith('_id') ? `${given}s` : '';
  return Object.hasOwn(input.shape, other) ? other : undefined;
}

/** What a title may stand for in a parameter or in the items of a list. */
export function referenceOf(rules: InputRules, field: string): ReferenceKind | undefined {
  const schema = rules.input.shape[field];
  if (schema === undefined) return undefined;
  const shape = shapeOf(schema);
  return (shape.schema instanceof z.ZodArray ? shapeOf(shape.schema.element) : shape).form.reference;
}

/** What a parameter accepts, in words, from its published schema. */
function acceptedOf(rules: InputRules, field: string): (string | number)[] {
  const member = publishedSchema(rules.input, 'input').properties[field] as SchemaFacts | undefined;
  if (member === undefined) return [];
  const accepted = acceptedBy(member.type === 'array' ? (member.items ?? {}) : member, lengthOf(rules, field));
  return referenceOf(rules, field) === undefined ? accepted : [...accepted, 'a title or a part of one'];
}

interface SchemaFacts {
  readonly type?: string;
  readonly items?: SchemaFacts;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The longest text that a parameter, or an item of its list, takes. Not published. */
function lengthOf(rules: InputRules, field: string): number | null {
  const shape = rules.input.shape[field];
  if (shape === undefined) return null;
  const { schema } = shapeOf(shape);
  const text = schema instanceof z.ZodArray ? schema.element : schema;
  return text instanceof z.ZodString ? text.maxLength : null;
}

function acceptedBy(
  { type, enum: words, minimum, maximum }: SchemaFacts,
  maxLength: number | null,
): (string | number)[] {
  if (words !== undefined) return [...words];
  if (type === 'string') return [maxLength === null ? 'text' : `text of up to ${maxLength} characters`];
  if (type !== 'integer' && type !== 'number') return [type ?? 'a value'];
  const noun = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum === undefined && maximum === undefined) return [noun];
  if (maximum === undefined) return [`${noun} from ${minimum}`];
  return [`${noun} ${minimum === undefined ? 'up' : `from ${minimum}`} to ${maximum}`];
}
