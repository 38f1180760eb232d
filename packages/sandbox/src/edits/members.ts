import { ControlError } from '../control/control-error.ts';
import { isObject, type JsonObject } from '../control/shape.ts';
import { parseIso } from '../time.ts';

/** What a member of `set` may hold: a test of the value, and the words for it. */
export interface MemberType {
  readonly accepts: (value: unknown) => boolean;
  readonly words: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isInstant = (value: unknown) => isText(value) && parseIso(value) !== null;
const isListOf = (accepts: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(accepts);

export const TEXT: MemberType = { accepts: isText, words: 'a text' };
export const FLAG: MemberType = { accepts: (value) => typeof value === 'boolean', words: 'true or false' };
export const WHOLE: MemberType = {
  accepts: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  words: 'an id',
};
export const INSTANT: MemberType = { accepts: isInstant, words: 'an ISO 8601 date with an offset' };
export const TEXTS: MemberType = { accepts: isListOf(isText), words: 'a list of texts' };
export const OBJECT: MemberType = { accepts: isObject, words: 'an object' };
export const OBJECTS: MemberType = { accepts: isListOf(isObject), words: 'a list of objects' };
export const IDS: MemberType = { accepts: isListOf(WHOLE.accepts), words: 'a list of ids' };
export const STORIES: MemberType = {
  accepts: isListOf((value) => isText(value) || isObject(value)),
  words: 'a list of texts or of objects with a path',
};

export function orNull(type: MemberType): MemberType {
  return { accepts: (value) => value === null || type.accepts(value), words: `${type.words}, or null` };
}

/** Checks `set` against the members that may be set. @throws ControlError that names the member at fault */
export function checkMembers(set: JsonObject, types: Readonly<Record<string, MemberType>>, where: string): void {
  for (const [name, value] of Object.entries(set)) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) {
      throw new ControlError(`${where}.set has no member "${name}"; known are ${Object.keys(types).join(', ')}.`);
    }
    if (!type.accepts(value)) throw new ControlError(`${where}.set.${name} must be ${type.words}.`);
  }
}
