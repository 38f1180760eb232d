import type { Sample } from './samples.ts';

/** The way to a member of an answer: names and positions. */
export type Path = readonly (string | number)[];

/** Ways to every member and list element of an answer, the root excepted. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length === 0 ? [] : [at];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const below = keys.flatMap((key) => pathsOf((value as Sample)[key], [...at, key]));
  return at.length === 0 ? below : [at, ...below];
}

/** Such as `products[].sections[].id`: the same for every element of a list. */
export function patternOf(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? '[]' : `.${key}`))
    .join('')
    .slice(1);
}

/** In place of a value: takes the member away. */
export const MISSING = Symbol('missing');

/** Changes the answer in place. A way that leads nowhere any more, because of an earlier change, changes nothing. */
export function mutate(answer: Sample, path: Path, value: unknown): void {
  let parent = answer;
  for (const key of path.slice(0, -1)) parent = parent?.[key];
  const last = path.at(-1);
  if (typeof parent !== 'object' || parent === null || last === undefined) return;
  // A copy, since a value that stands in two places would change in both.
  if (value !== MISSING) parent[last] = structuredClone(value);
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

/** What stands there, in the words of JSON. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value === 'string' ? 'text' : typeof value;
}
