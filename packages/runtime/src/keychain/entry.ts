import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { commonConfigFile, customerConfigFile, UNNAMED_CUSTOMER } from '../config-layout.ts';

/** What each entry is filed under, beside its own name. */
export const SERVICE = 'testio-mcp';

/** Where one secret of one configuration file is kept. */
export interface Entry {
  /** Its name in the keychain. */
  readonly name: string;
  /** The configuration file whose token it is. */
  readonly file: string;
}

/** A keychain of the system. All of it throws TestioError whose code begins with `keychain_`. */
export interface Keychain {
  /** Null when there is no such entry. */
  read(entry: Entry): Promise<string | null>;
  write(entry: Entry, secret: string): Promise<void>;
  /** An entry that is not there is none to remove. */
  remove(entry: Entry): Promise<void>;
}

/** The entry of a configuration file: named after its customer, and, where it lies in no usual place, after that too. */
export function entryOf(file: string): Entry {
  const home = join(homedir(), '.testio-mcp');
  const customer = file === commonConfigFile(dirname(file)) ? UNNAMED_CUSTOMER : basename(file, '.env');
  if (file === customerConfigFile(home, customer)) return { name: customer, file };
  const place = createHash('sha256').update(file).digest('hex').slice(0, PLACE_LENGTH);
  return { name: `${customer}-${place}`, file };
}

const PLACE_LENGTH = 8;
