/** Visible ASCII words with single blanks between: most titles. There is nothing to clean. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
/** Line breaks of every kind. */
const BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/gu;
/** Control characters other than the breaks, and the annotation marks, which can hide text. */
const CONTROLS = /[\p{Cc}\uFFF9-\uFFFB]/gu;
/** What no font draws: zero-width, direction, tag and filler characters, with which text can be hidden or reordered. */
const INVISIBLE = /(?![\uFE0F\u200D])\p{Default_Ignorable_Code_Point}/gu;
/** The emoji selector and joiner make visible emoji where they follow one; anywhere else they only hide something. */
const LOOSE_SELECTOR = /(?<!\p{Emoji})\uFE0F/gu;
const LOOSE_JOINER =
  /(?<!\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier})\u200D|\u200D(?!\p{Extended_Pictographic})/gu;

/**
 * Makes text that a tester or customer wrote safe to show: control, invisible and direction characters go, so that what a
 * model reads is what a person sees. Cleaning twice changes nothing.
 *
 * @param layout `line` puts everything on one line; `block` keeps line breaks and at most one empty line in between
 * @returns null for text that is absent or holds nothing visible
 */
export function cleanTesterText(text: string | null, layout: 'line' | 'block' = 'line'): string | null {
  if (text === null) return null;
  if (PLAIN.test(text)) return text;
  const visible = text
    .toWellFormed()
    .replace(BREAKS, '\n')
    .replaceAll('\t', ' ')
    .replace(/\n|[^\n]+/g, (part) => (part === '\n' ? part : part.replace(CONTROLS, '')))
    .replace(INVISIBLE, '')
    .replace(LOOSE_SELECTOR, '')
    .replace(LOOSE_JOINER, '');
  const laidOut =
    layout === 'line'
      ? visible.replace(/\s+/gu, ' ').trim()
      : visible
          .replace(/[^\S\n]+$/gmu, '')
          .replace(/\n{3,}/g, '\n\n')
          .trim();
  return laidOut === '' ? null : laidOut;
}
