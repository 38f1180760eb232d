import { idList, type ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { ReferenceKind } from '../input/forms.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { type DimensionName, dimension } from './dimensions.ts';
import type { Key } from './query.ts';
import { NONE } from './read-filters.ts';

/** Where ids have their titles, of what is deleted too: a number keeps its name. */
const TITLES: Partial<Record<ReferenceKind, RawBuilder<unknown>>> = {
  product: sql`select id, title from products`,
  section: sql`select id, title from sections`,
  feature: sql`select id, title from features`,
  test: sql`select id, title from tests`,
  tester: sql`select id, name as title from people`,
  customer_user: sql`select id, name as title from people`,
  test_environment: sql`select id, title from test_environments`,
};

/** How a key of a dimension is called. What has no title is called by its id. */
export type LabelOf = (key: Key) => string;

/** The names of a dimension's keys: with one statement where they are ids, with none where they are words. */
export async function labelsOf(db: ReadScope['db'], name: DimensionName, keys: readonly Key[]): Promise<LabelOf> {
  const { reference } = dimension(name);
  const titles = reference === undefined ? undefined : TITLES[reference];
  if (titles === undefined) {
    const words = new Map(
      [...new Set(keys)].map((key) => [key, cleanTesterText(key === null ? NONE : String(key)) ?? NONE]),
    );
    return (key) => words.get(key) ?? NONE;
  }
  const ids = [...new Set(keys.filter((key) => typeof key === 'number'))];
  const { rows } = await sql<{ id: number; title: string | null }>`
    select id, title from (${titles}) where id in ${idList(ids)}`.execute(db);
  const byId = new Map(rows.map(({ id, title }) => [id, cleanTesterText(title)]));
  return (key) => (typeof key === 'number' ? (byId.get(key) ?? `${name} ${key}`) : NONE);
}
