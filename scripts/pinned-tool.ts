import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

/** npm is asked for a download of a hundred megabytes at most. */
const FETCH_MS = 8 * 60_000;
const QUIET = ['--loglevel=error', '--no-update-notifier', '--no-fund', '--no-audit'];

/** A tool that is not installed with the workspace: an exact version of a package, and the program of it that is meant. */
export interface PinnedTool {
  readonly packageName: string;
  readonly version: string;
  readonly program: string;
}

/**
 * The path of the tool's program. npx fetches the package into npm's own cache unless it is there, as it does for the toolchain
 * of the launcher. Starting the program directly saves npx's time on every further start.
 */
export async function findTool({ packageName, version, program }: PinnedTool): Promise<string> {
  const wanted = `${packageName}@${version}`;
  // The PATH of the inner command begins with the folder in question.
  const { stdout } = await promisify(execFile)(
    'npx',
    ['-y', ...QUIET, '-p', wanted, '-c', 'node -p process.env.PATH'],
    { timeout: FETCH_MS, env: { ...process.env, npm_config_engine_strict: 'false' } },
  );
  const folder = stdout
    .trim()
    .split(delimiter)
    .find((candidate) => candidate.includes('_npx') && existsSync(join(candidate, program)));
  if (folder === undefined) throw new Error(`npx fetched ${wanted}, but not where PATH would find ${program}.`);
  return join(folder, program);
}
