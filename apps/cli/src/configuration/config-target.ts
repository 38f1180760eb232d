import { TestioError } from '@testio-mcp/domain';
import {
  customerConfigFile,
  findPlaces,
  loadCustomers,
  type Places,
  SETTINGS,
  type SettingName,
  settingText,
  UNNAMED_CUSTOMER,
} from '@testio-mcp/runtime';
import type { Invocation } from '../invocation.ts';

/** A file that settings are written to. */
export interface ConfigTarget {
  readonly file: string;
  /** Whose file it is; null for the common one. */
  readonly customer: string | null;
}

/**
 * The file that --customer or --env-file mean. Without them what belongs to an account goes to the selected customer,
 * everything else to the common file.
 *
 * @throws TestioError for a name that no customer can have
 */
export function configTarget(invocation: Invocation, setting?: SettingName): ConfigTarget {
  const { env, envFile, customer } = invocation;
  const places = findPlaces({ env, envFile });
  if (places.isNamed) {
    if (customer !== undefined) throw eitherOr();
    return { file: places.configFile, customer: null };
  }
  if (customer !== undefined) return fileOf(places, newOrKnown(customer, places.customers));
  if (setting === undefined || !SETTINGS[setting].ofAccount || places.customers.length === 0) {
    return { file: places.configFile, customer: null };
  }
  return fileOf(places, loadCustomers({ env }).selected);
}

function fileOf({ home, configFile, customers, file }: Places, customer: string): ConfigTarget {
  // The account in the common file may have a name there. A file beside it would take its token away.
  const isCommon = !customers.includes(customer) && file.variables[SETTINGS.customerName.variable]?.trim() === customer;
  if (customer === UNNAMED_CUSTOMER || isCommon) return { file: configFile, customer: null };
  return { file: customerConfigFile(home, customer), customer };
}

/** On some systems files whose names differ in case alone are the same. */
function newOrKnown(customer: string, known: readonly string[]): string {
  const name = settingText('customerName', customer).normalize('NFC');
  const other = known.find((each) => each !== name && each.toLowerCase() === name.toLowerCase());
  if (other === undefined) return name;
  throw new TestioError({
    kind: 'validation',
    code: 'customer_exists',
    message: `There is a customer ${other}, whose name differs from ${name} in case alone.`,
    next: `Say --customer ${other}, or choose another name.`,
    field: 'customer',
    accepted: [other],
  });
}

function eitherOr(): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'conflicting_option',
    message: '--env-file and --customer cannot both say which file is meant.',
    next: 'Leave out one of them.',
  });
}
