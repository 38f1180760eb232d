import type { Diagnostics } from './diagnostics.ts';
import { count } from './numbers.ts';

type Gap = Pick<Diagnostics['completeness']['missing'][number], 'what' | 'count' | 'why'>;

/** What is missing, how much of it, and why: `1 test: …`, `bugs of 3 tests: …`. */
export function gapText({ what, count: size, why }: Gap): string {
  return `${size === null ? worded(what) : sized(worded(what), size)}: ${why}`;
}

/** Where it is about parts of things, the things are what is counted. */
function sized(name: string, size: number): string {
  const [parts, things] = name.split(' of ');
  if (things !== undefined) return `${parts} of ${numbered(things, size)}`;
  return numbered(name, size);
}

function numbered(plural: string, size: number): string {
  return count(size, plural.replace(/s$/, ''), plural);
}

function worded(what: string): string {
  return what.replaceAll('_', ' ');
}
