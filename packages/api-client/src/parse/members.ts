import { cleanText, type EpochMs, parseInstant } from '@testio-mcp/domain';

/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** An answer that the client cannot take: not what the API promised in a place that must hold. */
export class Drift extends Error {
  /** Ends the sentence "the answer cannot be read". Says where and what, in our words; never quotes the answer. */
  readonly detail: string;

  constructor(detail: string) {
    super(detail);
    this.detail = detail;
  }
}

/** The value as an object; null for anything else, lists included. */
export function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** A positive integer; null for anything else. */
export function idOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** The `id` of something that is kept by its id. Throws Drift when it is no positive integer. */
export function requiredId(value: unknown, where: string): number {
  const id = idOf(value);
  if (id === null) throw new Drift(`${where} is not a positive whole number`);
  return id;
}

/** Cleaned text; null for anything else, and for text that is empty after trimming. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? cleanText(value) : null;
}

/** True or false; null for anything else. */
export function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** A count: an integer from 0; null for anything else. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Any finite number; null for anything else. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** An instant; null for anything else, also for a date without an offset (customer-api 3). */
export function instantOf(value: unknown): EpochMs | null {
  return typeof value === 'string' ? parseInstant(value.trim()) : null;
}

/** The texts in a list; what is no text is left out. Empty for anything that is no list. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf).filter((text) => text !== null) : [];
}

/**
 * A list of things that are kept by their ids. Null, missing or no list is empty (customer-api 3); an element that is no
 * object is as unreadable as one without an id, since leaving it out would lose it silently.
 */
export function listOf<T>(value: unknown, where: string, parse: (element: Json, where: string) => T): T[] {
  if (!Array.isArray(value)) return [];
  return value.map((element: unknown, index) => {
    const object = objectOf(element);
    if (object === null) throw new Drift(`${where}[${index}] is not an object`);
    return parse(object, `${where}[${index}]`);
  });
}

/** A list of descriptions without an identity of their own; what is no object is left out. */
export function describedOf<T>(value: unknown, parse: (element: Json) => T): T[] {
  if (!Array.isArray(value)) return [];
  return value
    .map(objectOf)
    .filter((object) => object !== null)
    .map(parse);
}
