import { BUG_STATUSES, type Period, TEST_STATUSES } from '@testio-mcp/domain';
import { documentKind, idList, type ReadScope, type SearchKind } from '@testio-mcp/persistence';
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

/** The place of a match in the list: the part of the expressions it is in, and its document, the newest first. */
export interface MatchPlace {
  readonly part: number;
  readonly document: number;
}

/** Matches of one part. */
export interface PartCount {
  readonly byKind: ReadonlyMap<SearchKind, number>;
  readonly total: number;
  /** Those up to and including the place that is asked from. */
  readonly before: number;
}

/** Counts the matches of every part, with one statement each. */
export async function countMatches(
  db: Db,
  { parts }: SearchExpressions,
  filter: MatchFilter,
  after: MatchPlace | null,
): Promise<PartCount[]> {
  const counts: PartCount[] = [];
  for (const [part, expression] of parts.entries()) {
    const shown = after === null || after.part < part ? sql`false` : shownIn(part, after);
    const kind = documentKind(sql<number>`search_fts.rowid`);
    const { rows } = await sql<{ kind: SearchKind; total: number; before: number }>`
      select ${kind} as kind, count(*) as total, count(*) filter (where ${shown}) as before
      ${matching(expression, filter)} group by 1`.execute(db);
    counts.push({
      byKind: new Map(rows.map((row) => [row.kind, row.total])),
      total: rows.reduce((sum, row) => sum + row.total, 0),
      before: rows.reduce((sum, row) => sum + row.before, 0),
    });
  }
  return counts;
}

function shownIn(part: number, after: MatchPlace): RawBuilder<boolean> {
  return part < after.part ? sql<boolean>`true` : sql<boolean>`search_fts.rowid >= ${whole(after.document)}`;
}

/** Numbers beyond 32 bits are bound as floating point, with which the index cannot seek. */
function whole(document: number): RawBuilder<number> {
  return sql<number>`cast(${document} as integer)`;
}

export interface MatchPage {
  readonly after: MatchPlace | null;
  readonly offset: number;
  /** Most matches to read. */
  readonly fetch: number;
}

/** Reads the places of some matches in their order, with at most one statement for each part. */
export async function readMatches(
  db: Db,
  { parts }: SearchExpressions,
  filter: MatchFilter,
  counts: readonly PartCount[],
  { after, offset, fetch }: MatchPage,
): Promise<MatchPlace[]> {
  const places: MatchPlace[] = [];
  let toSkip = offset;
  for (const [part, expression] of parts.entries()) {
    const { total = 0, before = 0 } = counts[part] ?? {};
    const left = total - before;
    if (toSkip >= left) {
      toSkip -= left;
      continue;
    }
    const isCut = after?.part === part;
    const { rows } = await sql<{ document: number }>`
      select search_fts.rowid as document ${matching(expression, filter)}
      ${isCut ? sql`and search_fts.rowid < ${whole(after.document)}` : sql``}
      order by search_fts.rowid desc limit ${fetch - places.length} offset ${toSkip}`.execute(db);
    places.push(...rows.map(({ document }) => ({ part, document })));
    toSkip = 0;
    if (places.length >= fetch) break;
  }
  return places;
}

function matching(expression: string, { period, statuses }: MatchFilter): RawBuilder<unknown> {
  const { from, to } = period;
  const hasPeriod = from !== null || to !== null;
  const tests = [
    ...(from === null ? [] : [sql`d.at >= ${from}`]),
    ...(to === null ? [] : [sql`d.at < ${to}`]),
    ...(statuses === undefined ? [] : [hasStatus(statuses)]),
  ];
  // Cross joins: the index leads, whatever the planner thinks of its size.
  return sql`from search_fts
    ${hasPeriod || statuses !== undefined ? sql`cross join search_documents as d on d.id = search_fts.rowid` : sql``}
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
  const ids = idList(places.map(({ document }) => document));
  const { rows } = await sql<Match & { document: number }>`
    select d.id as document, d.kind, d.entity_id, d.scope, d.title, d.at, coalesce(t.status, b.status) as status,
      ${excerpt(2)} as body_excerpt, ${excerpt(1)} as title_excerpt
    from ${ids} as wanted
    cross join search_fts on search_fts.rowid = wanted.value
    cross join search_documents as d on d.id = wanted.value
    ${STATUS_JOINS}
    where search_fts match ${all}`.execute(db);
  const byDocument = new Map(rows.map((row) => [row.document, row]));
  return places.map(({ document }) => byDocument.get(document)).filter((match) => match !== undefined);
}
