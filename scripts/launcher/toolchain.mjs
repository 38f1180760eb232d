import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { pathFolders } from './environment.mjs';
import { LauncherError } from './launcher-error.mjs';
import { run } from './run.mjs';

/** The Node that is fetched when PATH has none that is new enough. */
const NODE_VERSION = '24.21.0';
/** The oldest Node that runs the product, `engines` of every package.json. */
const OLDEST_NODE = [22, 19];

/**
 * Finds Node and pnpm: those on PATH when they are new enough, else pinned versions from the npm registry through npx,
 * which keeps them in npm's own cache.
 * @param {string} root
 * @returns {Promise<string[]>} the folders that have to stand first on PATH
 * @throws {LauncherError}
 */
export async function findToolchain(root) {
  const pnpm = pinnedPnpm(root);
  const nodeFits = isNewEnough(process.versions.node);
  const missing = nodeFits ? [] : [`node@${NODE_VERSION}`];
  // pnpm itself needs a Node that is new enough; the one from PATH is run by whatever Node comes first there.
  if (pnpmOnPath() !== pnpm.major) missing.push(`pnpm@${pnpm.version}`);
  const folders = missing.length > 0 ? [await fetchedFolder(root, missing)] : [];
  return nodeFits && !isFirstOnPath(process.execPath) ? [...folders, dirname(process.execPath)] : folders;
}

/** @param {string} root */
function pinnedPnpm(root) {
  /** @type {{ packageManager: string }} */
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = packageManager.replace(/^pnpm@/, '');
  return { version, major: Number.parseInt(version, 10) };
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * The major version of the pnpm that PATH finds first, read from its package.json: starting it takes half a second.
 * @returns {number | undefined} undefined when there is none, or when it does not say what it is
 */
function pnpmOnPath() {
  const name = process.platform === 'win32' ? 'pnpm.cmd' : 'pnpm';
  const folder = pathFolders().find((candidate) => existsSync(join(candidate, name)));
  if (!folder) return undefined;
  const file = realpathSync(join(folder, name));
  const manifests = [
    join(dirname(file), '..', 'package.json'),
    join(dirname(file), 'package.json'),
    join(folder, 'node_modules', 'pnpm', 'package.json'),
  ];
  for (const manifest of manifests) {
    if (!existsSync(manifest)) continue;
    const { name: packageName, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (packageName === 'pnpm') return Number.parseInt(version, 10);
  }
  return undefined;
}

/** @param {string} program */
function isFirstOnPath(program) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const first = pathFolders().find((folder) => existsSync(join(folder, name)));
  return first !== undefined && realpathSync(join(first, name)) === realpathSync(program);
}

/**
 * The folder that holds the given packages' binaries. npx is asked once (half a second); where it put them is kept.
 * @param {string} root
 * @param {string[]} packages
 */
async function fetchedFolder(root, packages) {
  const cache = join(root, 'node_modules', '.cache', 'dev');
  const record = join(cache, `toolchain-${[...packages, process.platform, process.arch].join('-')}`);
  const known = existsSync(record) ? readFileSync(record, 'utf8') : '';
  if (known && holds(known, packages)) return known;

  process.stderr.write(`dev: fetching ${packages.join(' and ')} from the npm registry, once\n`);
  const folder = await askNpx(root, packages);
  mkdirSync(cache, { recursive: true });
  writeFileSync(record, folder);
  return folder;
}

/**
 * @param {string} folder
 * @param {string[]} packages
 */
function holds(folder, packages) {
  return packages.every((name) => existsSync(binary(folder, name)));
}

/**
 * @param {string} folder
 * @param {string} packageName `name@version`
 */
function binary(folder, packageName) {
  const name = packageName.replace(/@.*/, '');
  if (process.platform !== 'win32') return join(folder, name);
  return join(folder, `${name}.cmd`);
}

/**
 * @param {string} root
 * @param {string[]} packages
 * @returns {Promise<string>}
 */
async function askNpx(root, packages) {
  let output = '';
  const quiet = ['--loglevel=error', '--no-update-notifier', '--no-fund', '--no-audit'];
  const wanted = packages.flatMap((name) => ['-p', name]);
  // The words of the inner command need no quotes in any shell. Its PATH begins with the folder in question.
  const code = await run('npx', ['-y', ...quiet, ...wanted, '-c', 'node -p process.env.PATH'], {
    cwd: root,
    env: { ...process.env, npm_config_engine_strict: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    onOutput: (text) => {
      output += text;
    },
  }).catch((error) => {
    throw new LauncherError(`${error.message} Install npm, or put Node ${OLDEST_NODE.join('.')} and pnpm on PATH.`, 1);
  });
  if (code > 128) throw new LauncherError('', code);
  if (code !== 0) throw new LauncherError(`npx could not fetch ${packages.join(' and ')}:\n${output.trim()}`, 1);

  // What npx has put before our own PATH: the folder of the packages, beside node_modules/.bin of where it ran.
  const own = new Set(pathFolders());
  const path = output.trim().split('\n').at(-1) ?? '';
  const added = path.split(delimiter).filter((entry) => entry && !own.has(entry));
  const folder = added.find((entry) => holds(entry, packages));
  const wantsNode = packages.some((name) => name.startsWith('node@'));
  if (wantsNode && (folder ? !startsNode(folder) : added.some((entry) => existsSync(entry)))) {
    forgetFetched(added);
    throw new LauncherError(
      `npx fetched node@${NODE_VERSION}, but it has no binary. Its install script puts it there, and npm's setting ignore-scripts keeps scripts from running. Run this once with npm_config_ignore_scripts=false, or put Node ${OLDEST_NODE.join('.')} or newer on PATH.`,
      1,
    );
  }
  if (!folder) throw new LauncherError(`npx fetched ${packages.join(' and ')}, but not where PATH would find it.`, 1);
  return folder;
}

/**
 * Removes what npx fetched from npm's cache. npx would take it for complete ever after, whatever the settings.
 * @param {string[]} folders
 */
function forgetFetched(folders) {
  for (const folder of folders) {
    const [, fetched] = /^(.*[\\/]_npx[\\/][0-9a-f]+)[\\/]node_modules[\\/]\.bin$/.exec(folder) ?? [];
    if (fetched) rmSync(fetched, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function startsNode(folder) {
  const { stdout } = spawnSync(binary(folder, 'node'), ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return stdout?.trim() === `v${NODE_VERSION}`;
}
