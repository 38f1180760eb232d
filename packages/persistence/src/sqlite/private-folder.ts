import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSystemError } from '@testio-mcp/domain';

/**
 * Makes a folder, and those above it that are missing, for the owner alone (0700), whatever the umask. What exists is left as
 * it is. Node's own recursive mkdir never ends where a folder cannot be made although the one above it exists, as in /proc.
 *
 * @throws the system's error when a folder cannot be made
 */
export function createPrivateFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      mkdirSync(at);
    } catch (thrown) {
      // Somebody else was quicker; what is no folder fails at the next step.
      if (isSystemError(thrown, 'EEXIST')) continue;
      throw thrown;
    }
    chmodSync(at, 0o700);
  }
}
