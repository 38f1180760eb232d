import { type PersonKind, personId } from '@testio-mcp/domain';
import type { WriteScope } from '../store.ts';
import { type UpsertRule, upsert } from './upsert.ts';

const PEOPLE: UpsertRule<'people'> = { table: 'people', key: ['id'], keep: ['first_seen_at'] };

/** Adds the people that are new. Null stands for nobody. Returns how many rows it wrote. */
export async function savePeople(
  { db, now }: WriteScope,
  kind: PersonKind,
  names: readonly (string | null)[],
): Promise<number> {
  const known = [...new Set(names)].filter((name) => name !== null);
  const rows = known.map((name) => ({ id: personId(kind, name), kind, name, first_seen_at: now }));
  return (await upsert(db, PEOPLE, rows)).length;
}

/** The id under which savePeople keeps a name. */
export function personRef(kind: PersonKind, name: string | null): number | null {
  return name === null ? null : personId(kind, name);
}
