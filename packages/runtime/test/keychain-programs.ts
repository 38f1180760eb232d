import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./programs/keychain-program.ts', import.meta.url));

/** Puts programs into a folder that stand in for those of the system's keychain. */
export function keychainPrograms(folder: string) {
  const state = join(folder, 'state');
  mkdirSync(state, { recursive: true });
  for (const name of ['secret-tool', 'security', 'powershell.exe']) {
    const script = join(folder, name);
    writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' '${name}' '${state}' "$@"\n`);
    chmodSync(script, 0o700);
  }
  const calls = join(state, 'calls.jsonl');
  return {
    folder,
    /** How they are from now on: open, locked, hangs, absent, forgets. */
    be: (mode: 'open' | 'locked' | 'hangs' | 'absent' | 'forgets'): void => writeFileSync(join(state, 'mode'), mode),
    /** What could be seen of their calls: arguments and environments. */
    seen: (): string => (existsSync(calls) ? readFileSync(calls, 'utf8') : ''),
    entries: (): Record<string, string> =>
      JSON.parse(existsSync(join(state, 'entries.json')) ? readFileSync(join(state, 'entries.json'), 'utf8') : '{}'),
  };
}
