import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** One question of docs/evals with the calls that answer it. */
export interface EvalScript {
  readonly question: string;
  readonly given?: readonly string[];
  readonly calls: readonly {
    readonly tool: string;
    readonly arguments: Record<string, unknown>;
    readonly keep?: Record<string, string>;
  }[];
  readonly answer: Record<string, string>;
}

const FOLDER = new URL('../../../../../docs/evals/', import.meta.url);

/** All scripts by their names, in alphabetical order. */
export function readScripts(): [string, EvalScript][] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files
    .sort()
    .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))]);
}

/** Makes the calls, one after the other, and gives what the answer must hold. */
export async function runScript(
  client: Client,
  { calls, answer }: EvalScript,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const kept = { ...given };
  let last: unknown;
  for (const { tool, arguments: input, keep = {} } of calls) {
    const result = (await client.callTool({ name: tool, arguments: filled(input, kept) })) as CallToolResult;
    if (result.isError === true) throw new Error(`${tool} failed: ${JSON.stringify(result.content)}`);
    last = result.structuredContent;
    for (const [name, path] of Object.entries(keep)) kept[name] = at(last, path);
  }
  return mapValues(answer, (path) => (path.startsWith('$') ? kept[path.slice(1)] : at(last, path)));
}

function filled(input: Record<string, unknown>, kept: Record<string, unknown>): Record<string, unknown> {
  const value = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(value);
    return typeof given === 'string' && given.startsWith('$') ? kept[given.slice(1)] : given;
  };
  return mapValues(input, value);
}

function mapValues<From, To>(object: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** What stands at a path such as `bugs[0].test.id` or `tests[].id`. */
function at(value: unknown, path: string): unknown {
  const [, head = '', index, rest = ''] = /^([^.[]*)(?:\[(\d*)\])?\.?(.*)$/s.exec(path) ?? [];
  const found = (value as Record<string, unknown> | null | undefined)?.[head];
  if (index === undefined) return rest === '' ? found : at(found, rest);
  const items = found as unknown[];
  if (index === '') return items.map((item) => (rest === '' ? item : at(item, rest)));
  return rest === '' ? items[Number(index)] : at(items[Number(index)], rest);
}
