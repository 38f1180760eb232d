import type { RefreshedKind, RefreshReport } from '@testio-mcp/sync-engine';
import type { Freshness } from '../input/parameters.ts';
import { countOf } from '../render/lines.ts';
import type { Missing, Trust } from '../trust/shape.ts';

/** Who asks for new data where there is no API to ask has to be told. */
export const WITHOUT_API: Missing = {
  what: 'refresh',
  count: null,
  why: 'There is no API to ask: no token is configured. This is what was stored.',
};

const WORDS: Readonly<Record<RefreshedKind, (count: number) => string>> = {
  product_list: () => 'the list of products',
  products: (count) => countOf(count, 'product'),
  features: (count) => `the features of ${countOf(count, 'product')}`,
  tests: (count) => countOf(count, 'test'),
  bugs: (count) => `the bugs of ${countOf(count, 'test')}`,
};

/** What was due but did not come, with the reason: one entry for each kind and reason. */
export function gapNotes({ gaps }: RefreshReport, freshness: Freshness): Missing[] {
  const groups = Map.groupBy(gaps, ({ what, error }) => `${what} ${error?.code ?? ''}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const count = group.reduce((sum, gap) => sum + gap.count, 0);
    const shown = count === 0 ? 'This' : `${capital(WORDS[first.what](count))}`;
    const isOne = first.what === 'product_list' || (count === 1 && first.what !== 'features' && first.what !== 'bugs');
    const asStored = `${shown} ${count === 0 || isOne ? 'is' : 'are'} shown as stored`;
    const why = first.error === null ? `${asStored}: ${unasked(freshness)}` : `${asStored}. ${first.error.message}`;
    return [{ what: 'refresh' as const, count: count === 0 ? null : count, why }];
  });
}

/**
 * Says, to who asked for new data, that other parts of the answer are older: numbers that rest on more than was read again.
 *
 * @param notes what was told already
 */
export function olderParts({ as_of }: Trust, beganAt: number, notes: readonly Missing[]): Missing[] {
  if (notes.length > 0 || (as_of !== null && Date.parse(as_of) >= Math.floor(beganAt / 1000) * 1000)) return [];
  const why =
    as_of === null
      ? 'Parts that this answer rests on were never read. A sync reads them.'
      : `What is shown was read again, but the answer rests on more, the oldest part of it as of ${as_of}. A sync reads all of it.`;
  return [{ what: 'refresh', count: null, why }];
}

function unasked(freshness: Freshness): string {
  return freshness === 'auto'
    ? 'auto asks the API a few times at most, for what matters most. A sync, or freshness now, reads more.'
    : 'a question asks the API a limited number of times. A sync reads everything.';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
