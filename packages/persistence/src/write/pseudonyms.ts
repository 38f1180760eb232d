import { createHmac } from 'node:crypto';
import type { Bug } from '@testio-mcp/domain';
import type { ReadScope } from '../store.ts';

/** How a store keeps the name of a tester. */
export type Naming = (name: string) => string;

const PSEUDONYM = /^tester-[0-9a-f]{12}$/;
const HEX_DIGITS = 12;

/**
 * The pseudonym of a name: always the same in one store, another one in each other store, and of no use to find the name without
 * the salt. What is one already stays.
 */
export function pseudonym(salt: string, name: string): string {
  if (PSEUDONYM.test(name)) return name;
  return `tester-${createHmac('sha256', salt).update(name).digest('hex').slice(0, HEX_DIGITS)}`;
}

/** How this store keeps names; null when as they are. */
export async function namingOf({ db }: ReadScope): Promise<Naming | null> {
  const account = await db
    .selectFrom('account')
    .select(['pseudonymised', 'pseudonym_salt'])
    .where('id', '=', 1)
    .executeTakeFirst();
  const salt = account?.pseudonym_salt ?? null;
  return account?.pseudonymised !== 1 || salt === null ? null : (name) => pseudonym(salt, name);
}

/** A bug as it is kept: who reported it and who wrote comments goes by a pseudonym, in the API's own answer too. */
export function renamedBug(bug: Bug, naming: Naming): Bug {
  const named = (name: string | null): string | null => (name === null ? null : naming(name));
  return {
    ...bug,
    author: named(bug.author),
    comments: bug.comments.map((comment) => ({ ...comment, author: named(comment.author) })),
    raw: renamedMembers(bug.raw, naming),
  };
}

/** Of the members that say who somebody is, the pseudonym is all that stays. */
export function renamedMembers<T>(value: T, naming: Naming): T {
  return renamed(value, naming) as T;
}

const AUTHOR = 'author';

function renamed(value: unknown, naming: Naming): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, naming));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === AUTHOR ? renamedAuthor(member, naming) : renamed(member, naming),
    ]),
  );
}

function renamedAuthor(author: unknown, naming: Naming): unknown {
  if (typeof author === 'string') return naming(author);
  if (typeof author !== 'object' || author === null) return author;
  return 'name' in author && typeof author.name === 'string' ? { name: naming(author.name) } : {};
}
