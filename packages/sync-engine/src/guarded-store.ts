import type { Store, WriteScope } from '@testio-mcp/persistence';

/** The same store, but every write first does this, in its own transaction. What it throws keeps the write from being done. */
export function guardedStore(store: Store, guard: (scope: WriteScope) => Promise<void>): Store {
  return {
    file: store.file,
    get unitsInFlight() {
      return store.unitsInFlight;
    },
    read: (work) => store.read(work),
    write: (work) =>
      store.write(async (scope) => {
        await guard(scope);
        return work(scope);
      }),
    version: () => store.version(),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
  };
}
