import { createHash } from 'node:crypto';

/** Testers report bugs and run stories; customers create and submit tests. A name may be both, as two people. */
export const PERSON_KINDS = ['tester', 'customer'] as const;
export type PersonKind = (typeof PERSON_KINDS)[number];

/**
 * The id of a person. The API gives people no ids, so ours is derived from kind and name: the same person keeps the same id
 * when the store is rebuilt. Below 2^48, so that it survives every JSON number.
 */
export function personId(kind: PersonKind, name: string): number {
  return createHash('sha256').update(`${kind}\u0000${name}`).digest().readUIntBE(0, 6);
}
