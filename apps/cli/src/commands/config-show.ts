import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { toTestioError } from '@testio-mcp/domain';
import {
  type Config,
  type ConfigSources,
  type Customers,
  customerConfigFile,
  findPlaces,
  loadCustomers,
  ORIGINS,
  type Origin,
  olderConfigFile,
  readToken,
  SETTING_NAMES,
  SETTINGS,
} from '@testio-mcp/runtime';
import { configTarget } from '../configuration/config-target.ts';
import { effectiveValue, settingNamed, valueText } from '../configuration/setting-named.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';

const ORIGIN_WIDTH = Math.max(...ORIGINS.map((origin) => origin.length));

/** Shows what holds for the selected customer, and where each value comes from. */
export async function listSettings(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const customers = customersOf(invocation);
  const config = customers.config(customers.selected);
  const settings = SETTING_NAMES.map((name) => ({
    name: SETTINGS[name].variable,
    value: effectiveValue(config, name),
    origin: config.origins[name],
  }));
  const { configFile, customerFile, olderFile } = config;
  if (output.json) {
    const files = { common: configFile, customer: customerFile, older: olderFile };
    output.printJson({ customer: customers.selected, customers: customers.names, files, settings });
    return EXIT.done;
  }
  const width = Math.max(...settings.map(({ name }) => name.length));
  // Paths and addresses are copied from here, so none is wrapped or cut.
  for (const { name, value, origin } of settings) {
    output.print(`${name.padEnd(width)}  ${origin.padEnd(ORIGIN_WIDTH)}  ${valueText(value)}`.trimEnd());
  }
  output.note(`\nFor customer ${customers.selected}${others(customers)}.`);
  output.note(`customer: ${customerFile ?? 'no file of its own'}`);
  output.note(`file: ${configFile}${existsSync(configFile) ? '' : ' (does not exist)'}`);
  if (olderFile !== null) output.note(`older: ${olderFile}, until \`testio-mcp config import\` takes it over`);
  return EXIT.done;
}

/** Prints one value. */
export async function getSetting(invocation: Invocation, variable: string): Promise<number> {
  const { output } = invocation;
  const name = await settingNamed(variable);
  const customers = customersOf(invocation);
  const config = customers.config(customers.selected);
  const value = effectiveValue(config, name);
  if (output.json) output.printJson({ name: SETTINGS[name].variable, value, origin: config.origins[name] });
  else output.print(valueText(value));
  return EXIT.done;
}

/** Says what a setting is for and what each source says about it, the one that counts first. */
export async function explainSetting(invocation: Invocation, variable: string): Promise<number> {
  const { output } = invocation;
  const name = await settingNamed(variable);
  const customers = customersOf(invocation);
  const { help, secret, ofAccount, type, default: unset } = SETTINGS[name];
  const config = customers.config(customers.selected);
  const said = customers
    .given(customers.selected, name)
    .map(({ origin, text }): Said => ({ origin, value: secret ? 'set' : text, where: placeOf(origin, config) }));
  if (name === 'token' && config.origins.token === 'keychain') said.push(await sayOfKeychain(config));
  const facts = {
    name: SETTINGS[name].variable,
    help,
    accepts: type.accepts,
    default: unset,
    secret,
    of_account: ofAccount,
    customer: customers.selected,
    value: effectiveValue(config, name),
    origin: config.origins[name],
    sources: said,
  };
  if (output.json) output.printJson(facts);
  else output.print(explanation(facts));
  return EXIT.done;
}

/** What one place says about a setting. */
interface Said {
  readonly origin: Origin;
  readonly value: string;
  readonly where: string;
}

/** Whether the keychain can be read shows only when it is. */
async function sayOfKeychain(config: Config): Promise<Said> {
  const where = 'keychain of this system';
  try {
    await readToken(config);
    return { origin: 'keychain', value: 'set, and can be read', where };
  } catch (thrown) {
    const { message, facts } = toTestioError(thrown);
    return { origin: 'keychain', value: `cannot be read: ${message} ${facts.next ?? ''}`.trim(), where };
  }
}

interface Facts {
  readonly name: string;
  readonly help: string;
  readonly accepts: string;
  readonly default: unknown;
  readonly of_account: boolean;
  readonly customer: string;
  readonly value: unknown;
  readonly sources: readonly { readonly origin: string; readonly value: string; readonly where: string }[];
}

function explanation({ name, help, accepts, default: unset, of_account: ofAccount, ...facts }: Facts): string {
  const sources = facts.sources.map(
    ({ value, where }, index) => `  ${where}: ${value}${index === 0 ? '' : ' (does not count)'}`,
  );
  return [
    `${name}: ${help}`,
    `Accepts ${accepts}.`,
    unset === null ? 'Has no value unless somebody sets one.' : `Is ${valueText(unset)} unless somebody sets it.`,
    ...(ofAccount ? ['Belongs to one account: what is set for one customer never holds for another.'] : []),
    `For customer ${facts.customer} it is ${valueText(facts.value) || 'not set'}${sources.length === 0 ? ', the default.' : ':'}`,
    ...sources,
  ].join('\n');
}

function placeOf(origin: string, { customerFile, configFile, olderFile }: ReturnType<Customers['config']>): string {
  switch (origin) {
    case 'flag':
      return 'command line';
    case 'customer':
      return customerFile ?? origin;
    case 'file':
      return configFile;
    case 'older':
      return olderFile ?? origin;
    default:
      return origin;
  }
}

/** Prints the file that is written to. It need not exist yet. */
export async function showPaths(invocation: Invocation): Promise<number> {
  const { output, env, envFile } = invocation;
  const target = configTarget(invocation);
  if (!output.json) {
    output.print(target.file);
    return EXIT.done;
  }
  const { home, configFile, customers, isNamed } = findPlaces({ env, envFile });
  const files = [
    { kind: 'common', customer: null, file: configFile },
    ...customers.map((customer) => ({ kind: 'customer', customer, file: customerConfigFile(home, customer) })),
    ...(isNamed ? [] : [{ kind: 'older', customer: null, file: olderConfigFile(homedir()) }]),
  ];
  output.printJson({
    home,
    path: target.file,
    files: files.map((each) => ({ ...each, exists: existsSync(each.file) })),
  });
  return EXIT.done;
}

function others({ names, selected }: Customers): string {
  const rest = names.filter((name) => name !== selected);
  return rest.length === 0 ? '' : `; there are also ${rest.join(', ')}`;
}

function customersOf({ env, envFile, customer }: Invocation): Customers {
  const sources: ConfigSources = { env, envFile, flags: { customerName: customer } };
  return loadCustomers(sources);
}
