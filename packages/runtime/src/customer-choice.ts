import { TestioError } from '@testio-mcp/domain';
import { UNNAMED_CUSTOMER } from './config-layout.ts';
import { type Flags, givenIn, type SettingSources, type Variables } from './setting-sources.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';

/** What was said about settings, before it is decided for which customer it holds. */
export interface GivenSources extends Omit<SettingSources, 'customer'> {
  /** Customers with a file of their own. */
  readonly customers: readonly string[];
}

/** Which customers there are, and for whom each source speaks. */
export interface CustomerChoice {
  /** The customer that is asked about unless a question says another one. */
  readonly selected: string;
  /** All customers that are configured, the selected one among them. */
  readonly configured: readonly string[];
  /** Takes out of the sources what is not about this customer. */
  sourcesOf(customer: string, ownFile: Variables): SettingSources;
}

/**
 * Decides who is asked about, and whose the account settings of each source are: those of a customer's file are its own; those
 * of the environment and of config.env are of the customer that is named there. An environment that names none speaks for the selected
 * customer; a config.env that names none, or one that has a file of its own, speaks for the unnamed customer, or, while no customer
 * has a file, for the selected one. So a token never goes along with another customer's name.
 *
 * @throws TestioError `unknown_customer`, `customer_not_chosen`
 */
export function chooseCustomer(given: GivenSources): CustomerChoice {
  const { flags, environment, customers } = given;
  const file: Variables = { ...given.older, ...given.file };
  const byFlag = flags.customerName?.trim().normalize('NFC') || undefined;
  const byEnvironment = givenIn(environment, 'customerName')?.normalize('NFC');
  const byFile = givenIn(file, 'customerName')?.normalize('NFC');
  const named = byFlag ?? byEnvironment ?? byFile;
  const hasToken = { environment: isTokenIn(environment), file: isTokenIn(file) };

  const selected = named ?? unnamedOf(customers, hasToken);
  const ofEnvironment = byEnvironment ?? selected;
  const ofFile = fileOwner();
  const configured = configuredCustomers();
  if (!configured.includes(selected)) throw unknownCustomer(selected, configured);

  function fileOwner(): string {
    if (customers.length === 0) return byFile ?? selected;
    return byFile === undefined || customers.includes(byFile) ? UNNAMED_CUSTOMER : byFile;
  }

  function configuredCustomers(): string[] {
    if (customers.length === 0) return [selected];
    const all = new Set(customers);
    if (hasToken.file) all.add(ofFile);
    // A name that only a flag says may be a slip: the environment's token does not make it a customer.
    if (hasToken.environment && (byEnvironment !== undefined || byFlag === undefined)) all.add(ofEnvironment);
    return [...all].sort();
  }

  return {
    selected,
    configured,
    sourcesOf(customer, ownFile) {
      const isSelected = customer === selected;
      const name = isSelected && named !== undefined ? {} : nameOf(customer, customers);
      return {
        flags: about(flags, isSelected, byFlag === customer),
        environment: variablesAbout(environment, ofEnvironment === customer, byEnvironment === customer),
        customer: { ...ownFile, ...name },
        file: variablesAbout(given.file, ofFile === customer, byFile === customer),
        older: variablesAbout(given.older, ofFile === customer, byFile === customer),
      };
    },
  };
}

function nameOf(customer: string, customers: readonly string[]): Variables {
  return customers.includes(customer) ? { [SETTINGS.customerName.variable]: customer } : {};
}

function isTokenIn(variables: Variables): boolean {
  const source = givenIn(variables, 'tokenSource')?.toLowerCase();
  return givenIn(variables, 'token') !== undefined || source === 'keychain';
}

/** Who is meant when nobody is named: whose token is there, else the only customer. */
function unnamedOf(customers: readonly string[], hasToken: { environment: boolean; file: boolean }): string {
  if (hasToken.environment || hasToken.file || customers.length === 0) return UNNAMED_CUSTOMER;
  const [only = UNNAMED_CUSTOMER, ...others] = customers;
  if (others.length === 0) return only;
  throw new TestioError({
    kind: 'configuration',
    code: 'customer_not_chosen',
    message: `Several customers are configured: ${customers.join(', ')}.`,
    next: 'Name one with --customer NAME or TESTIO_CUSTOMER_NAME, or choose the usual one: testio-mcp config set TESTIO_CUSTOMER_NAME NAME.',
    field: 'customer',
    accepted: customers,
  });
}

const ACCOUNT_SETTINGS = SETTING_NAMES.filter((name) => SETTINGS[name].ofAccount);

function dropped(ofAccount: boolean, name: boolean): SettingName[] {
  return [...(ofAccount ? [] : ACCOUNT_SETTINGS), ...(name ? [] : (['customerName'] as const))];
}

function about(flags: Flags, ofAccount: boolean, name: boolean): Flags {
  const out = new Set<string>(dropped(ofAccount, name));
  return Object.fromEntries(Object.entries(flags).filter(([setting]) => !out.has(setting)));
}

function variablesAbout(variables: Variables, ofAccount: boolean, name: boolean): Variables {
  const out = new Set(dropped(ofAccount, name).map((setting) => SETTINGS[setting].variable));
  return Object.fromEntries(Object.entries(variables).filter(([variable]) => !out.has(variable.toUpperCase())));
}

/** Says that there is no such customer, and which there are. */
export function unknownCustomer(
  name: string,
  known: readonly string[],
  kind: 'configuration' | 'validation' = 'configuration',
): TestioError {
  return new TestioError({
    kind,
    code: 'unknown_customer',
    message: `There is no customer ${JSON.stringify(name.slice(0, 64))}; there are ${known.join(', ')}.`,
    next: 'Name one of them, or add a customer: testio-mcp setup --customer NAME.',
    field: 'customer',
    received: name.slice(0, 64),
    accepted: known,
  });
}
