import type { PersonKind } from '@testio-mcp/domain';
import { type RawBuilder, sql } from 'kysely';
import { shown } from '../sqlite/text-match.ts';
import type { ReferenceKind } from './forms.ts';

/** Where the things stand that a text may name, and how people speak of them. */
export interface ReferenceSource {
  /** A query with the columns id, title, code and note: `code` is another exact name, `note` tells namesakes apart. */
  readonly things: RawBuilder<unknown>;
  /** Which of several candidates comes first, over the columns of `things` and its own `place`. */
  readonly order: RawBuilder<unknown>;
  readonly noun: string;
  /** Where the text was looked for. */
  readonly where: string;
  /** The operation that finds ids. */
  readonly finder: string;
}

/** Things with the column `seen`: their titles as answers show them. */
export function seenThings(things: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select id, title, code, note, place, ${shown(sql.ref('title'))} as seen from (${things})`;
}

/** People of one kind. */
const people = (kind: PersonKind) =>
  sql`select id, name as title, null as code, null as note, null as place from people where kind = ${kind}`;

/** Living things of every kind that parameters refer to. */
export const REFERENCE_SOURCES: Readonly<Record<ReferenceKind, ReferenceSource>> = {
  product: {
    things: sql`select id, title, null as code, null as note, null as place from products where deleted_at is null`,
    order: sql`title collate nocase`,
    noun: 'product',
    where: 'its title',
    finder: 'list_products',
  },
  section: {
    things: sql`select s.id, s.title, null as code, p.title as note, null as place
      from sections as s join products as p on p.id = s.product_id
      where s.deleted_at is null and p.deleted_at is null and s.is_default = 0`,
    order: sql`title collate nocase`,
    noun: 'section',
    where: 'its title',
    finder: 'get_product_summary',
  },
  feature: {
    things: sql`select id, title, null as code, null as note, null as place from features where deleted_at is null`,
    order: sql`title collate nocase`,
    noun: 'feature',
    where: 'its title',
    finder: 'list_features',
  },
  test: {
    things: sql`select id, title, null as code, null as note, end_at as place from tests where deleted_at is null`,
    order: sql`place desc nulls last`,
    noun: 'test',
    where: 'its title',
    finder: 'list_tests',
  },
  bug: {
    things: sql`select b.id, b.title, b.external_idx as code, b.external_idx as note, b.reported_at as place
      from bugs as b join tests as t on t.id = b.test_id where b.deleted_at is null and t.deleted_at is null`,
    order: sql`place desc nulls last`,
    noun: 'bug',
    where: 'its title, nor as its tracker key',
    finder: 'list_bugs',
  },
  user: {
    things: sql`select id, name as title, name || ' (' || kind || ')' as code, kind as note, null as place from people`,
    order: sql`title collate nocase, note desc`,
    noun: 'user',
    where: 'the name',
    finder: 'list_users',
  },
  tester: {
    things: people('tester'),
    order: sql`title collate nocase`,
    noun: 'tester',
    where: 'the name',
    finder: 'list_users',
  },
  customer_user: {
    things: people('customer'),
    order: sql`title collate nocase`,
    noun: 'customer user',
    where: 'the name',
    finder: 'list_users',
  },
  test_environment: {
    things: sql`select id, title, null as code, null as note, null as place from test_environments`,
    order: sql`title collate nocase`,
    noun: 'test environment',
    where: 'its title',
    finder: 'list_tests',
  },
};
