import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { environment } from './environment.mjs';
import { ensureInstalled } from './install.mjs';
import { LauncherError } from './launcher-error.mjs';
import { run } from './run.mjs';
import { findToolchain } from './toolchain.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one script of the root package.json, or any command after `exec`, with the pinned toolchain and the locked
 * dependencies. Writes nothing to stdout itself.
 * @param {string[]} args what stands behind `./dev`
 * @returns {Promise<number>} the exit code: the command's own, 2 for a usage error, 1 when the toolchain or the
 *   dependencies could not be had
 */
export async function main(args) {
  try {
    const plan = planOf(args);
    if (!plan) return 0;
    const folders = await findToolchain(ROOT);
    const env = environment(ROOT, folders);
    // pnpm itself is how a lock file that no longer fits is written anew.
    if (plan.command !== 'pnpm') await ensureInstalled(ROOT, env);
    return await run(plan.command, plan.args, { cwd: plan.cwd, env, stdio: 'inherit' });
  } catch (error) {
    if (!(error instanceof LauncherError)) throw error;
    if (error.message) process.stderr.write(`dev: ${error.message}\n`);
    return error.exitCode;
  }
}

/**
 * @param {string[]} args
 * @returns {{ command: string, args: string[], cwd: string } | undefined} undefined when only help was asked for
 */
function planOf(args) {
  const [name, ...rest] = args;
  const scripts = rootScripts();
  if (name === undefined) throw new LauncherError(usage(scripts), 2);
  if (name === '--help' || name === '-h') {
    process.stderr.write(`${usage(scripts)}\n`);
    return undefined;
  }
  if (name === 'exec') {
    const [command, ...commandArgs] = rest;
    if (!command) throw new LauncherError('exec needs a command: ./dev exec COMMAND [ARGS]', 2);
    return { command, args: commandArgs, cwd: process.cwd() };
  }
  const text = scripts.get(name);
  if (!text) throw new LauncherError(`there is no script "${name}".\n${usage(scripts)}`, 2);
  const [command = '', ...fixed] = plainWords(name, text);
  return { command, args: [...fixed, ...rest], cwd: ROOT };
}

/** @returns {Map<string, string>} */
function rootScripts() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return new Map(Object.entries(manifest.scripts));
}

/**
 * Splits a script into its words. No shell runs it, so that arguments need no quoting and signals reach the command
 * itself: a script that needs a shell is refused.
 * @param {string} name
 * @param {string} text
 */
export function plainWords(name, text) {
  if (!/^[\w@%+=:,./ -]+$/.test(text)) {
    throw new LauncherError(`script "${name}" needs a shell (${text}): make it a file under scripts/.`, 1);
  }
  return text.trim().split(/ +/);
}

/** @param {Map<string, string>} scripts */
function usage(scripts) {
  const width = Math.max(...[...scripts.keys()].map((name) => name.length));
  const lines = [...scripts].map(([name, text]) => `  ./dev ${name.padEnd(width)}  ${text}`);
  return ['usage: ./dev SCRIPT [ARGS] | ./dev exec COMMAND [ARGS]', ...lines].join('\n');
}
