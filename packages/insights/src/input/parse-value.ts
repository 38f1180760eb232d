import type { TestioError } from '@testio-mcp/domain';
import { z } from 'zod';
import { invalidInput, quoted } from './errors.ts';
import { type Shape, shapeOf } from './forms.ts';
import { nearest } from './nearest.ts';

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const DIGITS = /^\d+$/;
/** As people write an id. */
const WITH_NUMBER_SIGN = /^#(?=\d+$)/;
const TRUE_WORDS = ['true', 'yes', 'on', '1'];
const FALSE_WORDS = ['false', 'no', 'off', '0'];

/**
 * Turns one parameter into the form that its schema describes: lists from JSON text, comma text or a single value,
 * numbers and booleans from text, enumerated words in any case. What it cannot turn it leaves for the schema to refuse.
 *
 * @returns undefined where nothing was given: null, blank text
 * @throws TestioError `invalid_input`, for a list without items too: it selects nothing, and must not be taken for everything
 */
export function parseValue(field: string, value: unknown, schema: z.core.$ZodType): unknown {
  const trimmed = typeof value === 'string' ? value.trim() : value;
  if (trimmed === null || trimmed === undefined || trimmed === '') return undefined;
  const shape = shapeOf(schema);
  const given = shape.form.read === undefined ? trimmed : shape.form.read(trimmed);
  if (given === undefined) return undefined;
  if (shape.schema instanceof z.ZodArray) return parseList(field, given, shape.schema.element);
  // A list of one is a single id.
  const isOneId = shape.form.reference !== undefined && Array.isArray(given) && given.length === 1;
  return parseSingle(field, isOneId ? given[0] : given, shape);
}

function parseSingle(field: string, given: unknown, { schema, form }: Shape): unknown {
  if (schema instanceof z.ZodEnum) return parseWord(field, given, schema.options.map(String), form.words ?? {});
  if (schema instanceof z.ZodBoolean) return parseBoolean(field, given);
  if (schema instanceof z.ZodNumber) {
    if (typeof given !== 'string') return given;
    // A title, or digits that may be one: input/references finds the id.
    if (form.reference !== undefined && (DIGITS.test(given) || !NUMBER.test(given))) {
      return given.replace(WITH_NUMBER_SIGN, '');
    }
    if (NUMBER.test(given)) return Number(given);
    throw invalidInput({
      field,
      received: given,
      problem: `is not a number: ${quoted(given)}`,
      accepted: ['a number'],
    });
  }
  if (schema instanceof z.ZodString && typeof given === 'number') return String(given);
  return given;
}

function parseList(field: string, given: unknown, element: z.core.$ZodType): unknown {
  const shape = shapeOf(element);
  if (shape.form.reference !== undefined && mayBeTitle(given)) return given;
  const items = splitList(field, given).map((item) => (typeof item === 'string' ? item.trim() : item));
  const kept = items.filter((item) => item !== null && item !== undefined && item !== '');
  if (kept.length === 0) throw emptyList(field, given);
  return [...new Set(kept.map((item) => parseSingle(field, item, shape)))];
}

/** Text with a comma that is no list of ids may be a title with a comma: input/references finds out. */
function mayBeTitle(given: unknown): boolean {
  if (typeof given !== 'string' || given.startsWith('[')) return false;
  const items = textItems(given);
  return items.length > 1 && items.some((item) => !DIGITS.test(item));
}

/** The items of text with commas in between, ids without their number sign. */
export function textItems(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim().replace(WITH_NUMBER_SIGN, ''))
    .filter((item) => item !== '');
}

function emptyList(field: string, received: unknown): TestioError {
  return invalidInput({
    field,
    received,
    problem: 'is an empty list, which selects nothing',
    accepted: ['a list with at least one item'],
    next: `Call again with at least one item in ${field}, or leave ${field} out to select everything.`,
  });
}

function splitList(field: string, given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given !== 'string') return [given];
  if (!given.startsWith('[')) return given.split(',');
  try {
    const list: unknown = JSON.parse(given);
    if (Array.isArray(list)) return list;
  } catch {
    // Told below: the text looks like a JSON list but is none.
  }
  throw invalidInput({
    field,
    received: given,
    problem: 'looks like a JSON list but cannot be read as one',
    accepted: ['["a", "b"]', 'a, b'],
  });
}

function parseWord(
  field: string,
  given: unknown,
  options: readonly string[],
  words: Readonly<Record<string, string>>,
): string {
  const word = wordOf(given).replaceAll(/[\s-]+/g, '_');
  const value = Object.hasOwn(words, word) ? words[word] : word;
  const option = [value, singular(word)].map((each) => options.find((known) => known.toLowerCase() === each));
  const found = option.find((each) => each !== undefined);
  if (found !== undefined) return found;
  throw invalidInput({
    field,
    received: given,
    problem: `does not know ${quoted(given)}`,
    accepted: nearest(word, options),
  });
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}

function parseBoolean(field: string, given: unknown): boolean {
  const word = wordOf(given);
  if (TRUE_WORDS.includes(word)) return true;
  if (FALSE_WORDS.includes(word)) return false;
  throw invalidInput({
    field,
    received: given,
    problem: `is neither true nor false: ${quoted(given)}`,
    accepted: ['true', 'false'],
  });
}

/** A value as a word in lower case; empty for what is none, such as an object, which may not even turn into text. */
function wordOf(given: unknown): string {
  return typeof given === 'object' ? '' : String(given).toLowerCase();
}
