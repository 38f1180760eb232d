/** Changes to maps and sets that can be taken back, so that a list of edits is applied whole or not at all. */
export class Changes {
  readonly #undo: (() => void)[] = [];

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    const had = map.has(key);
    map.set(key, value);
    this.#undo.push(() => {
      if (had) map.set(key, before as V);
      else map.delete(key);
    });
  }

  drop<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key);
    if (!map.delete(key)) return;
    this.#undo.push(() => map.set(key, before as V));
  }

  include<T>(set: Set<T>, value: T): void {
    if (set.has(value)) return;
    set.add(value);
    this.#undo.push(() => set.delete(value));
  }

  exclude<T>(set: Set<T>, value: T): void {
    if (set.delete(value)) this.#undo.push(() => set.add(value));
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo.length = 0;
  }
}
