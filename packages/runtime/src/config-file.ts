import { readFileSync } from 'node:fs';
import { isSystemError, systemErrorCode, TestioError } from '@testio-mcp/domain';
import { contradictions, readDotenv } from './dotenv-text.ts';
import { rememberSecrets } from './redaction.ts';
import type { Variables } from './setting-sources.ts';
import { SETTING_NAMES, SETTINGS } from './settings.ts';

const OURS = new Set<string>(SETTING_NAMES.map((name) => SETTINGS[name].variable));

/** What a configuration file says. */
export interface ConfigFile {
  readonly variables: Variables;
  /** One clause per setting that it sets twice, to different values. */
  readonly problems: readonly string[];
}

/**
 * Reads a configuration file in dotenv syntax. Null when it does not exist.
 *
 * @throws TestioError `config_file_unreadable`
 */
export function readConfigFile(file: string): ConfigFile | null {
  try {
    const text = readFileSync(file, 'utf8');
    const variables = readDotenv(text);
    rememberSecrets(variables);
    const problems = contradictions(text)
      .filter((variable) => OURS.has(variable))
      .map((variable) => `${variable} is set twice in ${file}, to different values`);
    return { variables, problems };
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    const code = systemErrorCode(thrown) ?? 'unreadable';
    throw unreadable(`The configuration file ${file} cannot be read (${code}).`, thrown);
  }
}

/**
 * Reads a configuration file that must exist.
 *
 * @throws TestioError `config_file_unreadable`
 */
export function requireConfigFile(file: string): ConfigFile {
  const found = readConfigFile(file);
  if (found === null) throw unreadable(`The configuration file ${file} does not exist.`);
  return found;
}

function unreadable(message: string, cause?: unknown): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'config_file_unreadable',
    message,
    next: 'Check the path and who may read it.',
    field: 'env-file',
    cause,
  });
}
