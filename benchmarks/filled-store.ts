import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCommand, startSandbox } from './processes.ts';
import { countTests, storeFile } from './store-file.ts';
import type { SandboxCounts, SandboxIds } from './wire.ts';

export const SIZES = ['small', 'medium', 'large'] as const;
export type Size = (typeof SIZES)[number];

/** A home whose store a sync has filled. The sandbox that it came from is gone. */
export interface FilledStore {
  readonly size: Size;
  readonly home: string;
  readonly file: string;
  readonly counts: SandboxCounts['counts'];
  readonly ids: SandboxIds['ids'];
}

/** Fills a store of each size, one after the other, and removes them after `work`. Large takes more than a minute. */
export async function withFilledStores<T>(
  sizes: readonly Size[],
  work: (stores: ReadonlyMap<Size, FilledStore>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'testio-benchmark-'));
  try {
    const stores = new Map<Size, FilledStore>();
    for (const size of sizes) stores.set(size, await filledStore(size, join(folder, size)));
    return await work(stores);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How often a store is synced until it holds all tests. */
const MOST_SYNCS = 3;

async function filledStore(size: Size, home: string): Promise<FilledStore> {
  const sandbox = await startSandbox(['--size', size]);
  try {
    const { counts, ids } = await sandbox.control<SandboxCounts & SandboxIds>('state');
    // On a machine that is busy with other things a part of a large account may not come in time; the next sync reads it.
    for (let left = MOST_SYNCS; countTests(home) < counts.tests; left -= 1) {
      if (left === 0) throw new Error(`${MOST_SYNCS} syncs did not fill a store of size ${size}.`);
      await measureCommand(sandbox, home, ['sync', '--json']);
    }
    return { size, home, file: storeFile(home), counts, ids };
  } finally {
    await sandbox.stop();
  }
}
