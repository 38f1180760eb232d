import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow beyond what was in use after the last collection, in per cent. */
const GROWTH = {
  /** Answers to one client leave little behind, so that collecting it often costs nothing that can be measured. */
  'one client': 25,
  /** What many clients are being given lives just long enough to be moved to the old objects, and would be collected late there. */
  'many clients': 40,
  /** Syncs. */
  'much at a time': 75,
} as const;

/** What a process does most. */
export type HeapUse = keyof typeof GROWTH;

/** Has V8 keep the space for new objects as large as it is now, in the whole process. */
export function keepNewSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Has V8 collect garbage early from now on, in the whole process: the space for new objects stays as large as it is, the rest
 * grows by a part of what was in use after the last collection. Programs call it once they are loaded; why, and what it
 * costs, is told in docs/decisions/2026-11-24-small-heap.md.
 */
export function keepHeapSmall(use: HeapUse = 'much at a time'): void {
  keepNewSpaceSmall();
  setFlagsFromString(`--heap-growing-percent=${GROWTH[use]}`);
}
