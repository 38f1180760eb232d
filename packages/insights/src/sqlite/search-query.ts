import { type RawBuilder, sql } from 'kysely';
import { cleanTesterText } from '../quote/clean-tester-text.ts';

/** The row id of a match. */
export const DOCUMENT_PLACE: RawBuilder<number> = sql<number>`search_fts.rowid`;

/** One thing to look for: a word, or several that stand next to each other. */
export interface SearchTerm {
  readonly text: string;
  /** Whether the last word of it may go on. */
  readonly isPrefix: boolean;
}

/** A phrase in quotes with an optional star, or anything between blanks. A quote that is not closed goes on to the end. */
const TERM = /"(?<phrase>[^"]*)(?:"(?<star>\*?)|$)|(?<word>[^\s"]+)/gu;
/** What the index takes for a part of a word: letters, digits, and characters of private use. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u;
/** A prefix of one letter finds nearly everything, and is slow to do so. */
const SHORTEST_PREFIX = 2;

/**
 * Reads what somebody typed. Nothing in it is an operator: AND, NEAR, a hyphen, a colon or a star in front are text like any
 * other. The last word may go on, as may one that ends with a star; a word with signs in it, such as sign-in, is a phrase.
 * What has neither letter nor digit cannot be looked for and is left out.
 *
 * @returns empty when nothing can be looked for
 */
export function readSearchTerms(query: string): SearchTerm[] {
  // Titles are indexed as they are shown. Not normalised: the index itself does away with accents of either spelling.
  const text = cleanTesterText(query) ?? '';
  const matches = [...text.matchAll(TERM)].map(({ groups = {} }) => groups);
  const terms = matches.map(({ phrase, star, word }, index) => {
    if (word === undefined) return { text: phrase ?? '', isPrefix: star === '*' };
    const stem = word.replace(/\*+$/, '');
    const mayGoOn = stem !== word || index === matches.length - 1;
    return { text: stem, isPrefix: mayGoOn && [...stem].length >= SHORTEST_PREFIX };
  });
  const usable = terms.filter((term) => WORD_CHARACTER.test(term.text));
  return [...new Map(usable.map((term) => [quotedTerm(term), term])).values()];
}

/** FTS5 expressions of one search. */
export interface SearchExpressions {
  /** Everything that matches. */
  readonly all: string;
  /**
   * Those of them that match in the title, the best first: all terms in this order, all of them, some of them. Where a text
   * stands does not change when other texts come and go, which makes pages that neither repeat nor miss a row; a rank by bm25
   * moves with every text that is added.
   */
  readonly inTitle: readonly string[];
}

/**
 * Writes the expressions for FTS5 over the columns scope, title and body. Every term is quoted, so no text is an error.
 *
 * @param terms at least one
 * @param scopes lists of words; of each list one must stand in the scope
 */
export function searchExpressions(
  terms: readonly SearchTerm[],
  scopes: readonly (readonly string[])[],
): SearchExpressions {
  const quoted = terms.map(quotedTerm);
  const anywhere = `{title body} : (${quoted.join(' ')})`;
  const allWords = `title : (${quoted.join(' ')})`;
  const someWords = `(${anywhere}) AND (title : (${quoted.join(' OR ')}))`;
  const phrase = `title : ${quotedTerm({
    text: terms.map(({ text }) => text).join(' '),
    isPrefix: terms.at(-1)?.isPrefix === true,
  })}`;
  const inScope = scopedBy(scopes);
  return {
    all: inScope(anywhere),
    inTitle: (terms.length === 1 ? [allWords] : [phrase, allWords, someWords]).map(inScope),
  };
}

/** Writes the expressions for a text in the syntax of FTS5. It has to be one by itself (checked by queries/check-raw-query.ts). */
export function rawExpressions(query: string, scopes: readonly (readonly string[])[]): SearchExpressions {
  const inScope = scopedBy(scopes);
  return { all: inScope(`{title body} : (${query})`), inTitle: [inScope(`title : (${query})`)] };
}

function scopedBy(scopes: readonly (readonly string[])[]): (expression: string) => string {
  const within = scopes.map((words) => `(scope : (${words.map((word) => `"${word}"`).join(' OR ')}))`);
  return (expression) => [...within, `(${expression})`].join(' AND ');
}

function quotedTerm({ text, isPrefix }: SearchTerm): string {
  return `"${text.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`;
}
