import process from 'node:process';

/** What the product reads from the environment. Set on a developer's machine, it would change what a test sees. */
const SETTINGS =
  /^(TESTIO_.*|PLAYBOOK_.*|(ENABLED|DISABLED)_TOOLS|LOG_(LEVEL|FORMAT|FILE)|CACHE_TTL_SECONDS|MAX_CONCURRENT_API_REQUESTS|HTTP_TIMEOUT_SECONDS|SHUTDOWN_GRACE_PERIOD_SECONDS|(HTTPS?|NO|ALL)_PROXY)$/i;

const SOURCE_CONDITION = '--conditions=@testio-mcp/source';

/**
 * Makes an environment fit for tests: without settings of the product, and such that programs which tests start resolve
 * the workspace's packages to their sources, as the tests themselves do.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (SETTINGS.test(name)) delete env[name];
  }
  const options = env.NODE_OPTIONS ?? '';
  if (!options.includes(SOURCE_CONDITION)) env.NODE_OPTIONS = `${options} ${SOURCE_CONDITION}`.trim();
}

prepareEnvironment(process.env);
// A deprecated call of ours is an error that a test shows, not a line that nobody reads.
process.throwDeprecation = true;
