import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { TestioError } from '@testio-mcp/domain';
import {
  changeConfigFile,
  olderConfigFile,
  readConfigFile,
  readOlderConfig,
  SETTINGS,
  tokenPlaceOf,
} from '@testio-mcp/runtime';
import { configTarget } from '../configuration/config-target.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../table.ts';

/**
 * Takes over the older product's settings, and says of each line what becomes of it. What our file sets already stays; the older file
 * is not touched.
 */
export async function importSettings(
  invocation: Invocation,
  given: string | undefined,
  { dryRun }: { readonly dryRun: boolean },
): Promise<number> {
  const { output } = invocation;
  const from = given === undefined ? olderConfigFile(homedir()) : resolve(given);
  const lines = readOlderConfig(from);
  if (lines === null) throw nothingThere(from);
  const target = configTarget(invocation);
  const there = readConfigFile(target.file)?.variables ?? {};
  const isInKeychain = tokenPlaceOf(target.file) === 'keychain';
  const judged = lines.map((line) => {
    const { variable, setting } = line;
    // The name of a customer with a file of its own is the file's.
    if (setting === 'customerName' && target.customer !== null) return { ...line, setting: null, note: OWN_NAME };
    if (setting === 'token' && isInKeychain) return { ...line, setting: null, note: 'the keychain holds one' };
    return setting !== null && there[variable]?.trim()
      ? { ...line, setting: null, note: `${basename(target.file)} sets it` }
      : line;
  });
  const changes = Object.fromEntries(
    judged.flatMap(({ setting, value }) => (setting === null ? [] : [[setting, value]])),
  );
  const isNothing = dryRun || Object.keys(changes).length === 0;
  const backup = isNothing ? null : (await changeConfigFile(target.file, changes, { backup: true })).backup;
  if (output.json) {
    const shown = judged.map(({ variable, setting, note }) => ({ name: variable, taken: setting !== null, note }));
    output.printJson({ from, to: target.file, customer: target.customer, written: !isNothing, backup, lines: shown });
    return EXIT.done;
  }
  const rows = judged.map(({ variable, setting, value, note }) => [
    setting === null ? 'left out' : 'taken',
    variable,
    setting === null || SETTINGS[setting].secret ? '' : value,
    note ?? '',
  ]);
  output.print(table({ head: ['', 'Setting', 'Value', 'Note'], rows, wraps: 3 }));
  output.note(`\n${isNothing ? 'Nothing was written to' : 'Written to'} ${target.file}. ${from} stays as it is.`);
  if (backup !== null) output.note(`What was there is kept as ${backup}.`);
  if (!judged.some(({ variable }) => variable === SETTINGS.apiBaseUrl.variable)) output.note(NO_ADDRESS);
  return EXIT.done;
}

const OWN_NAME = 'the customer has the name of its file';
const NO_ADDRESS = `It names no address of the API: the older product asked a staging host then, testio-mcp asks ${SETTINGS.apiBaseUrl.default}.`;

function nothingThere(file: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'config_file_unreadable',
    message: `There is no configuration of the older product: ${file} does not exist.`,
    next: 'Name the file, or run `testio-mcp setup`.',
  });
}
