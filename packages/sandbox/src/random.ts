/**
 * Mixes integers into one 32-bit hash (MurmurHash3's mixing). Everything random here is derived from such a hash of the
 * seed and the ids concerned, never from a running sequence, so any part of the account can be made alone and lazily.
 */
export function hash(...parts: readonly number[]): number {
  let h = 0x2f6b41d3;
  for (const part of parts) {
    let k = Math.imul(part | 0, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A small, fast pseudo-random sequence (mulberry32). The same parts give the same sequence on every machine. */
export class Random {
  #state: number;

  constructor(...parts: readonly number[]) {
    this.#state = hash(...parts);
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. @throws RangeError when there are none */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Nothing to pick from.');
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** One of the values, by weight. Weights need not add up to one. @throws RangeError when there are none */
  weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): T {
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of entries) {
      rest -= weight;
      if (rest < 0) return value;
    }
    const last = entries.at(-1);
    if (last === undefined) throw new RangeError('Nothing to pick from.');
    return last[0];
  }

  /** A copy in random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  }

  /** Some of the items, without repetition, in the order in which they stand. */
  sample<T>(items: readonly T[], count: number): T[] {
    const chosen = new Set(this.shuffled(items.map((_, index) => index)).slice(0, count));
    return items.filter((_, index) => chosen.has(index));
  }
}

/** Folds any safe integer into the 32 bits that `hash` looks at, keeping seeds beyond 2^32 apart. */
export function foldSeed(seed: number): number {
  return hash(seed, Math.floor(seed / 4_294_967_296));
}
