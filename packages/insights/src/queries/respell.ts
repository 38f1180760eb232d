import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { wordDistance } from '../input/word-distance.ts';

/** A run of what the index takes for one word. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
/** Words that are looked at; of a long text the rest stays as it is. */
const MOST_WORDS = 6;
/** Shorter words are near to everything. */
const SHORTEST = 4;
/** From this length on a word may differ in two letters. */
const LONG = 8;
/** Comes after every letter that can follow. */
const LAST = '\u{10FFFF}';

interface IndexWord {
  readonly term: string;
  readonly docs: number;
}

/**
 * Replaces words that stand in no title and no text by the nearest one that does. A word is looked for among those that begin
 * with its first or its second letter: with an index of 200,000 bugs that takes some milliseconds, all of its words a third of a
 * second. Words with digits stay, as they are numbers, keys or versions. One statement.
 *
 * @returns null where there is nothing to replace, or nothing near
 */
export async function respell(db: ReadScope['db'], query: string): Promise<string | null> {
  const words = [...new Set([...query.matchAll(WORD)].map(([word]) => folded(word)))]
    .filter((word) => [...word].length >= SHORTEST && !/\p{N}/u.test(word))
    .slice(0, MOST_WORDS);
  if (words.length === 0) return null;
  const known = await wordsLike(db, words);
  const nearest = new Map(words.map((word) => [word, nearestTo(word, known)]));
  const respelt = query.replaceAll(WORD, (word) => nearest.get(folded(word)) ?? word);
  return respelt === query ? null : respelt;
}

/** As the index keeps words: without accents and capitals. */
function folded(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

async function wordsLike(db: ReadScope['db'], words: readonly string[]): Promise<IndexWord[]> {
  const starts = new Set(words.flatMap((word) => [...word].slice(0, 2)));
  const ranges = [...starts].map(
    (start) => sql`select term, doc from temp.search_words
      where term >= ${start} and term < ${start + LAST} and col in ('title', 'body')`,
  );
  const { rows } = await sql<IndexWord>`
    select term, max(doc) as docs from (${sql.join(ranges, sql` union all `)}) group by term`.execute(db);
  return rows;
}

/** Undefined where the word is known, whole or as a beginning, or nothing is near. Of several the one that most documents have. */
function nearestTo(word: string, known: readonly IndexWord[]): string | undefined {
  if (known.some(({ term }) => term.startsWith(word))) return undefined;
  const most = word.length >= LONG ? 2 : 1;
  const near = known.flatMap(({ term, docs }) => {
    if (term.length < word.length - most) return [];
    const { whole, beginning } = wordDistance(word, term);
    // What is typed may be a beginning; but another whole word is the better guess.
    const far = Math.min(whole, beginning + 0.5);
    return beginning > most ? [] : [{ term, docs, far }];
  });
  const [best] = near.sort((a, b) => a.far - b.far || b.docs - a.docs || (a.term < b.term ? -1 : 1));
  return best?.term;
}
