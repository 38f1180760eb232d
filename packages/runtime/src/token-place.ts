import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { readConfigFile } from './config-file.ts';
import { changeConfigFile, type SettingChanges, type WrittenConfig } from './config-writer.ts';
import { entryOf } from './keychain/entry.ts';
import { type KeychainOptions, keepSecret, systemKeychain } from './keychain/keychain.ts';
import { rememberToken } from './redaction.ts';
import type { Secret } from './secret.ts';
import { givenIn } from './setting-sources.ts';

/** Where a token is kept: in the configuration file, or in the keychain of the system with a mark in the file. */
export type TokenPlace = 'file' | 'keychain';

export interface WrittenToken extends WrittenConfig {
  /** Why a token that was in the keychain before is still there; null when none is. */
  readonly leftInKeychain: TestioError | null;
}

/** Somebody may have to open the keychain first. */
const PATIENCE_MS = 60_000;
/** Who only wants to know whether to offer it does not wait long. */
const GLANCE_MS = 3_000;

/** Where the token of this file is kept as the file says. */
export function tokenPlaceOf(file: string): TokenPlace {
  const variables = readConfigFile(file)?.variables ?? {};
  return givenIn(variables, 'tokenSource')?.toLowerCase() === 'keychain' ? 'keychain' : 'file';
}

/** Whether there is a keychain that could hold the token of this file, and that opens without asking anybody. */
export async function isKeychainThere(file: string, options: KeychainOptions = {}): Promise<boolean> {
  try {
    await systemKeychain({ patienceMs: GLANCE_MS, ...options }).read(entryOf(file));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a token to its place, with other settings of the same file. Into the keychain it goes first, and is read back; only then does the
 * file change, and no copy of it keeps the token that stood in there.
 *
 * @throws TestioError those of `changeConfigFile`, and of a keychain that cannot be written
 */
export async function writeTokenTo(
  place: TokenPlace,
  file: string,
  token: Secret,
  others: SettingChanges = {},
  options: KeychainOptions & { readonly backup?: boolean } = {},
): Promise<WrittenToken> {
  const { backup = false, ...around } = options;
  rememberToken(token);
  const before = tokenPlaceOf(file);
  const keychain = systemKeychain({ patienceMs: PATIENCE_MS, ...around });
  if (place === 'keychain') {
    await keepSecret(keychain, entryOf(file), token.reveal());
    const marked: SettingChanges = { ...others, token: null, tokenSource: 'keychain' };
    const written = await changeConfigFile(file, marked, { backup, leaveOut: 'token' });
    return { ...written, leftInKeychain: null };
  }
  const written = await changeConfigFile(file, { ...others, token: token.reveal(), tokenSource: null }, { backup });
  // Whoever cannot open the keychain any more must get away from it all the same.
  const left = before === 'keychain' ? await failureOf(keychain.remove(entryOf(file))) : null;
  return { ...written, leftInKeychain: left };
}

/**
 * Takes the token of a file away, wherever it is kept.
 *
 * @throws TestioError those of `changeConfigFile`, and of a keychain that cannot be opened
 */
export async function removeToken(file: string, options: KeychainOptions = {}): Promise<void> {
  const isInKeychain = tokenPlaceOf(file) === 'keychain';
  if (isInKeychain) await systemKeychain({ patienceMs: PATIENCE_MS, ...options }).remove(entryOf(file));
  await changeConfigFile(file, { token: null, ...(isInKeychain ? { tokenSource: null } : {}) });
}

async function failureOf(work: Promise<void>): Promise<TestioError | null> {
  try {
    await work;
    return null;
  } catch (thrown) {
    return toTestioError(thrown);
  }
}
