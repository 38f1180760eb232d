import { delimiter, join } from 'node:path';
import process from 'node:process';

/** The export condition under which the workspace's packages resolve to their TypeScript sources. */
const SOURCE_CONDITION = '--conditions=@testio-mcp/source';

/**
 * The environment of everything that the launcher starts: the toolchain and the workspace's binaries first on PATH,
 * packages resolved to their sources (nothing has to be built), no telemetry, no update notices.
 * @param {string} root
 * @param {string[]} toolchainFolders
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(root, toolchainFolders) {
  const env = { ...process.env };
  const binaries = [join(root, 'node_modules', '.bin'), join(root, 'scripts', 'node_modules', '.bin')];
  const pathKey = pathKeyOf(env);
  env[pathKey] = [...binaries, ...toolchainFolders, env[pathKey] ?? ''].filter(Boolean).join(delimiter);
  const nodeOptions = env.NODE_OPTIONS ?? '';
  if (!nodeOptions.split(/\s+/).includes(SOURCE_CONDITION)) {
    env.NODE_OPTIONS = `${nodeOptions} ${SOURCE_CONDITION}`.trim();
  }
  // Any pnpm 11 will do: one that is not the pinned one would otherwise fetch that, at each start.
  env.pnpm_config_pm_on_fail = 'ignore';
  env.TURBO_TELEMETRY_DISABLED = '1';
  env.TURBO_NO_UPDATE_NOTIFIER = '1';
  env.NO_UPDATE_NOTIFIER = '1';
  return env;
}

/**
 * The folders on PATH, in order.
 * @returns {string[]}
 */
export function pathFolders() {
  return (process.env[pathKeyOf(process.env)] ?? '').split(delimiter).filter(Boolean);
}

/**
 * Windows calls it `Path`, and a plain copy of process.env is no longer case-insensitive.
 * @param {NodeJS.ProcessEnv} env
 */
function pathKeyOf(env) {
  return Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
}
