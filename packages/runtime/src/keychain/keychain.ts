import { TestioError } from '@testio-mcp/domain';
import type { Entry, Keychain } from './entry.ts';
import { macKeychain } from './mac-keychain.ts';
import { type Surroundings, unavailable } from './run-program.ts';
import { secretService } from './secret-service.ts';
import { windowsProtectedFile } from './windows-protected-file.ts';

export type KeychainOptions = Partial<Surroundings>;

/** How long a server, or who only looks, waits for a keychain that asks for its password. */
const PATIENCE_MS = 8_000;

/** Where the programs stand on any machine that has them. */
const FOLDERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['/usr/bin'],
  linux: ['/usr/bin', '/usr/local/bin', '/run/current-system/sw/bin'],
};

/** The keychain of this system, asked by the system's own programs. */
export function systemKeychain(options: KeychainOptions = {}): Keychain {
  const { env = process.env, platform = process.platform, patienceMs = PATIENCE_MS, signal } = options;
  const folders = options.folders ?? (platform === 'win32' ? [powerShellFolder(env)] : (FOLDERS[platform] ?? []));
  const around: Surroundings = { env, platform, folders, patienceMs, signal };
  switch (platform) {
    case 'darwin':
      return macKeychain(around);
    case 'win32':
      return windowsProtectedFile(around);
    case 'linux':
      return secretService(around);
    default:
      return NONE;
  }
}

const NONE: Keychain = {
  read: () => Promise.reject(unavailable()),
  write: () => Promise.reject(unavailable()),
  remove: () => Promise.reject(unavailable()),
};

function powerShellFolder({ SystemRoot: root = 'C:\\Windows' }: NodeJS.ProcessEnv): string {
  return `${root}\\System32\\WindowsPowerShell\\v1.0`;
}

/**
 * Writes a secret and looks whether it can be read again: what these programs answer differs between versions.
 *
 * @throws TestioError `keychain_not_written` and what the keychain throws
 */
export async function keepSecret(keychain: Keychain, entry: Entry, secret: string): Promise<void> {
  await keychain.write(entry, secret);
  if ((await keychain.read(entry)) === secret) return;
  throw new TestioError({
    kind: 'configuration',
    code: 'keychain_not_written',
    message: 'The keychain of this system did not take the token.',
    next: 'Keep it in the file: testio-mcp setup --token-only --no-keychain. Nothing was changed there.',
  });
}
