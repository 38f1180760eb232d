import { subscribe } from 'node:diagnostics_channel';
import process from 'node:process';

/** What a process has open that does not end by itself: counts by name, those that are not 0. */
export interface OpenThings {
  read(): Record<string, number>;
}

/** Handles that keep a process alive: servers that listen, and programs that were started. */
const HANDLES: ReadonlyMap<string, string> = new Map([
  ['TCPServerWrap', 'server'],
  ['ProcessWrap', 'child process'],
]);

/** Counts, from now on, the stores and units of work that were begun and have not ended; and the handles that are open. */
export function watchOpenThings(): OpenThings {
  const counts = new Map<string, number>();
  subscribe('testio-mcp:store', (message) => {
    const { what, change } = message as { readonly what: string; readonly change: number };
    counts.set(what, (counts.get(what) ?? 0) + change);
  });
  return {
    read() {
      const found = new Map(counts);
      for (const resource of process.getActiveResourcesInfo()) {
        const name = HANDLES.get(resource);
        if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
      }
      return Object.fromEntries([...found].filter(([, count]) => count !== 0));
    },
  };
}
