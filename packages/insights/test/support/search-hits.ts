import type { Rig } from './rig.ts';

export interface Hit {
  readonly kind: string;
  readonly id: number;
}

/** Hits as `kind id`. */
export const names = (hits: readonly Hit[]) => hits.map(({ kind, id }) => `${kind} ${id}`);

/** What a search finds, in its order. */
export async function hits(own: Rig, query: string, input: object = {}): Promise<string[]> {
  return names((await own.ask('search', { query, per_page: 200, ...input })).results);
}
