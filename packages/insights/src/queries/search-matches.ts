import { BUG_STATUSES, type Period, TEST_STATUSES } from '@testio-mcp/domain';
import { documentKind, idList, type ReadScope, SEARCH_KINDS, type SearchKind } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { MATCH_MARKS } from '../quote/marked-excerpt.ts';
import { isOneOf } from '../sqlite/open-set.ts';
import type { SearchExpressions } from '../sqlite/search-query.ts';

type Db = ReadScope['db'];

/** What matches must fulfil beyond their words and their scope. */
export interface MatchFilter {
  readonly period: Period;
  readonly statuses: readonly string[] | undefined;
}

/** Most matches that a search looks at. What is found by a word that stands nearly everywhere says little. */
export const MOST_MATCHES = 10_000;

/** The place of a match in the list. */
export interface MatchPlace {
  /** How well the title matches: 0 is the best. */
  readonly level: number;
  /** Its document; in a level the newest comes first. */
  readonly document: number;
}

export interface FoundMatches {
  /** In the order of the list. */
  readonly places: readonly MatchPlace[];
  readonly byKind: Readonly<Record<SearchKind, number>>;
  /** Whether there are more than MOST_MATCHES; then the oldest bugs are left out. */
  readonly isCut: boolean;
}

/** Finds what matches, the newest MOST_MATCHES at most. At most four statements; what they cost grows with the matches. */
export async function findMatches(
  db: Db,
  { all, inTitle }: SearchExpressions,
  filter: MatchFilter,
): Promise<FoundMatches> {
  const { rows } = await sql<{ document: number; kind: SearchKind }>`
    select search_fts.rowid as document, ${documentKind(sql<number>`search_fts.rowid`)} as kind
    ${matching(all, filter)}
    order by search_fts.rowid desc limit ${MOST_MATCHES + 1}`.execute(db);
  const found = rows.slice(0, MOST_MATCHES);
  const levels = new Map(found.map(({ document }) => [document, inTitle.length]));
  for (const [level, expression] of [...inTitle.entries()].toReversed()) {
    for (const document of await documentsOf(db, expression, found)) {
      if (levels.has(document)) levels.set(document, level);
    }
  }
  const byKind = Object.fromEntries(SEARCH_KINDS.map((kind) => [kind, 0])) as Record<SearchKind, number>;
  for (const { kind } of found) byKind[kind] += 1;
  const places = found.map(({ document }) => ({ document, level: levels.get(document) ?? inTitle.length }));
  return { places: places.sort(compareMatchPlaces), byKind, isCut: rows.length > found.length };
}

/** The order of the list. */
export function compareMatchPlaces(a: MatchPlace, b: MatchPlace): number {
  return a.level - b.level || b.document - a.document;
}

/** What matches an expression in the range of documents that were found. */
async function documentsOf(
  db: Db,
  expression: string,
  found: readonly { readonly document: number }[],
): Promise<number[]> {
  const [newest, oldest] = [found[0], found.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const { rows } = await sql<{ document: number }>`
    select rowid as document from search_fts where search_fts match ${expression}
      and ${between(oldest.document, newest.document)}`.execute(db);
  return rows.map(({ document }) => document);
}

function between(oldest: number, newest: number): RawBuilder<boolean> {
  // Numbers beyond 32 bits are bound as floating point, with which the index cannot seek.
  return sql<boolean>`search_fts.rowid between cast(${oldest} as integer) and cast(${newest} as integer)`;
}

function matching(expression: string, { period, statuses }: MatchFilter): RawBuilder<unknown> {
  const { from, to } = period;
  const tests = [
    ...(from === null ? [] : [sql`d.at >= ${from}`]),
    ...(to === null ? [] : [sql`d.at < ${to}`]),
    ...(statuses === undefined ? [] : [hasStatus(statuses)]),
  ];
  // A cross join: the index leads, whatever the planner thinks of its size.
  return sql`from search_fts
    ${tests.length > 0 ? sql`cross join search_documents as d on d.id = search_fts.rowid` : sql``}
    ${statuses === undefined ? sql`` : STATUS_JOINS}
    where search_fts match ${expression} ${sql.join([sql``, ...tests], sql` and `)}`;
}

const STATUS_JOINS = sql`
  left join tests as t on d.kind = 'test' and t.id = d.entity_id
  left join bugs as b on d.kind = 'bug' and b.id = d.entity_id`;

function hasStatus(statuses: readonly string[]): RawBuilder<boolean> {
  const ofTests = statuses.filter((status) => status === 'other' || includes(TEST_STATUSES, status));
  const ofBugs = statuses.filter((status) => includes(BUG_STATUSES, status));
  const tests = [
    ...(ofTests.length > 0 ? [sql`t.id is not null and ${isOneOf(sql.ref('t.status'), ofTests, TEST_STATUSES)}`] : []),
    ...(ofBugs.length > 0 ? [sql`b.status in (${sql.join(ofBugs)})`] : []),
  ];
  return sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

function includes(words: readonly string[], word: string): boolean {
  return words.includes(word);
}

/** What an answer shows of a match, still as it is stored. */
export interface Match {
  readonly kind: SearchKind;
  readonly entity_id: number;
  readonly scope: string;
  readonly title: string | null;
  readonly at: number | null;
  readonly status: string | null;
  /** Excerpts with MATCH_MARKS around what matched. */
  readonly body_excerpt: string | null;
  readonly title_excerpt: string | null;
}

/** Words of an excerpt. */
const EXCERPT_WORDS = 20;

/** Reads some matches, in the order of their places. Excerpts are made for these alone: they cost more than finding them. */
export async function describeMatches(
  db: Db,
  { all }: SearchExpressions,
  places: readonly MatchPlace[],
): Promise<readonly Match[]> {
  const { open, close } = MATCH_MARKS;
  const excerpt = (column: 1 | 2) =>
    sql`snippet(search_fts, ${sql.lit(column)}, ${open}, ${close}, '…', ${sql.lit(EXCERPT_WORDS)})`;
  const documents = places.map(({ document }) => document);
  const [oldest, newest] = [Math.min(...documents), Math.max(...documents)];
  if (documents.length === 0) return [];
  // One walk through the matches of that range: looking each row up would find all its matches again, once for every row. The
  // plus keeps SQLite from doing so.
  const { rows } = await sql<Match & { document: number }>`
    select d.id as document, d.kind, d.entity_id, d.scope, d.title, d.at, coalesce(t.status, b.status) as status,
      ${excerpt(2)} as body_excerpt, ${excerpt(1)} as title_excerpt
    from search_fts
    cross join search_documents as d on d.id = search_fts.rowid
    ${STATUS_JOINS}
    where search_fts match ${all} and ${between(oldest, newest)} and +search_fts.rowid in ${idList(documents)}`.execute(
    db,
  );
  const byDocument = new Map(rows.map((row) => [row.document, row]));
  return places.map(({ document }) => byDocument.get(document)).filter((match) => match !== undefined);
}
