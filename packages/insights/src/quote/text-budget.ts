import { cleanTesterText } from './clean-tester-text.ts';
import { cutText } from './cut-text.ts';

/** What an answer shows in part. */
export interface Remainder {
  readonly what: string;
  readonly unit: 'characters' | 'entries';
  readonly shown: number;
  readonly total: number;
}

/** Cleans a text and cuts it to at most `longest` characters; null leaves out what does not fit whole. */
export type Cut = (text: string | null, longest: number | null) => string | null;

/** Below this many characters a text is left out instead of being cut to a stump. */
const STUMP = 40;

/**
 * The characters of foreign text that one answer may hold. Ask for the most telling texts first: what comes when it is used
 * up is left out, and told.
 */
export class TextBudget {
  readonly remainders: Remainder[] = [];
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  /** Cleans a text and cuts it to what is left for it. */
  text(what: string, text: string | null, longest: number, layout: 'line' | 'block' = 'block'): string | null {
    const cleaned = cleanTesterText(text, layout);
    if (cleaned === null) return null;
    const total = lengthOf(cleaned);
    const kept = this.#take(cleaned, longest);
    const shown = kept === null ? 0 : lengthOf(kept.endsWith('…') && kept !== cleaned ? kept.slice(0, -1) : kept);
    if (kept !== cleaned) this.remainders.push({ what, unit: 'characters', shown, total });
    return kept;
  }

  /**
   * Takes entries of a list while they fit.
   *
   * @param show an entry with its texts cut by `cut`; what is cut off is counted with the list
   */
  list<Item, Shown>(
    what: string,
    items: readonly Item[],
    most: number,
    show: (item: Item, cut: Cut) => Shown,
  ): Shown[] {
    const shown: Shown[] = [];
    let shownCharacters = 0;
    let totalCharacters = 0;
    const cut: Cut = (text, longest) => {
      const cleaned = cleanTesterText(text, 'block');
      if (cleaned === null) return null;
      const kept = this.#take(cleaned, longest ?? lengthOf(cleaned), longest === null);
      shownCharacters += kept === null ? 0 : lengthOf(kept);
      totalCharacters += lengthOf(cleaned);
      return kept;
    };
    for (const item of items.slice(0, most)) {
      if (this.#left < STUMP) break;
      shown.push(show(item, cut));
    }
    if (shown.length < items.length) {
      this.remainders.push({ what, unit: 'entries', shown: shown.length, total: items.length });
    }
    if (shownCharacters < totalCharacters) {
      this.remainders.push({ what, unit: 'characters', shown: shownCharacters, total: totalCharacters });
    }
    return shown;
  }

  #take(cleaned: string, longest: number, isWhole = false): string | null {
    const room = Math.min(longest, this.#left);
    if ((isWhole || room < STUMP) && lengthOf(cleaned) > room) return null;
    const { text } = cutText(cleaned, room);
    this.#left -= text === null ? 0 : lengthOf(text);
    return text;
  }
}

function lengthOf(text: string): number {
  return [...text].length;
}
