import type { z } from 'zod';
import type { trust } from '../diagnostics.ts';

/** Freshness and completeness, as every answer carries them. */
export type Trust = z.infer<typeof trust>;

/** The trust that an answer made of several pages deserves: the oldest of their stamps, all of their gaps. */
export function joinTrust(pages: readonly Trust[]): Trust {
  const stamps = pages.map((page) => page.as_of);
  const gaps = pages.flatMap((page) => page.completeness.missing);
  return {
    as_of: stamps.includes(null) ? null : (stamps.toSorted()[0] ?? null),
    completeness: {
      complete: pages.every((page) => page.completeness.complete),
      missing: [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()],
    },
  };
}

/** One line on how far an answer can be trusted. */
export function trustText({ as_of, completeness }: Trust): string {
  const age = as_of === null ? 'Never confirmed by Test IO.' : `As of ${as_of.slice(0, 16).replace('T', ' ')} UTC.`;
  if (completeness.complete) return `${age} Complete.`;
  const gaps = completeness.missing.map(({ what, count, why }) => {
    const name = what.charAt(0).toUpperCase() + what.slice(1).replaceAll('_', ' ');
    return `${name}${count === null ? '' : ` (${count})`}: ${why}`;
  });
  return [`${age} Not complete:`, ...gaps.map((gap) => `  ${gap}`)].join('\n');
}
