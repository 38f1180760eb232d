import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '@testio-mcp/domain';
import { safeName } from './setting-type.ts';

/** Name of the customer that config.env is about when nobody gave it another one. */
export const UNNAMED_CUSTOMER = 'default';

const ENDING = '.env';

/** The file that holds what is common to all customers, and the settings of the unnamed one. */
export function commonConfigFile(home: string): string {
  return join(home, 'config.env');
}

/** The file that a customer's settings are written to; the unnamed customer's is the common one. */
export function customerConfigFile(home: string, customer: string | null): string {
  if (customer === null || customer === UNNAMED_CUSTOMER) return commonConfigFile(home);
  return join(customersFolder(home), `${customer}${ENDING}`);
}

/** The folder of a named customer's reports. */
export function customerReportsFolder(home: string, customer: string): string {
  return join(customersFolder(home), customer, 'reports');
}

/** The configuration of the older product, which is read while there is none of ours. */
export function olderConfigFile(homeDir: string): string {
  return join(homeDir, '.testio-mcp.env');
}

/** The customers that have a file of their own, by name. Files with other names are none of ours. */
export function customersWithFile(home: string): readonly string[] {
  try {
    return readdirSync(customersFolder(home))
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter((name) => safeName.schema.safeParse(name).data === name && name !== UNNAMED_CUSTOMER)
      .sort();
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT') || isSystemError(thrown, 'ENOTDIR')) return [];
    throw thrown;
  }
}

function customersFolder(home: string): string {
  return join(home, 'customers');
}
