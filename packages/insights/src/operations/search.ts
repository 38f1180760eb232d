import { BUG_STATUSES, type Period, TEST_STATUSES, toIso } from '@testio-mcp/domain';
import { idList, kindWord, productWord, type ReadScope, SEARCH_KINDS, type SearchKind } from '@testio-mcp/persistence';
import { z } from 'zod';
import { withForm } from '../input/forms.ts';
import { dates, freshness, paging, productIds } from '../input/parameters.ts';
import { datesOf, periodOf, periodSettings } from '../input/period-of.ts';
import { termsOf } from '../input/terms-of.ts';
import { decodeCursor, invalidCursor } from '../list/cursor.ts';
import { cutPage, type ListRules, readPaging } from '../list/paging.ts';
import { defineOperation } from '../operation.ts';
import { livingProducts, requireProducts } from '../queries/known-products.ts';
import {
  compareMatchPlaces,
  describeMatches,
  type FoundMatches,
  type Match,
  type MatchPlace,
  MOST_MATCHES,
} from '../queries/search-matches.ts';
import { MATCH_MODES, seek } from '../queries/seek.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { markedExcerpt } from '../quote/marked-excerpt.ts';
import { day, table, trustLine } from '../render/lines.ts';
import { countsOf } from '../shapes/bug-counts.ts';
import { echoed, listOutput } from '../shapes/list.ts';
import { range } from '../shapes/range.ts';
import { type Titled, titled } from '../shapes/titled.ts';
import { DOCUMENT_PLACE } from '../sqlite/search-query.ts';
import type { Facet } from '../trust/ground.ts';
import { readTrust } from '../trust/read-trust.ts';

const STATUSES = [...TEST_STATUSES, ...BUG_STATUSES] as const;

const row = z.object({
  kind: z.enum(SEARCH_KINDS),
  id: z.int(),
  title: z.string().nullable(),
  product: titled.nullable().describe('One of its products.'),
  status: z.string().nullable().describe('Of tests and bugs.'),
  at: z.string().nullable().describe('End of a test, report of a bug.'),
  snippet: z.string().nullable().describe('Matches between « and ».'),
});

/** Anything that holds some words. */
export const search = defineOperation({
  name: 'search',
  title: 'Search',
  description:
    'Products, features, tests, bugs and user stories by words in their titles and texts; title matches first, then the newest.\nChoose it when you know words but not where; the lists to filter by exact fields.',
  input: z.strictObject({
    query: z.string().min(1).max(200).describe('All words must match; "quotes" for a phrase, log* for a beginning.'),
    match_mode: z.enum(MATCH_MODES).default('simple').describe('raw: FTS5 syntax, such as pay OR card.'),
    entities: z.array(z.enum(SEARCH_KINDS)).optional(),
    product_ids: productIds.optional(),
    statuses: z
      .array(withForm(z.enum(STATUSES), { words: { forwarded: 'open' } }))
      .describe('Of tests and bugs. Statuses and a period (end of a test, report of a bug) leave out the rest.')
      .optional(),
    ...dates,
    freshness,
    ...paging,
  }),
  aliases: { product_id: 'product_ids', status: 'statuses', limit: 'per_page', kinds: 'entities' },
  output: listOutput('results', row, {
    entities: z.array(z.enum(SEARCH_KINDS)).optional(),
    products: z.array(titled).optional(),
    statuses: z.array(z.string()).optional(),
    period: range.optional(),
  }).extend({
    query: z.string(),
    searched: z.string().optional().describe('What was looked for instead: nothing matches query.'),
    by_kind: countsOf(SEARCH_KINDS),
    note: z.string().optional(),
  }),
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/search' },
  shows({ product_ids = [] }, output) {
    const idsOf = (kind: SearchKind) => output?.results.filter((hit) => hit.kind === kind).map((hit) => hit.id) ?? [];
    return { products: product_ids, tests: idsOf('test'), bugs: idsOf('bug') };
  },
  async run(context, input) {
    const { store, limits } = context;
    const { query, match_mode: mode, entities, product_ids, statuses } = input;
    if (mode === 'simple') termsOf('query', query);
    const period = periodOf(input, periodSettings(context));
    const kinds = searchableKinds(entities ?? SEARCH_KINDS, period, statuses);
    return store.read(async ({ db }) => {
      const products = product_ids === undefined ? undefined : await requireProducts(db, product_ids);
      const scopes = [
        ...(kinds.length === SEARCH_KINDS.length ? [] : [kinds.map(kindWord)]),
        ...(product_ids === undefined ? [] : [product_ids.map(productWord)]),
      ];
      const filter = { period: period ?? ALL_TIME, statuses };
      const sought = kinds.length === 0 ? null : await seek(db, { query, mode }, scopes, filter);
      const { found, instead } = sought ?? { found: NOTHING };
      // Pages of what was looked for instead go on only while it is: else they would be of another list.
      const asked = { query: instead ?? query, mode, entities, product_ids, statuses, ...datesOf(input) };
      const page = readPaging(RULES, input, asked, limits);
      const after = input.cursor === undefined ? null : placeOf(input.cursor, page.fingerprint);
      const left = after === null ? found.places : found.places.filter((place) => compareMatchPlaces(place, after) > 0);
      const { rows, facts } = cutPage(
        page,
        { total: found.places.length, before: found.places.length - left.length },
        left
          .slice(page.offset, page.offset + page.fetch)
          .map(({ level, document }) => ({ id: document, sort_value: level, level, document })),
      );
      const matches = sought === null ? [] : await describeMatches(db, sought.expressions, rows);
      const productOf = await productTitles(db, matches, product_ids);
      const notes = [
        ...(instead === undefined ? [] : [`Nothing matches ${query}; these are the matches of ${instead}.`]),
        ...(found.isCut ? [TOO_MANY] : []),
        ...leftOut(entities ?? SEARCH_KINDS, kinds),
      ];
      return {
        results: matches.map((match) => ({
          kind: match.kind,
          id: match.entity_id,
          title: cleanTesterText(match.title),
          product: productOf(match),
          status: cleanTesterText(match.status),
          at: toIso(match.at),
          snippet: markedExcerpt(match.body_excerpt) ?? markedExcerpt(match.title_excerpt),
        })),
        query,
        ...(instead === undefined ? {} : { searched: instead }),
        ...facts,
        by_kind: found.byKind,
        filters: echoed({
          entities,
          products,
          statuses,
          period: period === undefined ? undefined : { from: toIso(period.from), to: toIso(period.to) },
        }),
        ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
        ...(await readTrust(db, {
          products: product_ids === undefined ? null : idList(product_ids),
          facets: [...new Set(kinds.flatMap((kind) => FACETS[kind]))],
        })),
      };
    });
  },
  render({ results, query, searched = query, range, note, ...rest }) {
    const cells = (hit: (typeof results)[number]) => [
      hit.kind.replaceAll('_', ' '),
      hit.id,
      hit.title,
      hit.status,
      day(hit.at),
      hit.product?.title ?? null,
      hit.snippet,
    ];
    const head = ['kind', 'id', 'title', 'status', 'date', 'product', 'match'];
    const lines = [`Matches of ${searched}: ${range}.`, ...(results.length > 0 ? table(head, results, cells) : [])];
    return [...lines, ...(note === undefined ? [] : [note]), trustLine(rest)].join('\n');
  },
});

const RULES: ListRules = {
  name: 'search',
  keys: { relevance: DOCUMENT_PLACE },
  initial: { by: 'relevance', order: 'desc' },
  id: DOCUMENT_PLACE,
};

const ALL_TIME: Period = { from: null, to: null };

const NOTHING: FoundMatches = {
  places: [],
  byKind: { product: 0, feature: 0, test: 0, bug: 0, user_story: 0 },
  isCut: false,
};

const TOO_MANY = `More than ${MOST_MATCHES} match: only the newest ${MOST_MATCHES} are ranked, counted and listed. Add words or filters to see others.`;

/** What the finding of each kind rests on. */
const FACETS: Readonly<Record<SearchKind, readonly Facet[]>> = {
  product: ['product_list', 'metadata'],
  feature: ['features'],
  test: ['test_lists', 'tests'],
  bug: ['test_lists', 'bugs'],
  user_story: ['features'],
};

function placeOf(text: string, fingerprint: string): MatchPlace {
  const { value, id } = decodeCursor(text, fingerprint);
  if (typeof value === 'number') return { level: value, document: id };
  throw invalidCursor('The cursor does not say where the page begins.', text);
}

/** The kinds that can match: only tests and bugs have a date or a status, and not every status is one of both. */
function searchableKinds(
  asked: readonly SearchKind[],
  period: Period | undefined,
  statuses: readonly string[] | undefined,
): SearchKind[] {
  const isBounded = period !== undefined && (period.from !== null || period.to !== null);
  const has = (words: readonly string[]) => statuses === undefined || statuses.some((status) => words.includes(status));
  return asked.filter((kind) => {
    if (kind === 'test') return has([...TEST_STATUSES, 'other']);
    if (kind === 'bug') return has(BUG_STATUSES);
    return !isBounded && statuses === undefined;
  });
}

function leftOut(asked: readonly SearchKind[], kinds: readonly SearchKind[]): string[] {
  const missing = asked.filter((kind) => !kinds.includes(kind)).map((kind) => kind.replaceAll('_', ' '));
  return missing.length === 0
    ? []
    : [`Left out by the period or the statuses, which do not apply to them: ${missing.join(', ')}.`];
}

type Db = ReadScope['db'];

/** Finds the product that a match is shown with: one that was asked for, else the first that it belongs to. */
async function productTitles(db: Db, matches: readonly Match[], asked: readonly number[] | undefined) {
  const owners = (match: Match) => [...match.scope.matchAll(/\bp(\d+)/g)].map(([, id]) => Number(id));
  const titles = await livingProducts(db, [...new Set(matches.flatMap(owners))]);
  return (match: Match): Titled | null => {
    const ids = owners(match).filter((id) => titles.has(id));
    const shown = ids.find((id) => asked?.includes(id)) ?? ids[0];
    return shown === undefined ? null : (titles.get(shown) ?? null);
  };
}
