import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cancelled, DAY_MS, TestioError } from '@testio-mcp/domain';
import { openRuntime } from '@testio-mcp/runtime';
import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import { commandLogger } from '../command-logger.ts';
import type { Output } from '../output.ts';
import { progressView } from '../progress.ts';
import type { DemoAccount } from './demo-account.ts';

/** Fills the store that `--demo` commands share, if none of them did so before: once is enough, its data cannot change. */
export async function fillSharedStore(account: DemoAccount, output: Output, signal: AbortSignal): Promise<void> {
  if (existsSync(account.shared.config.storeFile)) return;
  await fillOwnStore(account, output, signal);
  await shareOwnStore(account);
}

/**
 * Fills the account's own store, as a user's first sync would.
 *
 * @throws TestioError `cancelled`, `demo_sync_failed`
 */
export async function fillOwnStore(account: DemoAccount, output: Output, signal: AbortSignal): Promise<SyncRunRecord> {
  const { config } = account.own;
  const runtime = await openRuntime(config, { logger: await commandLogger(config) });
  const progress = progressView({ silent: output.quiet || output.json });
  try {
    const record = await runtime.sync({ trigger: 'demo', signal, onProgress: progress.update });
    if (record.status === 'cancelled') throw cancelled();
    if (record.status !== 'failed') return record;
    throw new TestioError({
      kind: 'internal',
      code: 'demo_sync_failed',
      message: `The sync of the demo failed${record.error === null ? '.' : `: ${record.error.message}`}`,
    });
  } finally {
    progress.close();
    await runtime.close();
  }
}

/**
 * Makes the account's own store, filled and closed, the shared one, unless another command was faster. Moving it at the
 * end means that nobody ever finds it half filled.
 */
export async function shareOwnStore(account: DemoAccount): Promise<void> {
  const shared = account.shared.config.storeFile;
  if (!existsSync(shared)) await rename(account.own.config.storeFile, shared);
  await removeOldStores(dirname(shared));
}

/** Removes a store with the files that SQLite keeps beside it. */
export async function removeStore(file: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(file + suffix, { force: true })));
}

/** Stores of earlier days, and those of processes that were killed. */
async function removeOldStores(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('demo-')).map((name) => join(folder, name));
  const removals = files.map(async (file) => {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > DAY_MS) await rm(file);
  });
  // On Windows a store that is still in use cannot be removed; a later day does it.
  await Promise.allSettled(removals);
}
