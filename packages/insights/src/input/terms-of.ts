import { readSearchTerms, type SearchTerm } from '../sqlite/search-query.ts';
import { invalidInput } from './errors.ts';

/**
 * The words of a text to search for.
 *
 * @throws TestioError `invalid_input` where there are none
 */
export function termsOf(field: string, text: string): SearchTerm[] {
  const terms = readSearchTerms(text);
  if (terms.length > 0) return terms;
  throw invalidInput({
    field,
    received: text,
    problem: 'has neither a letter nor a digit, and signs alone cannot be searched for',
    accepted: ['words', '"a phrase"', 'the beginning of a word, such as log*'],
    next: `Call again with at least one word or number in ${field}.`,
  });
}
