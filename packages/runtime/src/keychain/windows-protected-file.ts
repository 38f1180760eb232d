import { readFile, rm } from 'node:fs/promises';
import { isSystemError, TestioError } from '@testio-mcp/domain';
import { replaceFile } from '../whole-file.ts';
import type { Entry, Keychain } from './entry.ts';
import { runProgram, type Surroundings } from './run-program.ts';

const PROGRAM = 'powershell.exe';
const PROTECT =
  "$ErrorActionPreference = 'Stop'; $input | ConvertTo-SecureString -AsPlainText -Force | ConvertFrom-SecureString";
const OPEN =
  "$ErrorActionPreference = 'Stop'; $secret = $input | ConvertTo-SecureString; (New-Object System.Management.Automation.PSCredential 'token', $secret).GetNetworkCredential().Password";

/**
 * A file beside the configuration that Windows (DPAPI) opens for this user on this machine alone. Not the Credential Manager: PowerShell
 * reaches that only by code that company policies forbid, and the password vault sends its entries to other machines.
 */
export function windowsProtectedFile(around: Surroundings): Keychain {
  const run = async (script: string, input: string): Promise<string> => {
    const args = ['-NoProfile', '-NonInteractive', '-Command', script];
    const { code, stdout } = await runProgram(PROGRAM, args, `${input}\n`, around);
    if (code !== 0 || stdout.trim() === '') throw notOpened();
    return stdout.trim();
  };
  return {
    async read(entry) {
      const text = await protectedText(entry);
      return text === null ? null : run(OPEN, text);
    },
    async write(entry, secret) {
      await replaceFile(protectedFile(entry), `${await run(PROTECT, secret)}\n`);
    },
    remove: (entry) => rm(protectedFile(entry), { force: true }),
  };
}

function protectedFile({ file }: Entry): string {
  return `${file}.token`;
}

async function protectedText(entry: Entry): Promise<string | null> {
  try {
    return (await readFile(protectedFile(entry), 'utf8')).trim();
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    throw thrown;
  }
}

function notOpened(): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'keychain_unavailable',
    message:
      'Windows does not protect or open the token: it was protected by another user or on another machine, or PowerShell is not allowed here.',
    next: 'Give the token anew: testio-mcp setup --token-only, with --no-keychain to keep it in the file.',
  });
}
