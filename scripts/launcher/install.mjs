import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { LauncherError } from './launcher-error.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

/**
 * Installs the locked dependencies unless they stand there already. What is installed is known from a stamp that is
 * written only after a complete installation: an interrupted one is done again.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @throws {LauncherError}
 */
export async function ensureInstalled(root, env) {
  const cache = join(root, 'node_modules', '.cache', 'dev');
  const stamp = join(cache, 'installed');
  const wanted = fingerprint(root);
  const upToDate = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && everyPackageIsLinked(root);
  if (upToDate()) return;

  mkdirSync(cache, { recursive: true });
  await withLock(join(cache, 'lock'), 'installs dependencies', async () => {
    if (upToDate()) return;
    rmSync(stamp, { force: true });
    const code = await run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], {
      cwd: root,
      // No question can be answered here.
      env: { ...env, CI: 'true', pnpm_config_update_notifier: 'false' },
      stdio: ['ignore', 2, 2],
    });
    if (code > 128) throw new LauncherError('', code);
    if (code !== 0) throw new LauncherError('the locked dependencies could not be installed (see above).', 1);
    mkdirSync(cache, { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

/**
 * What an installation depends on: a checkout shared between two systems is installed anew on each.
 * @param {string} root
 */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return `${hash.digest('hex')} ${process.platform} ${process.arch}\n`;
}

/** @param {string} root */
function everyPackageIsLinked(root) {
  const folders = ['apps', 'packages', 'examples']
    .map((group) => join(root, group))
    .filter((group) => existsSync(group))
    .flatMap((group) => readdirSync(group).map((name) => join(group, name)));
  return [...folders, join(root, 'scripts')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .every((folder) => existsSync(join(folder, 'node_modules')));
}
