import { join } from 'node:path';
import { requireConfigFile } from './config-file.ts';
import { customerConfigFile, customerReportsFolder } from './config-layout.ts';
import { conflicts, invalidConfiguration } from './config-mistakes.ts';
import { type ConfigSources, findPlaces, NOTHING, type Places } from './config-places.ts';
import { type CustomerChoice, chooseCustomer, unknownCustomer } from './customer-choice.ts';
import { candidates, type GivenValue, givenIn, type Origin, parseSettings, takeValues } from './setting-sources.ts';
import type { SettingName, SettingValues } from './settings.ts';

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
  /** What all sources say about a setting of one of them, strongest first. */
  given(name: string, setting: SettingName): readonly GivenValue[];
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
  const { file, older, customers } = places;
  const choice = chooseCustomer({
    flags: sources.flags ?? {},
    environment: sources.env,
    file: file.variables,
    older: older?.variables ?? {},
    customers,
  });
  const partsOf = (name: string): Parts => {
    if (!choice.configured.includes(name)) throw unknownCustomer(name, choice.configured);
    return { places, choice, ownFile: customers.includes(name) ? customerConfigFile(places.home, name) : null };
  };
  return {
    selected: choice.selected,
    names: choice.configured,
    config: (name) => configOf(name, partsOf(name)),
    given(name, setting) {
      const { ownFile } = partsOf(name);
      const own = ownFile === null ? NOTHING : requireConfigFile(ownFile);
      return candidates(choice.sourcesOf(name, own.variables), setting);
    },
  };
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
    // The keychain is asked only where nobody says a token.
    origins: isInKeychain(values) ? { ...origins, token: 'keychain' } : origins,
  };
}

function isInKeychain({ token, tokenSource }: SettingValues): boolean {
  return token === null && tokenSource === 'keychain';
}
