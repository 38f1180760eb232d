import { toTestioError } from '@testio-mcp/domain';
import type { Config } from '../config.ts';
import { entryOf } from '../keychain/entry.ts';
import { SETTING_NAMES, SETTINGS } from '../settings.ts';
import { hasToken, readToken, tokenFile } from '../token-access.ts';
import { programVersion } from '../version.ts';
import { type Found, failure, ok, warning } from './finding.ts';
import type { DoctorMachine } from './machine.ts';

const LEAST_NODE = [22, 19] as const;

/** Node runs the program; the database driver crashes on older versions. */
export function checkNode({ nodeVersion }: DoctorMachine): Found {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const what = `Node ${nodeVersion} runs testio-mcp ${programVersion()}.`;
  if (isNew) return ok(what);
  return failure(what, `It needs Node ${LEAST_NODE.join('.')} or newer.`, 'Install a newer Node from nodejs.org.');
}

/** SQLite comes with its driver, which must fit this machine. */
export async function checkSqlite({ loadPersistence }: DoctorMachine): Promise<Found> {
  try {
    const { sqliteVersion } = await loadPersistence();
    return ok(`SQLite ${sqliteVersion()} is loaded.`);
  } catch (thrown) {
    const why = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : 'unknown reason';
    return failure(
      'The database driver cannot be loaded.',
      `The installation is incomplete, or it was made for another machine or another Node: ${why}`,
      'npm install --global testio-mcp',
    );
  }
}

/** Where the configuration comes from. Values are not shown. */
export function checkConfig(config: Config): Found {
  const files = [config.customerFile, config.configFile].filter((file) => file !== null);
  const set = SETTING_NAMES.filter((name) => config.origins[name] !== 'default');
  const named = set.map((name) => `${SETTINGS[name].variable} (${config.origins[name]})`);
  const what = `The configuration is read from the environment, then ${files.join(', then ')}.`;
  const why = named.length === 0 ? 'Nothing is set: all values are defaults.' : `Set: ${named.join(', ')}.`;
  if (config.olderFile === null) return ok(what, why);
  return warning(
    `The configuration is that of the older product, ${config.olderFile}.`,
    `There is none of this one yet. ${why}`,
    'testio-mcp setup',
  );
}

/** The token, without which nothing can be asked of Test IO. */
export async function checkToken(config: Config): Promise<Found> {
  const { token, customerName, origins } = config;
  if (token !== null) return ok(`An API token is set (${origins.token}).`);
  if (hasToken(config)) return checkKeychain(config);
  const whose = customerName === null ? '' : ` for ${customerName}`;
  return failure(
    `No API token is set${whose}.`,
    `TESTIO_CUSTOMER_API_TOKEN stands neither in the environment nor in ${tokenFile(config)}. Questions are answered from the local copy alone.`,
    'testio-mcp setup',
  );
}

async function checkKeychain(config: Config): Promise<Found> {
  const entry = `entry ${entryOf(tokenFile(config)).name} of testio-mcp`;
  try {
    await readToken(config);
    return ok(`The API token is in the keychain of this system (${entry}), and can be read.`);
  } catch (thrown) {
    const { message, facts } = toTestioError(thrown);
    return failure(
      `The API token cannot be read from the keychain of this system (${entry}).`,
      message,
      facts.next ?? null,
    );
  }
}
