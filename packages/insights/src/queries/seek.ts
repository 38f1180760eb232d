import type { ReadScope } from '@testio-mcp/persistence';
import { termsOf } from '../input/terms-of.ts';
import { rawExpressions, type SearchExpressions, searchExpressions } from '../sqlite/search-query.ts';
import { checkRawQuery } from './check-raw-query.ts';
import { respell } from './respell.ts';
import { type FoundMatches, findMatches, type MatchFilter } from './search-matches.ts';

/** How the text of a search is read: as words, or in the syntax of FTS5. */
export const MATCH_MODES = ['simple', 'raw'] as const;

/** A search as it was made. */
export interface Sought {
  /** The text that was looked for, where it is not the one that was asked for. */
  readonly instead?: string;
  readonly expressions: SearchExpressions;
  readonly found: FoundMatches;
}

/**
 * Looks for a text. Words that nothing has in it are spelt as the nearest ones that something has, where that finds anything.
 *
 * @param scopes lists of words; of each list one must stand in the scope of a match
 * @throws TestioError `invalid_input` where nothing can be looked for
 */
export async function seek(
  db: ReadScope['db'],
  { query, mode }: { readonly query: string; readonly mode: (typeof MATCH_MODES)[number] },
  scopes: readonly (readonly string[])[],
  filter: MatchFilter,
): Promise<Sought> {
  if (mode === 'raw') {
    await checkRawQuery(db, query);
    const expressions = rawExpressions(query, scopes);
    return { expressions, found: await findMatches(db, expressions, filter) };
  }
  const asked = await seekWords(query);
  if (asked.found.places.length > 0) return asked;
  const instead = await respell(db, query);
  if (instead === null) return asked;
  const other = await seekWords(instead);
  return other.found.places.length > 0 ? { ...other, instead } : asked;

  async function seekWords(text: string): Promise<Sought> {
    const expressions = searchExpressions(termsOf('query', text), scopes);
    return { expressions, found: await findMatches(db, expressions, filter) };
  }
}
