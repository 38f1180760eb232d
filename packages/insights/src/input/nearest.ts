import { distance } from 'fastest-levenshtein';

/** The options, those that look most like `received` first. Options that contain it, or are contained in it, lead. */
export function nearest(received: string, options: readonly string[]): string[] {
  const wanted = fold(received);
  const ranked = options.map((option, index) => ({ option, index, far: farness(wanted, fold(option)) }));
  return ranked.sort((a, b) => a.far - b.far || a.index - b.index).map(({ option }) => option);
}

/** 0 for the same text, up to 1 for containment, more for texts that differ: the share of characters to change, plus one. */
function farness(wanted: string, option: string): number {
  if (wanted === option) return 0;
  const longest = Math.max(wanted.length, option.length);
  if (wanted !== '' && option !== '' && (option.includes(wanted) || wanted.includes(option))) {
    return 1 - Math.min(wanted.length, option.length) / longest;
  }
  return 1 + distance(wanted, option) / longest;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
