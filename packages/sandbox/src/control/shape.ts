import { ControlError } from './control-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws ControlError unless the value is a list of objects */
export function listOfObjects(value: unknown, what: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw new ControlError(`${what} must be a list.`);
  return value.map((item: unknown, i) => {
    if (!isObject(item)) throw new ControlError(`${what}[${i}] must be an object.`);
    return item;
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws ControlError when the object has a member that is not among the known ones */
export function onlyMembers(object: JsonObject, known: readonly string[], where: string): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name))
      throw new ControlError(`${where} has no member "${name}"; known are ${known.join(', ')}.`);
  }
}

/** A positive whole number, or undefined when absent. @throws ControlError for anything else */
export function optionalCount(object: JsonObject, name: string, where: string): number | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new ControlError(`${where}.${name} must be a positive whole number.`);
  }
  return value;
}

/** A text that is not empty, or undefined when absent. @throws ControlError for anything else */
export function optionalText(object: JsonObject, name: string, where: string): string | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw new ControlError(`${where}.${name} must be a text.`);
  return value;
}
