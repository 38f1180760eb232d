import { accessSync, constants, statfsSync } from 'node:fs';
import process from 'node:process';
import { expect } from 'vitest';

/** What the product reads from the environment. Set on a developer's machine, it would change what a test sees. */
const SETTINGS =
  /^(TESTIO_.*|PLAYBOOK_.*|(ENABLED|DISABLED)_TOOLS|LOG_(LEVEL|FORMAT|FILE)|CACHE_TTL_SECONDS|MAX_CONCURRENT_API_REQUESTS|HTTP_TIMEOUT_SECONDS|SHUTDOWN_GRACE_PERIOD_SECONDS|(HTTPS?|NO|ALL)_PROXY)$/i;

const SOURCE_CONDITION = '--conditions=@testio-mcp/source';

/**
 * Makes an environment fit for tests: without settings of the product, and such that programs which tests start resolve
 * the workspace's packages to their sources, as the tests themselves do.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (SETTINGS.test(name)) delete env[name];
  }
  const options = env.NODE_OPTIONS ?? '';
  if (!options.includes(SOURCE_CONDITION)) env.NODE_OPTIONS = `${options} ${SOURCE_CONDITION}`.trim();
}

/** Linux keeps what is written here in memory. */
const MEMORY_FOLDER = '/dev/shm';
/** Many times what quick tests have in files at once. Containers often have less than that. */
const ENOUGH_BYTES = 1_000_000_000;

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/**
 * Where a test makes its temporary folders: in memory if it is a quick one, because a disk takes longer to delete a small store than the
 * test to use it. What is about disks, kills and several processes (integration, black-box) keeps the folder of the machine.
 */
export function temporaryFolder(
  testFile: string,
  ofMachine: string | undefined,
  inMemory = MEMORY_FOLDER,
): string | undefined {
  const quick = !/[\\/]test[\\/](integration|black-box|pages)[\\/]/.test(testFile);
  return quick && hasRoom(inMemory) ? inMemory : ofMachine;
}

prepareEnvironment(process.env);
// Files share one process: what the machine says is kept for the next one.
const shared = globalThis as typeof globalThis & { testioTemporaryFolder?: { readonly ofMachine: string | undefined } };
shared.testioTemporaryFolder ??= { ofMachine: process.env.TMPDIR };
const folder = temporaryFolder(expect.getState().testPath ?? '', shared.testioTemporaryFolder.ofMachine);
if (folder === undefined) delete process.env.TMPDIR;
else process.env.TMPDIR = folder;
// A deprecated call of ours is an error that a test shows, not a line that nobody reads.
process.throwDeprecation = true;
