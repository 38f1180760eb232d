import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StdioServer } from './clients.ts';

/** How a client starts this program: absolute paths, because programs with windows have no PATH. */
export function ownCommand(args: readonly string[], env: StdioServer['env']): StdioServer {
  // Without the two dashes Node itself looks for the file of an --env-file first (nodejs/node#54232).
  const dashes = args.includes('--env-file') ? ['--'] : [];
  return { command: stablePath(process.execPath), args: [...conditions(), ...dashes, programFile(), ...args], env };
}

/** What of the command may be gone one day: what npx fetched lies in a cache, which npm empties at times. */
export function temporaryParts(): readonly ('program' | 'Node')[] {
  return [
    ...(isInCache(programFile()) ? ['program' as const] : []),
    ...(isInCache(process.execPath) ? ['Node' as const] : []),
  ];
}

function isInCache(file: string): boolean {
  return /[\\/]_npx[\\/]/.test(file);
}

/** As it was started, a link kept: an update replaces what the link leads to. */
function programFile(): string {
  return stablePath(resolve(process.argv[1] ?? ''));
}

/** Homebrew keeps each version in a folder of its own and removes it with the next one; the link in `opt` stays. */
export function stablePath(file: string): string {
  const linked = file.replace(/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/');
  return existsSync(linked) ? linked : file;
}

/** From sources, Node must be told to resolve the packages of this workspace to theirs. */
function conditions(): readonly string[] {
  return import.meta.url.endsWith('.ts') ? ['--conditions=@testio-mcp/source'] : [];
}
