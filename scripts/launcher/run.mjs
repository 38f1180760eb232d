import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { isatty } from 'node:tty';
import { LauncherError } from './launcher-error.mjs';
import { windowsCommand } from './windows-command.mjs';

/** @type {NodeJS.Signals[]} */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command without a shell and passes signals on to it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, stdio: import('node:child_process').StdioOptions,
 *   onOutput?: (text: string) => void }} options `onOutput` gets what comes through piped stdout and stderr
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended the command
 * @throws {LauncherError} the command could not be started (exit code 127: not found, 126: not executable)
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const { onOutput, ...spawnOptions } = options;
    const child =
      process.platform === 'win32'
        ? spawn(...windowsCommand(command, args, options))
        : spawn(command, args, spawnOptions);
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal === 'SIGINT' && ownsTerminal()) return;
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const settle = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.stdout?.setEncoding('utf8').on('data', (text) => onOutput?.(text));
    child.stderr?.setEncoding('utf8').on('data', (text) => onOutput?.(text));
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      settle();
      if (error.code === 'ENOENT') reject(new LauncherError(`${command} was not found.`, 127));
      else reject(new LauncherError(`${command} could not be started: ${error.message}`, 126));
    });
    child.on('close', (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Whether Ctrl-C has reached the command already: a terminal sends it to the whole foreground process group, and passed
 * on, the command would see it twice. A process in the background gets it from `kill` alone; ps marks the foreground `+`.
 */
function ownsTerminal() {
  if (![0, 1, 2].some((fd) => isatty(fd))) return false;
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' });
  return status !== 0 || stdout.includes('+');
}
