import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** The text of a result, and the parts of the result that it is the text of. */
interface Written {
  readonly parts: readonly unknown[];
  readonly text: string;
}

/** By an object in the result, so that a text is forgotten together with what it is about. */
const written = new WeakMap<object, Written>();

/**
 * The JSON of a message. Answers that are given again (RecentAnswers) are made into text once: each message about one is an
 * object of its own, but its parts are the same ones.
 */
export function textOf(message: JSONRPCMessage): string {
  if (!('result' in message)) return JSON.stringify(message);
  const { result, ...others } = message;
  const members = Object.entries(others).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{"result":${textOfResult(result)},${members.join(',')}}`;
}

function textOfResult(result: Readonly<Record<string, unknown>>): string {
  const { structuredContent } = result;
  if (!isObject(structuredContent)) return JSON.stringify(result);
  const key = Object.values(structuredContent).find(isObject);
  if (key === undefined) return JSON.stringify(result);
  const parts = partsOf(result);
  const known = written.get(key);
  if (known?.parts.length === parts.length && parts.every((part, index) => part === known.parts[index])) {
    return known.text;
  }
  const text = JSON.stringify(result);
  written.set(key, { parts, text });
  return text;
}

/** Names and values in their order, as deep as the SDK copies what it sends. Below that they are those of the answer, which nobody changes. */
function partsOf(result: Readonly<Record<string, unknown>>): unknown[] {
  const parts: unknown[] = [];
  for (const [name, value] of Object.entries(result)) {
    parts.push(name);
    collect(value, name === 'content' ? 2 : 1, parts);
  }
  return parts;
}

const LIST = Symbol('list');
const OBJECT = Symbol('object');

function collect(value: unknown, depth: number, parts: unknown[]): void {
  if (depth > 0 && Array.isArray(value)) {
    parts.push(LIST, value.length);
    for (const item of value) collect(item, depth - 1, parts);
  } else if (depth > 0 && isObject(value)) {
    const members = Object.entries(value);
    parts.push(OBJECT, members.length);
    for (const [name, member] of members) {
      parts.push(name);
      collect(member, depth - 1, parts);
    }
  } else {
    parts.push(value);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
