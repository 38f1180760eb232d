import { accessSync, chmodSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config.ts';
import { serverLogFile } from '../log-file.ts';
import { type Found, failure, ok, skipped, warning } from './finding.ts';
import { type DoctorMachine, nearestExisting } from './machine.ts';

const OTHERS = 0o077;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Whether others on this machine may read the configuration, the store or the log, and whether we may write them.
 *
 * @param fix take the rights of others away
 */
export function checkPermissions(config: Config, { platform }: DoctorMachine, fix: boolean): Found[] {
  const logFile = serverLogFile(config);
  const paths = [
    config.home,
    // The folder of a LOG_FILE may be one for everybody, such as /var/log.
    config.logFile === null ? dirname(logFile) : null,
    config.configFile,
    config.customerFile,
    config.storeFile,
    `${config.storeFile}-wal`,
    logFile,
  ].filter((path) => path !== null);
  const found = [...new Set(paths)].filter((path) => existsSync(path)).flatMap((path) => inspect(path, fix, platform));
  const { home } = config;
  if (existsSync(home) && !statSync(home).isDirectory()) {
    return [
      failure(
        `${home} is no folder.`,
        'It should hold the configuration, the stores and the log.',
        'Move it away, or set TESTIO_HOME.',
      ),
    ];
  }
  if (found.length > 0) return found;
  if (!existsSync(home)) return [ok(`The folder ${home} is made when it is needed.`)];
  if (platform === 'win32') return [skipped('Who may read files is not looked at on Windows.')];
  return [ok('Configuration, store and log are readable for you alone.')];
}

function inspect(path: string, fix: boolean, platform: NodeJS.Platform): Found[] {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    return [
      failure(
        `You may not read and write ${path}.`,
        'It belongs to somebody else, or was made read-only.',
        `Give yourself the right to: chmod u+rw ${quoted(path)}`,
      ),
    ];
  }
  if (platform === 'win32') return [];
  const facts = statSync(path);
  if ((facts.mode & OTHERS) === 0 || isSharedFolder(facts)) return [];
  const mode = facts.isDirectory() ? PRIVATE_FOLDER : PRIVATE_FILE;
  const was = (facts.mode & 0o777).toString(8);
  if (!fix) {
    return [
      warning(
        `Others on this machine may use ${path} (${was}).`,
        'It holds customer data or a token.',
        'testio-mcp doctor --fix',
      ),
    ];
  }
  try {
    chmodSync(path, mode);
    return [ok(`Mended: ${path} is for you alone now (was ${was}).`)];
  } catch {
    return [
      failure(
        `The rights of ${path} (${was}) could not be changed.`,
        'It belongs to somebody else.',
        `As its owner: chmod ${mode.toString(8)} ${quoted(path)}`,
      ),
    ];
  }
}

/** A folder such as /tmp is not ours to close. */
function isSharedFolder(facts: { isDirectory(): boolean; readonly mode: number }): boolean {
  return facts.isDirectory() && (facts.mode & 0o1000) !== 0;
}

/** Whether the log file of the server can be written. */
export function checkLog(config: Config): Found {
  const file = serverLogFile(config);
  const at = nearestExisting(file);
  const remedy = 'Set LOG_FILE to a path in a folder that you may write to.';
  if (at !== file && !statSync(at).isDirectory()) {
    return warning(`The log file ${file} cannot be written.`, `${at} is no folder.`, remedy);
  }
  if (at === file && !statSync(at).isFile()) return warning(`The log file ${file} is no file.`, null, remedy);
  try {
    accessSync(at, constants.W_OK);
    return ok(`The server writes its log to ${file}.`);
  } catch {
    return warning(`The log file ${file} cannot be written.`, `You may not write to ${at}.`, remedy);
  }
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
