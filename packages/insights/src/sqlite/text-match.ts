import { type RawBuilder, sql } from 'kysely';
import { cleanTesterText } from '../quote/clean-tester-text.ts';

/** Patterns that find a text in any case, also beyond ASCII, where SQLite's LIKE and lower() know only A to Z. */
export interface TextPatterns {
  /** GLOB patterns of the whole text: one, or a second one for the decomposed spelling of accents. */
  readonly exact: readonly string[];
  /** GLOB patterns of the text anywhere. */
  readonly part: readonly string[];
}

/**
 * Makes the patterns, for a column as `shown` gives it. A letter becomes the set of its cases; everything else stands for
 * itself. What nobody sees of the text does not count: a text of which nothing is seen has no patterns, or it would be part of
 * everything.
 */
export function textPatterns(text: string): TextPatterns {
  const seen = cleanTesterText(text);
  if (seen === null) return { exact: [], part: [] };
  const spellings = [...new Set([seen.normalize('NFC'), seen.normalize('NFD')])];
  const exact = spellings.map((spelling) => Array.from(spelling, anyCase).join(''));
  return { exact, part: exact.map((pattern) => `*${pattern}*`) };
}

/** A column as answers show it: without characters that nobody sees, each blank once. Costs about as much as a pattern. */
export function shown(column: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql<string | null>`shown_text(${column})`;
}

/** True where one of the columns contains the text, in any case. */
export function containsText(columns: readonly RawBuilder<unknown>[], text: string): RawBuilder<boolean> {
  const { part } = textPatterns(text);
  const tests = columns.flatMap((column) => part.map((pattern) => sql`${shown(column)} glob ${pattern}`));
  return anyOf(tests);
}

/** True where the column is the text, in any case. */
export function equalsText(column: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return anyOf(textPatterns(text).exact.map((pattern) => sql`${shown(column)} glob ${pattern}`));
}

function anyOf(tests: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return tests.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

function anyCase(character: string): string {
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  const cases = [character, lower, upper, upper.toLowerCase(), lower.toUpperCase()];
  // A case of more than one character, such as SS for ß, has no place in a set.
  const single = [...new Set(cases)].filter((each) => [...each].length === 1);
  if (single.length > 1) return `[${single.join('')}]`;
  return /[*?[]/.test(character) ? `[${character}]` : character;
}
