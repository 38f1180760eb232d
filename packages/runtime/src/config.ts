import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { type ConfigFile, readConfigFile, requireConfigFile } from './config-file.ts';
import {
  commonConfigFile,
  customerConfigFile,
  customerReportsFolder,
  customersWithFile,
  olderConfigFile,
} from './config-layout.ts';
import { conflicts, invalidConfiguration } from './config-mistakes.ts';
import { type CustomerChoice, chooseCustomer, unknownCustomer } from './customer-choice.ts';
import { olderVariables, readOlderConfig } from './older-config.ts';
import type { Secret } from './secret.ts';
import { type Flags, givenIn, type Origin, parseSettings, takeValues, type Variables } from './setting-sources.ts';
import type { SettingName, SettingValues } from './settings.ts';

export interface ConfigSources {
  readonly env: NodeJS.ProcessEnv;
  /** Values from the command line, by setting; they win over everything. */
  readonly flags?: Flags | undefined;
  /** The one configuration file that is read, which must exist, instead of those in the home folder. */
  readonly envFile?: string | undefined;
  /** Relative paths start here; the working folder when absent. */
  readonly cwd?: string | undefined;
  /** What `~` stands for; the user's home folder when absent. */
  readonly homeDir?: string | undefined;
}

/** The effective configuration for one customer. Safe to print: secrets show as a placeholder. All paths are absolute. */
export interface Config extends Omit<SettingValues, 'home' | 'reportsDir' | 'dbPath' | 'logFile'> {
  readonly home: string;
  readonly reportsDir: string;
  readonly logFile: string | null;
  /** Name of the customer as it stands in the store's file name; null when none is set. */
  readonly customer: string | null;
  readonly storeFile: string;
  /** The common configuration file, whether it exists or not. */
  readonly configFile: string;
  /** The customer's own file; null when it has none. */
  readonly customerFile: string | null;
  /** The configuration of the older product, if that was read for want of one of ours. */
  readonly olderFile: string | null;
  /** Where each value came from. */
  readonly origins: Readonly<Record<SettingName, Origin>>;
}

/** The configurations of all customers that this one program knows. */
export interface Customers {
  /** Name of the customer that is asked about unless a question says another one; `default` when it has none. */
  readonly selected: string;
  /** All that are configured, the selected one among them, sorted. */
  readonly names: readonly string[];
  /**
   * The effective configuration for one of them.
   *
   * @throws TestioError `unknown_customer`, `invalid_configuration`, `config_file_unreadable`
   */
  config(name: string): Config;
}

/**
 * Puts the configuration of the selected customer together: flags win over the environment, the environment over the customer's
 * file, that over the common configuration file, and this over the defaults. Nothing is written.
 *
 * @throws TestioError `invalid_configuration`, which names every bad value at once; `config_file_unreadable`; `unknown_customer`;
 * `customer_not_chosen`
 */
export function loadConfig(sources: ConfigSources): Config {
  const customers = loadCustomers(sources);
  return customers.config(customers.selected);
}

/**
 * Finds out which customers are configured and which one is selected. The values of each are judged when they are asked for.
 *
 * @throws TestioError `config_file_unreadable`, `unknown_customer`, `customer_not_chosen`
 */
export function loadCustomers(sources: ConfigSources): Customers {
  const places = findPlaces(sources);
  const { file, older } = places;
  const customers = places.isNamed ? [] : customersWithFile(places.home);
  const choice = chooseCustomer({
    flags: sources.flags ?? {},
    environment: sources.env,
    file: file.variables,
    older: older?.variables ?? {},
    customers,
  });
  return {
    selected: choice.selected,
    names: choice.configured,
    config(name) {
      if (!choice.configured.includes(name)) throw unknownCustomer(name, choice.configured);
      const ownFile = customers.includes(name) ? customerConfigFile(places.home, name) : null;
      return configOf(name, { places, choice, ownFile });
    },
  };
}

/** Where the configuration lies, and what stands in the files that hold for all. */
interface Places {
  readonly home: string;
  readonly configFile: string;
  /** Whether --env-file named the one file that counts. */
  readonly isNamed: boolean;
  readonly file: ConfigFile;
  readonly older: { readonly file: string; readonly variables: Variables } | null;
  readonly absolute: (path: string) => string;
}

const NOTHING: ConfigFile = { variables: {}, problems: [] };

function findPlaces(sources: ConfigSources): Places {
  const homeDir = sources.homeDir ?? homedir();
  const cwd = sources.cwd ?? process.cwd();
  const absolute = (path: string): string => resolve(cwd, path.replace(/^~(?=$|[/\\])/, homeDir));
  const named = sources.envFile?.trim() ? absolute(sources.envFile.trim()) : null;
  const namedFile = named === null ? NOTHING : requireConfigFile(named);
  // The folder decides which files are read, so it is looked for before they can say anything.
  const said = { flags: sources.flags ?? {}, environment: sources.env, file: namedFile.variables };
  const home = absolute(parseSettings(takeValues({ ...said, customer: {}, older: {} })).values.home);
  if (named !== null) return { home, configFile: named, isNamed: true, file: namedFile, older: null, absolute };
  const configFile = commonConfigFile(home);
  const file = readConfigFile(configFile);
  const isFirst = file === null && customersWithFile(home).length === 0;
  const mayBeOlder = isFirst && home === join(homeDir, '.testio-mcp') && givenIn(sources.env, 'token') === undefined;
  const older = mayBeOlder ? readOlder(olderConfigFile(homeDir)) : null;
  return { home, configFile, isNamed: false, file: file ?? NOTHING, older, absolute };
}

function readOlder(file: string): Places['older'] {
  const lines = readOlderConfig(file);
  return lines === null ? null : { file, variables: olderVariables(lines) };
}

interface Parts {
  readonly places: Places;
  readonly choice: CustomerChoice;
  readonly ownFile: string | null;
}

function configOf(name: string, { places, choice, ownFile }: Parts): Config {
  const { home, file, absolute } = places;
  const own = ownFile === null ? NOTHING : requireConfigFile(ownFile);
  const sources = choice.sourcesOf(name, own.variables);
  const taken = takeValues(sources);
  const { values, origins, problems } = parseSettings(taken);
  const all = [...file.problems, ...own.problems, ...problems, ...conflicts(values)];
  if (absolute(values.home) !== home) all.push(`TESTIO_HOME cannot be set in the file that lies in it`);
  const saysName = givenIn(own.variables, 'customerName');
  if (saysName !== undefined && saysName !== name) {
    all.push(`TESTIO_CUSTOMER_NAME in ${ownFile} must be the name of the file or be left out, not "${saysName}"`);
  }
  if (all.length > 0) throw invalidConfiguration(all, taken);

  const customer = [values.customerName, values.customerId].filter((part) => part !== null).join('-') || null;
  const reports = ownFile === null ? join(home, 'reports') : customerReportsFolder(home, name);
  return {
    ...values,
    home,
    customer,
    storeFile: values.dbPath === null ? join(home, 'stores', `${customer ?? 'default'}.db`) : absolute(values.dbPath),
    reportsDir: values.reportsDir === null ? reports : absolute(values.reportsDir),
    logFile: values.logFile === null ? null : absolute(values.logFile),
    configFile: places.configFile,
    customerFile: ownFile,
    olderFile: places.older?.file ?? null,
    origins,
  };
}

/**
 * The API token, for commands that cannot do without.
 *
 * @throws TestioError `token_missing`, in one sentence that says what to do
 */
export function requireToken(config: Config): Secret {
  if (config.token !== null) return config.token;
  const whose = config.customerName === null ? '' : ` for customer ${config.customerName}`;
  throw new TestioError({
    kind: 'configuration',
    code: 'token_missing',
    message: `No API token is set${whose}: put TESTIO_CUSTOMER_API_TOKEN=<your token> into ${config.customerFile ?? config.configFile} or into the environment, or run "testio-mcp demo" to try testio-mcp without one.`,
    field: 'TESTIO_CUSTOMER_API_TOKEN',
  });
}
