import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** What decides where programs keep their files. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly homeDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** The names in a folder; none when it cannot be read. */
  list(folder: string): readonly string[];
}

/** The machine this program runs on. */
export function thisMachine(env: NodeJS.ProcessEnv, list: Machine['list']): Machine {
  return { platform: process.platform, homeDir: homedir(), env, list };
}

/** Joins a path as the machine writes it. */
export function pathOn({ platform }: Machine, ...parts: readonly string[]): string {
  return (platform === 'win32' ? win32 : posix).join(...parts);
}

/** Where programs with windows keep what belongs to the user. */
export function applicationFolder(machine: Machine): string {
  const { platform, homeDir, env } = machine;
  if (platform === 'darwin') return pathOn(machine, homeDir, 'Library', 'Application Support');
  if (platform === 'win32') return env.APPDATA || pathOn(machine, homeDir, 'AppData', 'Roaming');
  return env.XDG_CONFIG_HOME || pathOn(machine, homeDir, '.config');
}
