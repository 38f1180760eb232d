/** What results may take together. */
export interface Most {
  readonly results: number;
  readonly bytes: number;
}

interface Entry<T> {
  readonly value: T;
  bytes: number;
}

/** Results that are kept by key, in bounds. Those that were not used for the longest time go first. */
export class RecentlyUsed<T> {
  readonly #most: Most;
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;

  constructor(most: Most) {
    this.#most = most;
  }

  /** What is kept under a key, which counts as a use of it. */
  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /**
   * Keeps something that is being made, unless that fails.
   *
   * @param made what it holds once it is made: its size is not known earlier
   */
  keep(key: string, value: T, made: Promise<unknown>): void {
    this.#forget(key);
    const entry: Entry<T> = { value, bytes: 0 };
    this.#entries.set(key, entry);
    this.#grow(entry, roughBytes(key));
    const isKept = () => this.#entries.get(key) === entry;
    made.then(
      (result) => {
        if (isKept()) this.#grow(entry, roughBytes(result));
      },
      () => {
        if (isKept()) this.#forget(key);
      },
    );
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  #grow(entry: Entry<T>, bytes: number): void {
    entry.bytes += bytes;
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most.results && this.#bytes <= this.#most.bytes) return;
      this.#forget(oldest);
    }
  }
}

/** What a value takes in memory, as far as bounds need to know it. The names of members are shared by all objects that have them. */
function roughBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const members = value instanceof Map ? [...value].flat() : Object.values(value);
  return members.reduce<number>((sum, member) => sum + roughBytes(member), 16);
}
