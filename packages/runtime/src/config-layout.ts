import { join } from 'node:path';

/** Name of the customer that config.env is about when nobody gave it another one. */
export const UNNAMED_CUSTOMER = 'default';

/** The file that holds what is common to all customers, and the settings of the unnamed one. */
export function commonConfigFile(home: string): string {
  return join(home, 'config.env');
}

/** The file that a customer's settings are written to; the unnamed customer's is the common one. */
export function customerConfigFile(home: string, customer: string | null): string {
  if (customer === null || customer === UNNAMED_CUSTOMER) return commonConfigFile(home);
  return join(customersFolder(home), `${customer}.env`);
}

/** Where the files of named customers lie. */
function customersFolder(home: string): string {
  return join(home, 'customers');
}
