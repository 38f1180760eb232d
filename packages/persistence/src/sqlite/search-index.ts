import { type RawBuilder, sql } from 'kysely';
import type { ReadScope, WriteScope } from '../store.ts';
import { idList } from './id-list.ts';

// The full-text index. The write path names what it changed; what a document says is worked out here, from the tables.

/**
 * The words of the index with the columns they stand in and how many documents have them, as `temp.search_words`. A table of the
 * connection alone, so it is neither stored nor migrated; it is read from the index and costs nothing until it is asked.
 */
export const SEARCH_WORDS = "create virtual table temp.search_words using fts5vocab('main', 'search_fts', 'col')";

/** Kinds of things that search finds. */
export const SEARCH_KINDS = ['product', 'feature', 'test', 'bug', 'user_story'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** Documents written by one statement: longer ones keep the event loop for longer. */
const PER_STATEMENT = 500;

/** Bits of a document's id that hold the id of its entity. Ids of the API are far below this. */
const ENTITY_BITS = 48;

/**
 * Kinds as numbers, the first part of a document's id: documents in descending order of their ids are products first, then
 * features and so on, and within a kind the newest first. Bugs come last: they are many, so that what goes beyond a bound
 * are old bugs.
 */
const KIND_NUMBERS: Readonly<Record<SearchKind, number>> = { product: 5, feature: 4, test: 3, user_story: 2, bug: 1 };

/** The id of the document of an entity. */
function documentId(kind: SearchKind, entityId: RawBuilder<number>): RawBuilder<number> {
  return sql<number>`(${sql.lit(KIND_NUMBERS[kind] * 2 ** ENTITY_BITS)} + ${entityId})`;
}

/** The kind of a document, from its id alone. */
export function documentKind(id: RawBuilder<number>): RawBuilder<SearchKind> {
  const cases = SEARCH_KINDS.map((kind) => sql`when ${sql.lit(KIND_NUMBERS[kind])} then ${sql.lit(kind)}`);
  return sql<SearchKind>`case ${id} >> ${sql.lit(ENTITY_BITS)} ${sql.join(cases, sql` `)} end`;
}

/** The word that stands for a kind in `scope`: letters only, because the index would split it elsewhere. */
export function kindWord(kind: SearchKind): string {
  return kind.replaceAll('_', '');
}

/** The word that stands for a product in `scope`. */
export function productWord(productId: number): string {
  return `p${productId}`;
}

interface Source {
  /** Tables and joins; the entity is `e`. */
  readonly from: string;
  readonly living: string;
  readonly at: string;
  /** Subquery of the ids of its products; none where `e` is the product. */
  readonly products: string;
  readonly title: string;
  readonly body: string;
}

const SOURCES: Readonly<Record<SearchKind, Source>> = {
  product: {
    from: 'products as e',
    living: 'e.deleted_at is null',
    at: 'null',
    products: 'select e.id as product_id',
    title: 'e.title',
    body: 'e.description',
  },
  feature: {
    from: 'features as e',
    living: 'e.deleted_at is null',
    at: 'null',
    products: 'select product_id from product_features where feature_id = e.id and deleted_at is null',
    title: 'e.title',
    body: joined('e.description', 'e.how_to_find'),
  },
  test: {
    from: 'tests as e',
    living: 'e.deleted_at is null',
    at: 'e.end_at',
    products: 'select e.product_id as product_id',
    title: 'e.title',
    body: joined('e.goal', 'e.instructions', 'e.out_of_scope'),
  },
  bug: {
    from: 'bugs as e join tests as t on t.id = e.test_id',
    living: 'e.deleted_at is null and t.deleted_at is null',
    at: 'e.reported_at',
    products: 'select t.product_id as product_id',
    title: 'e.title',
    body: joined(
      '(select group_concat(value, char(10)) from json_each(e.steps))',
      'e.actual_result',
      'e.expected_result',
      'e.location',
      "e.report ->> '$.title'",
      "(select group_concat(value ->> '$.value', char(10)) from json_each(e.report, '$.fields'))",
    ),
  },
  user_story: {
    from: 'user_stories as e',
    living: 'e.deleted_at is null',
    at: 'null',
    products: `select product_id from product_features where feature_id = e.feature_id and deleted_at is null
      union select e.product_id where e.product_id is not null`,
    title: 'coalesce(e.title, e.path)',
    body: 'case when e.path is not coalesce(e.title, e.path) then e.path end',
  },
};

function joined(...texts: readonly string[]): string {
  return `nullif(concat_ws(char(10), ${texts.join(', ')}), '')`;
}

function scopeOf(kind: SearchKind): string {
  const words = `select distinct ' p' || product_id as word from (${SOURCES[kind].products}) order by product_id`;
  return `'${kindWord(kind)}' || coalesce((select group_concat(word, '') from (${words})), '')`;
}

/**
 * Makes the documents of some entities say what the tables say now: writes those that differ, deletes those of entities that
 * do not live any more. Call it, in the same transaction, for everything that was written or marked as deleted.
 */
export async function indexDocuments(
  { db }: Pick<WriteScope, 'db'>,
  kind: SearchKind,
  entityIds: Iterable<number>,
): Promise<void> {
  const all = [...new Set(entityIds)];
  const { from, living, at, title, body } = SOURCES[kind];
  for (let start = 0; start < all.length; start += PER_STATEMENT) {
    const ids = idList(all.slice(start, start + PER_STATEMENT));
    await sql`
      delete from search_documents where id in (select ${documentId(kind, sql`value`)} from ${ids})
        and entity_id not in (select e.id from ${sql.raw(from)} where e.id in ${ids} and ${sql.raw(living)})`.execute(
      db,
    );
    await sql`
      insert into search_documents (id, kind, entity_id, at, scope, title, body)
      select ${documentId(kind, sql`e.id`)}, ${sql.lit(kind)}, e.id, ${sql.raw(at)}, ${sql.raw(scopeOf(kind))},
        shown_text(${sql.raw(title)}), ${sql.raw(body)}
      from ${sql.raw(from)} where e.id in ${ids} and ${sql.raw(living)}
      on conflict (id) do update
        set at = excluded.at, scope = excluded.scope, title = excluded.title, body = excluded.body
        where search_documents.at is not excluded.at or search_documents.scope is not excluded.scope
          or search_documents.title is not excluded.title or search_documents.body is not excluded.body`.execute(db);
  }
}

/** Deletes the documents of entities that were marked as deleted. */
export async function dropDocuments(
  { db }: Pick<WriteScope, 'db'>,
  kind: SearchKind,
  entityIds: readonly number[],
): Promise<void> {
  if (entityIds.length === 0) return;
  await sql`
    delete from search_documents
    where id in (select ${documentId(kind, sql`value`)} from ${idList(entityIds)})`.execute(db);
}

/** The documents of features that products gained or lost, and of the stories of these features. */
export async function indexFeaturesWithStories(scope: Pick<WriteScope, 'db'>, featureIds: Iterable<number>) {
  const ids = [...new Set(featureIds)];
  if (ids.length === 0) return;
  await indexDocuments(scope, 'feature', ids);
  const stories = await scope.db
    .selectFrom('user_stories')
    .select('id')
    .where('feature_id', 'in', idList(ids))
    .execute();
  await indexDocuments(
    scope,
    'user_story',
    stories.map(({ id }) => id),
  );
}

/** The documents of tests, and of the bugs of those that are new to the index or belong to another product than before. */
export async function indexTestsWithBugs(scope: Pick<WriteScope, 'db'>, testIds: readonly number[]): Promise<void> {
  if (testIds.length === 0) return;
  const { rows: bugs } = await sql<{ id: number }>`
    select bug.id from tests as e join bugs as bug on bug.test_id = e.id
    left join search_documents as d on d.id = ${documentId('test', sql`e.id`)}
    where e.id in ${idList(testIds)} and bug.deleted_at is null
      and d.scope is not ${sql.raw(scopeOf('test'))}`.execute(scope.db);
  await indexDocuments(scope, 'test', testIds);
  await indexDocuments(
    scope,
    'bug',
    bugs.map(({ id }) => id),
  );
}

/** How many entities of a kind live, and how many of them have a document. */
export interface SearchKindCounts {
  readonly kind: SearchKind;
  readonly living: number;
  readonly documents: number;
}

export interface SearchIndexState {
  readonly kinds: readonly SearchKindCounts[];
  /** Rows of the full-text index. */
  readonly indexed: number;
  /** Whether the three counts agree. */
  readonly consistent: boolean;
}

/** One statement: a row per kind. */
export const SEARCH_COUNTS = SEARCH_KINDS.map(
  (kind) => `select '${kind}' as kind,
    (select count(*) from ${SOURCES[kind].from} where ${SOURCES[kind].living}) as living,
    (select count(*) from search_documents where kind = '${kind}') as documents,
    (select count(*) from search_fts_docsize) as indexed`,
).join(' union all ');

/** Per kind, how many documents are of something that does not live. */
export const SEARCH_STRAYS = SEARCH_KINDS.map(
  (kind) => `select count(*) as n, 'documents of search are of a ${kind} that is gone' as what
    from search_documents where kind = '${kind}'
      and entity_id not in (select e.id from ${SOURCES[kind].from} where ${SOURCES[kind].living})`,
).join(' union all ');

/** A row of SEARCH_COUNTS. */
export type SearchCountRow = SearchKindCounts & { readonly indexed: number };

/**
 * Compares what lives in the store with what search can find. They differ only if something wrote past the write path: then
 * search would be silent about things that exist.
 */
export async function checkSearchIndex({ db }: ReadScope): Promise<SearchIndexState> {
  const { rows } = await sql<SearchCountRow>`${sql.raw(SEARCH_COUNTS)}`.execute(db);
  return searchIndexState(rows);
}

/** The state from the rows of SEARCH_COUNTS. */
export function searchIndexState(rows: readonly SearchCountRow[]): SearchIndexState {
  const kinds = rows.map(({ kind, living, documents }) => ({ kind, living, documents }));
  const documents = kinds.reduce((sum, each) => sum + each.documents, 0);
  const indexed = rows[0]?.indexed ?? 0;
  return {
    kinds,
    indexed,
    consistent: indexed === documents && kinds.every((each) => each.living === each.documents),
  };
}
