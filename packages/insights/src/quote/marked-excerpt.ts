import { cleanTesterText } from './clean-tester-text.ts';

/** What the index puts around a match: characters that cannot be typed. */
export const MATCH_MARKS = { open: '\u0002', close: '\u0003' } as const;

const LONGEST = 400;

/**
 * An excerpt with its matches between « and », on one line and cleaned. The text's own guillemets become single ones, so that
 * only matches are marked.
 *
 * @param excerpt with MATCH_MARKS around the matches
 * @returns null when nothing is marked
 */
export function markedExcerpt(excerpt: string | null): string | null {
  if (excerpt?.includes(MATCH_MARKS.open) !== true) return null;
  const marked = excerpt
    .replaceAll('«', '‹')
    .replaceAll('»', '›')
    .replaceAll(MATCH_MARKS.open, '«')
    .replaceAll(MATCH_MARKS.close, '»');
  const characters = [...(cleanTesterText(marked) ?? '')];
  if (characters.length <= LONGEST) return characters.join('');
  const kept = characters.slice(0, LONGEST - 2).join('');
  const isOpen = kept.lastIndexOf('«') > kept.lastIndexOf('»');
  return `${kept}${isOpen ? '…»' : '…'}`;
}
