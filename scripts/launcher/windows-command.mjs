import { existsSync } from 'node:fs';
import { delimiter, extname, join } from 'node:path';
import process from 'node:process';

/**
 * How a command is started on Windows: programs directly, `.cmd` files (all of node_modules/.bin) through cmd.exe, which
 * is the only way to start them, with every argument quoted for it.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {[string, string[], import('node:child_process').SpawnOptions]}
 */
export function windowsCommand(command, args, options) {
  const file = findProgram(command, options.env ?? process.env);
  if (!/\.(cmd|bat)$/i.test(file)) return [file, args, options];
  const line = [quoteMeta(file), ...args.map(quoteArgument)].join(' ');
  const interpreter = process.env.comspec ?? 'cmd.exe';
  return [interpreter, ['/d', '/s', '/c', `"${line}"`], { ...options, windowsVerbatimArguments: true }];
}

/**
 * The file that a command's name stands for, or the name itself.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 */
function findProgram(command, env) {
  const path = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  const folders = /[\\/]/.test(command) ? [''] : path.split(delimiter).filter(Boolean);
  const endings = extname(command) ? [''] : ['.com', '.exe', '.bat', '.cmd'];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = join(folder, command + ending);
      if (existsSync(file)) return file;
    }
  }
  return command;
}

/**
 * Quotes one argument so that it comes out unchanged behind cmd.exe, the second cmd.exe that runs the `.cmd` file, and
 * the C runtime's own splitting: backslashes before quotes are doubled, then everything special gets a caret, twice.
 * @param {string} argument
 */
export function quoteArgument(argument) {
  const forRuntime = `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
  return quoteMeta(quoteMeta(forRuntime));
}

/** @param {string} text */
function quoteMeta(text) {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
}
