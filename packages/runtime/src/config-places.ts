import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ConfigFile, readConfigFile, requireConfigFile } from './config-file.ts';
import { commonConfigFile, customersWithFile, olderConfigFile } from './config-layout.ts';
import { olderVariables, readOlderConfig } from './older-config.ts';
import { rememberSecrets } from './redaction.ts';
import { type Flags, givenIn, parseSettings, takeValues, type Variables } from './setting-sources.ts';

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

/** Where the configuration lies, and what stands in the files that hold for all customers. */
export interface Places {
  readonly home: string;
  readonly configFile: string;
  /** Whether --env-file named the one file that counts. */
  readonly isNamed: boolean;
  readonly file: ConfigFile;
  /** Customers that have a file of their own, by name. */
  readonly customers: readonly string[];
  readonly older: { readonly file: string; readonly variables: Variables } | null;
  readonly absolute: (path: string) => string;
}

/** A file that is not there. */
export const NOTHING: ConfigFile = { variables: {}, problems: [] };

/**
 * Finds the configuration, without judging what it says.
 *
 * @throws TestioError `config_file_unreadable`
 */
export function findPlaces(sources: ConfigSources): Places {
  rememberSecrets(sources.env);
  const homeDir = sources.homeDir ?? homedir();
  const cwd = sources.cwd ?? process.cwd();
  const absolute = (path: string): string => resolve(cwd, path.replace(/^~(?=$|[/\\])/, homeDir));
  const named = sources.envFile?.trim() ? absolute(sources.envFile.trim()) : null;
  const namedFile = named === null ? NOTHING : requireConfigFile(named);
  // The folder decides which files are read, so it is looked for before they can say anything.
  const said = { flags: sources.flags ?? {}, environment: sources.env, file: namedFile.variables };
  const home = absolute(parseSettings(takeValues({ ...said, customer: {}, older: {} })).values.home);
  if (named !== null)
    return { home, configFile: named, isNamed: true, file: namedFile, customers: [], older: null, absolute };
  const configFile = commonConfigFile(home);
  const file = readConfigFile(configFile);
  const customers = customersWithFile(home);
  const isFirst = file === null && customers.length === 0;
  const mayBeOlder = isFirst && home === join(homeDir, '.testio-mcp') && givenIn(sources.env, 'token') === undefined;
  const older = mayBeOlder ? readOlder(olderConfigFile(homeDir)) : null;
  return { home, configFile, isNamed: false, file: file ?? NOTHING, customers, older, absolute };
}

function readOlder(file: string): Places['older'] {
  const lines = readOlderConfig(file);
  if (lines === null) return null;
  const variables = olderVariables(lines);
  rememberSecrets(variables);
  return { file, variables };
}
