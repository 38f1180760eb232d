import { count } from './numbers.ts';

const THINGS = [
  ['products', 'product'],
  ['features', 'feature'],
  ['user_stories', 'user story', 'user stories'],
  ['tests', 'test'],
  ['bugs', 'bug'],
  ['people', 'person', 'people'],
] as const;

/** What a store holds, by kind: `3 products, 1 test, …`. */
export function heldText(counts: Readonly<Partial<Record<string, number>>>): string {
  return THINGS.map(([kind, one, many]) => count(counts[kind] ?? 0, one, many)).join(', ');
}
