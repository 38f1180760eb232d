import process from 'node:process';

// What the product reads from the environment (docs: configuration): set on a developer's machine, it would change what
// a test sees.
const SETTINGS =
  /^(TESTIO_.*|PLAYBOOK_.*|(ENABLED|DISABLED)_TOOLS|LOG_(LEVEL|FORMAT|FILE)|CACHE_TTL_SECONDS|MAX_CONCURRENT_API_REQUESTS|HTTP_TIMEOUT_SECONDS|SHUTDOWN_GRACE_PERIOD_SECONDS|(HTTPS?|NO|ALL)_PROXY)$/i;

for (const name of Object.keys(process.env)) {
  if (SETTINGS.test(name)) delete process.env[name];
}

// Programs that tests start resolve the workspace's packages to their sources, as the tests themselves do.
const SOURCE_CONDITION = '--conditions=@testio-mcp/source';
const options = process.env.NODE_OPTIONS ?? '';
if (!options.includes(SOURCE_CONDITION)) process.env.NODE_OPTIONS = `${options} ${SOURCE_CONDITION}`.trim();
