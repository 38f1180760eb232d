import { text } from 'node:stream/consumers';
import { TestioError } from '@testio-mcp/domain';
import {
  changeConfigFile,
  findPlaces,
  loadCustomers,
  type Places,
  removeToken,
  SETTINGS,
  Secret,
  type SettingName,
  settingText,
  tokenPlaceOf,
  UNNAMED_CUSTOMER,
  unknownCustomer,
  writeTokenTo,
} from '@testio-mcp/runtime';
import { type ConfigTarget, configTarget } from '../configuration/config-target.ts';
import { effectiveValue, settingNamed, valueText } from '../configuration/setting-named.ts';
import { leftText } from '../configuration/token-words.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';

/**
 * Writes one setting. A value that is not accepted is refused before anything is written. A token goes where the last one is, unless
 * `keychain` says where to.
 */
export async function setSetting(
  invocation: Invocation,
  variable: string,
  value: string,
  { keychain }: { readonly keychain?: boolean | undefined } = {},
): Promise<number> {
  const name = await settingNamed(variable);
  const target = configTarget(invocation, name);
  const given = value === '-' ? await text(process.stdin) : value;
  const { older } = refuse(invocation, name, target, given.trim());
  if (keychain !== undefined && name !== 'token') throw notForKeychain(name);
  const done = name === 'token' ? await setToken(invocation, target, given, keychain) : 'written to';
  if (name !== 'token') await changeConfigFile(target.file, { [name]: given });
  const code = tell(invocation, name, target, done);
  if (older !== null)
    invocation.output.note(`${older.file} is not read any more; \`testio-mcp config import\` takes over what it says.`);
  return code;
}

/** @returns what was done with the file, in words */
async function setToken(
  { output }: Invocation,
  { file }: ConfigTarget,
  given: string,
  isForKeychain: boolean | undefined,
): Promise<string> {
  const token = new Secret(settingText('token', given));
  const place = isForKeychain === undefined ? tokenPlaceOf(file) : isForKeychain ? 'keychain' : 'file';
  const { leftInKeychain } = await writeTokenTo(place, file, token);
  if (leftInKeychain !== null) output.note(leftText(leftInKeychain));
  return place === 'keychain' ? 'in the keychain, as is said in' : 'written to';
}

/** Takes one setting out of the file, and the token out of the keychain, too. */
export async function unsetSetting(invocation: Invocation, variable: string): Promise<number> {
  const name = await settingNamed(variable);
  const target = configTarget(invocation, name);
  if (name === 'token') await removeToken(target.file);
  else await changeConfigFile(target.file, { [name]: null });
  return tell(invocation, name, target, 'not set in');
}

function refuse({ env, envFile }: Invocation, name: SettingName, target: ConfigTarget, value: string): Places {
  const places = findPlaces({ env, envFile });
  const { customers, isNamed } = places;
  if (name === 'home' && !isNamed) {
    throw notThere(name, 'the files that say it would lie in that folder', 'Set it in the environment.');
  }
  if (name !== 'customerName') return places;
  if (target.customer !== null) {
    throw notThere(name, 'the file has the name of the customer', 'Leave out --customer to choose the usual one.');
  }
  if (customers.length > 0 && ![UNNAMED_CUSTOMER, ...customers].includes(value)) {
    throw unknownCustomer(value, [UNNAMED_CUSTOMER, ...customers], 'validation');
  }
  return places;
}

function notForKeychain(name: SettingName): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'conflicting_option',
    message: `The keychain holds ${SETTINGS.token.variable} alone, not ${SETTINGS[name].variable}.`,
    next: 'Leave out --keychain. Nothing was written.',
    field: 'keychain',
  });
}

function notThere(name: SettingName, why: string, next: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'setting_not_in_file',
    message: `${SETTINGS[name].variable} cannot be set there: ${why}.`,
    next,
    field: SETTINGS[name].variable,
  });
}

/** Says what was done, and what holds now: another source may be stronger. */
function tell(invocation: Invocation, name: SettingName, { file, customer }: ConfigTarget, done: string): number {
  const { output, env, envFile } = invocation;
  const { variable } = SETTINGS[name];
  const now = effective(
    () => loadCustomers({ env, envFile, flags: { customerName: customer ?? invocation.customer } }),
    name,
  );
  if (output.json) {
    output.printJson({ name: variable, file, customer, value: now?.value ?? null, origin: now?.origin ?? null });
    return EXIT.done;
  }
  output.print(`${variable} is ${done} ${file}.`);
  if (now === null) output.note('The configuration cannot be used yet: `testio-mcp config list` says why.');
  else output.note(`For customer ${now.customer} it is ${valueText(now.value) || 'not set'} now (${now.origin}).`);
  return EXIT.done;
}

/** What holds now; null while there are other mistakes, which are not this command's subject. */
function effective(load: () => ReturnType<typeof loadCustomers>, name: SettingName) {
  try {
    const customers = load();
    const config = customers.config(customers.selected);
    return { customer: customers.selected, value: effectiveValue(config, name), origin: config.origins[name] };
  } catch (thrown) {
    if (thrown instanceof TestioError) return null;
    throw thrown;
  }
}
