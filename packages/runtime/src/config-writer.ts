import { readFile } from 'node:fs/promises';
import { isSystemError, systemErrorCode, TestioError } from '@testio-mcp/domain';
import { changeDotenv } from './dotenv-text.ts';
import { rememberSecrets } from './redaction.ts';
import { Secret } from './secret.ts';
import { SETTINGS, type SettingName } from './settings.ts';
import { replaceFile } from './whole-file.ts';

/** Settings with their new texts; null removes one. */
export type SettingChanges = Partial<Record<SettingName, string | null>>;

export interface WrittenConfig {
  readonly file: string;
  /** Where the file that was replaced is kept; null when there was none, or nobody asked. */
  readonly backup: string | null;
}

/**
 * Sets and removes settings in a configuration file. All values are judged first. The file is replaced as a whole or not at all;
 * only its owner can read it. Comments, order and lines that mean nothing to us stay.
 *
 * @param options.backup keeps what is replaced as `<file>.backup`, one only
 * @param options.leaveOut a setting that is not kept there
 * @throws TestioError `invalid_setting`, which says what is accepted; `config_file_not_editable`, `config_file_not_written`
 */
export async function changeConfigFile(
  file: string,
  changes: SettingChanges,
  options: { readonly backup?: boolean; readonly leaveOut?: SettingName } = {},
): Promise<WrittenConfig> {
  const texts = new Map<string, string | null>();
  for (const [name, text] of Object.entries(changes) as [SettingName, string | null][]) {
    texts.set(SETTINGS[name].variable, text === null ? null : settingText(name, text));
  }
  rememberSecrets(Object.fromEntries([...texts].map(([variable, text]) => [variable, text ?? undefined])));
  try {
    const before = await textOf(file);
    const after = changeDotenv(before ?? '', texts);
    if (after === null) throw notEditable(file);
    if (before === null && after === '') return { file, backup: null };
    const kept = options.backup === true && before !== null ? without(before, options.leaveOut) : null;
    const keep = kept === null ? undefined : { content: kept, ending: '.backup', replaces: true };
    return { file, backup: await replaceFile(file, after, { keep }) };
  } catch (thrown) {
    throw thrown instanceof TestioError ? thrown : notWritten(file, thrown);
  }
}

/**
 * The text of a setting as it is written into a file.
 *
 * @throws TestioError `invalid_setting`, which says what is accepted
 */
export function settingText(name: SettingName, given: string): string {
  const { variable, type, secret } = SETTINGS[name];
  const text = given.trim();
  const parsed = text === '' ? undefined : type.schema.safeParse(text);
  if (parsed?.success) return parsed.data instanceof Secret ? parsed.data.reveal() : text;
  const shown = JSON.stringify(text.slice(0, SHOWN_VALUE_LENGTH));
  throw new TestioError({
    kind: 'validation',
    code: 'invalid_setting',
    message: `${variable} must be ${type.accepts}${secret ? '' : `, not ${shown}`}.`,
    next: 'Give such a value. Nothing was written.',
    field: variable,
  });
}

const SHOWN_VALUE_LENGTH = 60;

/** The text for the copy. After the change without that setting succeeded, it cannot fail on the text before. */
function without(text: string, name: SettingName | undefined): string {
  return name === undefined ? text : (changeDotenv(text, new Map([[SETTINGS[name].variable, null]])) ?? '');
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return null;
    throw thrown;
  }
}

function notEditable(file: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'config_file_not_editable',
    message: `The setting cannot be written into ${file}: its value or a line of the file does not fit the syntax NAME=value.`,
    next: 'Look for lines without = and for values with line breaks, and edit the file by hand. Nothing was written.',
  });
}

function notWritten(file: string, cause: unknown): TestioError {
  const code = systemErrorCode(cause) ?? 'unknown reason';
  return new TestioError({
    kind: 'configuration',
    code: 'config_file_not_written',
    message: `The configuration file ${file} cannot be written (${code}).`,
    next: 'Check who may write to it and to its folder. Nothing was changed.',
    cause,
  });
}
