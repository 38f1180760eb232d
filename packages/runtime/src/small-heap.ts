import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage early from now on, in the whole process: the space for new objects stays as large as it is, the rest
 * grows to 1.75 times of what was in use after the last collection. Programs call it once they are loaded; why, and what it
 * costs, is told in docs/decisions/2026-11-24-small-heap.md.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=75');
}
