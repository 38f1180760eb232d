import type { Constructor } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';

/** A step of the schema's history. The class is loaded only when it has to run. */
export interface MigrationEntry {
  /** What the store remembers. Sorted by its number; never changed once released. */
  readonly name: string;
  readonly load: () => Promise<Constructor<Migration>>;
}

/** Every migration, in the order in which they run. The only list: what is not here does not exist. */
export const migrations: readonly MigrationEntry[] = [
  { name: '001_first_light', load: async () => (await import('./001-first-light.ts')).FirstLight },
  { name: '002_search', load: async () => (await import('./002-search.ts')).Search },
  { name: '003_changes', load: async () => (await import('./003-changes.ts')).Changes },
  { name: '004_bug_counts', load: async () => (await import('./004-bug-counts.ts')).BugCounts },
  { name: '005_pseudonyms', load: async () => (await import('./005-pseudonyms.ts')).Pseudonyms },
  { name: '006_retention', load: async () => (await import('./006-retention.ts')).Retention },
  { name: '007_counted_bugs', load: async () => (await import('./007-counted-bugs.ts')).CountedBugs },
];
