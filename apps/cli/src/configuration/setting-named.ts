import { TestioError, toIso } from '@testio-mcp/domain';
import { type Config, SETTING_NAMES, SETTINGS, Secret, type SettingName } from '@testio-mcp/runtime';

const MOST_NEAREST = 5;

/**
 * The setting of this variable, in whatever case.
 *
 * @throws TestioError `unknown_setting`, with those whose names come nearest
 */
export async function settingNamed(variable: string): Promise<SettingName> {
  const wanted = variable.trim().toUpperCase();
  const found = SETTING_NAMES.find((name) => SETTINGS[name].variable === wanted);
  if (found !== undefined) return found;
  const { nearest } = await import('@testio-mcp/insights');
  const variables = SETTING_NAMES.map((name) => SETTINGS[name].variable);
  const accepted = nearest(variable, variables).slice(0, MOST_NEAREST);
  throw new TestioError({
    kind: 'validation',
    code: 'unknown_setting',
    message: `There is no setting ${JSON.stringify(variable.slice(0, 80))}.`,
    next: 'Run `testio-mcp config list` for all of them.',
    field: 'name',
    accepted,
  });
}

/** The effective value of a setting as JSON has it. Of a secret only that it is set. */
export function effectiveValue(config: Config, name: SettingName): unknown {
  if (name === 'dbPath') return config.storeFile;
  if (name === 'now') return config.now === null ? null : toIso(config.now);
  if (name === 'token' && config.origins.token === 'keychain') return 'in the keychain';
  const value: unknown = config[name];
  return value instanceof Secret ? 'set' : value;
}

/** The same on one line. Nothing for what has no value. */
export function valueText(value: unknown): string {
  return value === null || value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value);
}
