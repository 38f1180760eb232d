import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import { readConfigFile } from './config-file.ts';
import type { Secret } from './secret.ts';
import { type GivenValue, type Origin, parseSettings, type SettingSources, takeValues } from './setting-sources.ts';
import type { SettingName, SettingValues } from './settings.ts';

export interface ConfigSources {
  readonly env: NodeJS.ProcessEnv;
  /** Values from the command line, by setting; they win over everything. */
  readonly flags?: Partial<Record<SettingName, string | undefined>> | undefined;
  /** A configuration file that must exist, instead of `<home>/config.env`, which may be absent. */
  readonly envFile?: string | undefined;
  /** Relative paths start here; the working folder when absent. */
  readonly cwd?: string | undefined;
  /** What `~` stands for; the user's home folder when absent. */
  readonly homeDir?: string | undefined;
}

/** The effective configuration. Safe to print: secrets show as a placeholder. All paths are absolute. */
export interface Config extends Omit<SettingValues, 'home' | 'reportsDir' | 'dbPath' | 'logFile'> {
  readonly home: string;
  readonly reportsDir: string;
  readonly logFile: string | null;
  /** Name of the customer as it stands in the store's file name; null when none is set. */
  readonly customer: string | null;
  readonly storeFile: string;
  /** The configuration file, whether it exists or not. */
  readonly configFile: string;
  /** Where each value came from. */
  readonly origins: Readonly<Record<SettingName, Origin>>;
}

/**
 * Puts the configuration together: flags win over the environment, the environment over the configuration file, the
 * file over the defaults. Nothing is written.
 *
 * @throws TestioError `invalid_configuration`, which names every bad value at once; `config_file_unreadable`
 */
export function loadConfig(sources: ConfigSources): Config {
  const absolute = pathResolver(sources);
  const named = sources.envFile?.trim() ? absolute(sources.envFile.trim()) : null;
  const given: SettingSources = {
    flags: sources.flags ?? {},
    environment: sources.env,
    file: named === null ? {} : readConfigFile(named, true),
  };
  // The folder decides which file is read, so it is looked for before that file can say anything.
  const before = parseSettings(takeValues(given));
  const home = absolute(before.values.home);
  const configFile = named ?? join(home, 'config.env');
  const file = named === null ? readConfigFile(configFile, false) : given.file;

  const taken = takeValues({ ...given, file });
  const { values, origins, problems } = parseSettings(taken);
  const all = [...problems, ...conflicts(values)];
  if (absolute(values.home) !== home) all.push(`TESTIO_HOME cannot be set in the file that lies in it`);
  if (all.length > 0) throw invalidConfiguration(all, taken);

  const customer = [values.customerName, values.customerId].filter((part) => part !== null).join('-') || null;
  return {
    ...values,
    home,
    customer,
    storeFile: values.dbPath === null ? join(home, 'stores', `${customer ?? 'default'}.db`) : absolute(values.dbPath),
    reportsDir: values.reportsDir === null ? join(home, 'reports') : absolute(values.reportsDir),
    logFile: values.logFile === null ? null : absolute(values.logFile),
    configFile,
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
  throw new TestioError({
    kind: 'configuration',
    code: 'token_missing',
    message: `No API token is set: put TESTIO_CUSTOMER_API_TOKEN=<your token> into ${config.configFile} or into the environment, or run "testio-mcp demo" to try testio-mcp without one.`,
    field: 'TESTIO_CUSTOMER_API_TOKEN',
  });
}

function pathResolver(sources: ConfigSources): (path: string) => string {
  const homeDir = sources.homeDir ?? homedir();
  const cwd = sources.cwd ?? process.cwd();
  return (path) => resolve(cwd, path.replace(/^~(?=$|[/\\])/, homeDir));
}

function conflicts(values: SettingValues): string[] {
  const problems: string[] = [];
  const ordered: [string, number, string, number][] = [
    ['PLAYBOOK_REJECTION_WARNING', values.rejectionWarning, 'PLAYBOOK_REJECTION_CRITICAL', values.rejectionCritical],
    [
      'PLAYBOOK_AUTO_ACCEPTANCE_WARNING',
      values.autoAcceptanceWarning,
      'PLAYBOOK_AUTO_ACCEPTANCE_CRITICAL',
      values.autoAcceptanceCritical,
    ],
    ['PLAYBOOK_REVIEW_CRITICAL', values.reviewCritical, 'PLAYBOOK_REVIEW_WARNING', values.reviewWarning],
  ];
  for (const [lower, lowerValue, upper, upperValue] of ordered) {
    if (lowerValue >= upperValue) problems.push(`${lower} (${lowerValue}) must be below ${upper} (${upperValue})`);
  }
  if (values.enabledTools !== null && values.disabledTools !== null) {
    problems.push('ENABLED_TOOLS and DISABLED_TOOLS cannot both be set');
  }
  return problems;
}

const SECRET_MIN_LENGTH = 8;

function invalidConfiguration(problems: readonly string[], taken: ReadonlyMap<SettingName, GivenValue>): TestioError {
  const [first = ''] = problems;
  const message =
    problems.length === 1
      ? `The configuration has a mistake: ${first}.`
      : `The configuration has ${problems.length} mistakes:\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
  const token = taken.get('token')?.text ?? '';
  return new TestioError({
    kind: 'configuration',
    code: 'invalid_configuration',
    // A token that was pasted into another setting must not come back in the message about that setting.
    message: token.length < SECRET_MIN_LENGTH ? message : message.replaceAll(token, '[redacted]'),
    next: 'Correct or remove these values and try again.',
  });
}
