import { TestioError } from '@testio-mcp/domain';
import type { Config } from './config.ts';
import { entryOf } from './keychain/entry.ts';
import { type KeychainOptions, systemKeychain } from './keychain/keychain.ts';
import { rememberToken } from './redaction.ts';
import type { Secret } from './secret.ts';
import { SETTINGS } from './settings.ts';

type WithToken = Pick<Config, 'token' | 'tokenSource' | 'customerName' | 'customerFile' | 'configFile'>;

/** Whether a token is set, here or in the keychain. Whether the keychain can be opened shows when it is read. */
export function hasToken({ token, tokenSource }: Pick<Config, 'token' | 'tokenSource'>): boolean {
  return token !== null || tokenSource === 'keychain';
}

/**
 * Makes sure that a token is set, for commands that cannot do without. The keychain is not asked.
 *
 * @throws TestioError `token_missing`, in one sentence that says what to do
 */
export function requireToken(config: WithToken): void {
  if (hasToken(config)) return;
  const [whose, flag] = ofCustomer(config);
  throw new TestioError({
    kind: 'configuration',
    code: 'token_missing',
    message: `No API token is set${whose}: run "testio-mcp setup${flag}", put TESTIO_CUSTOMER_API_TOKEN=<your token> into ${tokenFile(config)} or into the environment, or run "testio-mcp demo" to try testio-mcp without one.`,
    field: 'TESTIO_CUSTOMER_API_TOKEN',
  });
}

/**
 * The API token: the one that is set, else that of the keychain, which is given some seconds.
 *
 * @throws TestioError `token_missing`, `keychain_entry_missing`, and those of a keychain that cannot be read
 */
export async function readToken(config: WithToken, options: KeychainOptions = {}): Promise<Secret> {
  requireToken(config);
  if (config.token !== null) return config.token;
  const text = await systemKeychain(options)
    .read(entryOf(tokenFile(config)))
    .catch((thrown: unknown) => Promise.reject(aboutCustomer(thrown, config)));
  const token = SETTINGS.token.type.schema.safeParse(text ?? '').data;
  if (token === undefined) throw noEntry(config);
  rememberToken(token);
  return token;
}

/** The file that says where the token is. */
export function tokenFile({ customerFile, configFile }: Pick<Config, 'customerFile' | 'configFile'>): string {
  return customerFile ?? configFile;
}

function noEntry(config: WithToken): TestioError {
  const [whose, flag] = ofCustomer(config);
  return new TestioError({
    kind: 'configuration',
    code: 'keychain_entry_missing',
    message: `The API token${whose} should be in the keychain of this system, entry ${entryOf(tokenFile(config)).name} of testio-mcp, and is not there.`,
    next: `Give it anew: testio-mcp setup --token-only${flag}.`,
    field: 'TESTIO_CUSTOMER_API_TOKEN_SOURCE',
  });
}

/** What is advised is done for the selected customer unless another one is named. */
function aboutCustomer(thrown: unknown, config: WithToken): unknown {
  if (!(thrown instanceof TestioError)) return thrown;
  const [, flag] = ofCustomer(config);
  const next = thrown.facts.next?.replace(/(setup --token-only(?: --no-keychain)?)/, `$1${flag}`);
  return new TestioError({ ...thrown.facts, ...(next === undefined ? {} : { next }) });
}

function ofCustomer({ customerName: name }: WithToken): readonly [whose: string, flag: string] {
  return name === null ? ['', ''] : [` for customer ${name}`, ` --customer ${name}`];
}
