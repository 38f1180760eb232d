import { readFileSync } from 'node:fs';
import { isSystemError, TestioError } from '@testio-mcp/domain';
import { dotenvLines } from './dotenv-text.ts';
import type { Variables } from './setting-sources.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';

/** What becomes of one line of the older product's configuration. */
export interface OlderLine {
  readonly variable: string;
  /** The setting that takes the value; null: it is left out. */
  readonly setting: SettingName | null;
  readonly value: string;
  /** Why it is left out, or what to know about it; null where there is nothing to say. */
  readonly note: string | null;
}

/** Names that we know but whose values must not be taken. */
const LEFT_OUT: Partial<Record<SettingName, string>> = {
  home: 'the older product had no such setting',
  dbPath: 'the store of the older product has another form; ours is filled by a sync',
  logFile: 'the older product may still write to that file',
  now: 'the older product had no such setting',
};

const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  CONNECTION_POOL_SIZE: 'the number of connections follows MAX_CONCURRENT_API_REQUESTS',
  CONNECTION_POOL_MAX_KEEPALIVE: 'the number of connections follows MAX_CONCURRENT_API_REQUESTS',
  MAX_ACQUIRE_TIMEOUT_SECONDS: 'it had no effect in the older product either',
  BUG_CACHE_ENABLED: 'bugs are always kept; freshness: "now" in a question asks the API',
  BUG_CACHE_BYPASS: 'freshness: "now" in a question asks the API',
  MAX_CONCURRENT_DB_WRITES: 'there is one writer at a time',
  TESTIO_SKIP_MIGRATIONS: 'the store is always brought up to date',
  AUTO_ACCEPTANCE_ALERT_THRESHOLD: 'PLAYBOOK_AUTO_ACCEPTANCE_WARNING says it',
};

const UNNAMED = 'default';
const UNNUMBERED = '1';

/**
 * Says line by line what is taken from a configuration of the older product. What we would not accept is left out, with the reason:
 * a file that we did not write must not keep the program from starting.
 */
function linesOf(text: string): readonly OlderLine[] {
  const given = dotenvLines(text).filter(([, value]) => value.trim() !== '');
  const lines = given.map(([variable, value]) => lineOf(variable.toUpperCase(), value.trim()));
  return contradicting(lines);
}

/** The same as variables of ours. */
export function olderVariables(lines: readonly OlderLine[]): Variables {
  return Object.fromEntries(lines.flatMap(({ setting, variable, value }) => (setting ? [[variable, value]] : [])));
}

/**
 * Reads the older product's configuration; null when there is none.
 *
 * @throws TestioError `config_file_unreadable`
 */
export function readOlderConfig(file: string): readonly OlderLine[] | null {
  try {
    return linesOf(readFileSync(file, 'utf8'));
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    throw new TestioError({
      kind: 'configuration',
      code: 'config_file_unreadable',
      message: `The older product's configuration ${file} cannot be read.`,
      next: 'Check who may read it, or write a configuration of your own: testio-mcp setup.',
      cause: thrown,
    });
  }
}

function lineOf(variable: string, value: string): OlderLine {
  const leftOut = (note: string): OlderLine => ({ variable, setting: null, value, note });
  const setting = SETTING_NAMES.find((name) => SETTINGS[name].variable === variable);
  if (setting === undefined) return leftOut(WITHOUT_MEANING[variable] ?? 'it is not known');
  const why = LEFT_OUT[setting];
  if (why !== undefined) return leftOut(why);
  if (setting === 'customerName' && value === UNNAMED) return leftOut('it is the name of a customer without name');
  if (setting === 'customerId' && value === UNNUMBERED)
    return leftOut('1 is what the older product wrote for no number');
  const { type } = SETTINGS[setting];
  if (!type.schema.safeParse(value).success) return leftOut(`it must be ${type.accepts}`);
  return { variable, setting, value, note: noteOn(setting, value) };
}

function noteOn(setting: SettingName, value: string): string | null {
  if (setting === 'apiBaseUrl' && value.replace(/\/+$/, '') !== SETTINGS.apiBaseUrl.default) {
    return `this is not the address of Test IO's production (${SETTINGS.apiBaseUrl.default})`;
  }
  if (setting === 'productIds' && /^\d+$/.test(value)) {
    return 'the older product did not heed a single id and synced all products; here it counts';
  }
  if (setting === 'httpHost' || setting === 'httpPort') return 'it had no effect in the older product; here it counts';
  return null;
}

/** Both lists of tools at once are refused, so the one of what is hidden goes. */
function contradicting(lines: readonly OlderLine[]): readonly OlderLine[] {
  if (!lines.some(({ setting }) => setting === 'enabledTools')) return lines;
  return lines.map((line) =>
    line.setting === 'disabledTools' ? { ...line, setting: null, note: 'ENABLED_TOOLS is set, too' } : line,
  );
}
