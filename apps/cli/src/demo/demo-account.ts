import { dirname, join } from 'node:path';
import { toIso } from '@testio-mcp/domain';
import { type Config, loadConfig, SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { type Sandbox, type Size, startSandbox } from '@testio-mcp/sandbox';
import { removeStore } from './demo-store.ts';

/** The same example company every time; what it did lately moves with the day. */
const SEED = 1;

/** What `--demo` commands work with: a typical customer. */
export const SHARED_SIZE = 'medium';

/** Settings of the user that hold in the demo too: they touch neither its data nor where they come from. */
const KEPT = [
  'reportsDir',
  'timeZone',
  'fiscalYearStart',
  'defaultPageSize',
  'shutdownGraceSeconds',
  'httpHost',
  'httpPort',
  'httpToken',
  'httpAllowedHosts',
  'httpAllowedOrigins',
  'logLevel',
  'logFormat',
  'logFile',
];

/** How to work with a store of the demo. */
export interface DemoSettings {
  readonly config: Config;
  /** The same as an environment, for a server that runs as a child process. */
  readonly env: NodeJS.ProcessEnv;
}

/** An account of seeded data, served by a sandbox inside this process, with a home folder of its own. */
export interface DemoAccount {
  readonly sandbox: Sandbox;
  /** The store that all `--demo` commands of a day share. It exists only once it is filled. */
  readonly shared: DemoSettings;
  /** A store that only this process knows, gone when the account is closed. */
  readonly own: DemoSettings;
  close(): Promise<void>;
}

/**
 * Starts the sandbox and points settings at it. Stores and reports go to `<home>/demo`; neither the user's store nor the
 * configuration file is looked at. The clock is the sandbox's, which TESTIO_NOW moves.
 *
 * @throws TestioError `invalid_configuration`
 */
export async function openDemoAccount(env: NodeJS.ProcessEnv, size: Size = SHARED_SIZE): Promise<DemoAccount> {
  const kept = demoEnvironment(env);
  const { now } = loadConfig({ env: { ...kept, TESTIO_NOW: env.TESTIO_NOW } });
  const sandbox = await startSandbox({ size, seed: SEED, ...(now === null ? {} : { now: toIso(now) }) });
  const shared = settings({
    ...kept,
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
    // Seed, size and day decide the data, so they name the store: what it holds is never out of date.
    TESTIO_CUSTOMER_NAME: `demo-${size}-${sandbox.now.slice(0, 19).replaceAll(':', '.')}`,
    TESTIO_NOW: sandbox.now,
    TESTIO_REFRESH_INTERVAL_SECONDS: '0',
  });
  const ownFile = join(dirname(shared.config.storeFile), `demo-process-${process.pid}.db`);
  const own = settings({ ...shared.env, TESTIO_DB_PATH: ownFile });
  return {
    sandbox,
    shared,
    own,
    async close() {
      await removeStore(ownFile);
      await sandbox.close();
    },
  };
}

function settings(env: NodeJS.ProcessEnv): DemoSettings {
  return { config: loadConfig({ env }), env };
}

/** The environment without the settings of the real account. */
function demoEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const dropped = new Set(
    SETTING_NAMES.filter((name) => !KEPT.includes(name)).map((name) => SETTINGS[name].variable.toLowerCase()),
  );
  const kept = Object.entries(env).filter(([variable]) => !dropped.has(variable.toLowerCase()));
  return { ...Object.fromEntries(kept), TESTIO_HOME: join(env.TESTIO_HOME?.trim() || '~/.testio-mcp', 'demo') };
}
