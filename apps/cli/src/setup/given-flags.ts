import { TestioError } from '@testio-mcp/domain';
import type { Account, KnownAccount } from './account.ts';
import { accepts, chosenProducts, readAs } from './account.ts';
import type { AskTestIo, GivenAnswers } from './questions.ts';

/** Answers as they stand on the command line. */
export interface GivenFlags {
  /** Name of the variable that holds the token: a token on the command line could be seen by others. */
  readonly tokenFromEnv?: string | undefined;
  /** Where the token is to be kept; where it is when absent. */
  readonly keychain?: boolean | undefined;
  readonly subdomain?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly products?: readonly string[] | undefined;
  /** False: Test IO is not asked whether the token works. */
  readonly check?: boolean | undefined;
}

/**
 * Reads the answers that were given as flags.
 *
 * @throws TestioError `token_not_given`, `invalid_token`, `invalid_subdomain`, `invalid_base_url`
 */
export function givenAnswers(flags: GivenFlags, env: NodeJS.ProcessEnv): GivenAnswers {
  const { tokenFromEnv, subdomain, baseUrl, products } = flags;
  return {
    token: tokenFromEnv === undefined ? undefined : tokenIn(tokenFromEnv, env),
    subdomain: subdomain === undefined ? undefined : flagValue('subdomain', '--subdomain', subdomain),
    apiBaseUrl: baseUrl === undefined ? undefined : flagValue('apiBaseUrl', '--base-url', baseUrl),
    products,
  };
}

/**
 * The account without asking anybody but Test IO: what is not given stays as it is known.
 *
 * @throws TestioError `token_not_given`; `unknown_product`; the API's where it does not accept the token
 */
export async function decideAccount(
  known: KnownAccount,
  given: GivenAnswers,
  { check }: Pick<GivenFlags, 'check'>,
  askTestIo: AskTestIo,
): Promise<Account> {
  const token = given.token ?? known.token;
  if (token === null) throw tokenNotGiven('There is no token yet, and none was given.');
  const apiBaseUrl = given.apiBaseUrl ?? known.apiBaseUrl;
  const products = check === false ? null : await askTestIo({ token, apiBaseUrl });
  return {
    token,
    tokenPlace: known.tokenPlace,
    apiBaseUrl,
    subdomain: given.subdomain ?? known.subdomain,
    productIds: given.products === undefined ? known.productIds : chosenProducts(given.products, products),
  };
}

function tokenIn(variable: string, env: NodeJS.ProcessEnv): Account['token'] {
  const text = env[variable] ?? '';
  if (text.trim() === '') throw tokenNotGiven(`The variable ${variable} of the environment is not set, or empty.`);
  const token = readAs('token', text);
  if (token !== null) return token;
  throw new TestioError({
    kind: 'validation',
    code: 'invalid_token',
    message: `What ${variable} holds is no token.`,
    next: `${accepts('token')} Nothing was written.`,
    field: 'token-from-env',
  });
}

function tokenNotGiven(message: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'token_not_given',
    message,
    next: 'Put the token into a variable and name it: --token-from-env NAME. Nothing was written.',
    field: 'token-from-env',
  });
}

function flagValue(name: 'subdomain' | 'apiBaseUrl', flag: string, text: string): string {
  const value = readAs(name, text);
  if (value !== null) return value;
  throw new TestioError({
    kind: 'validation',
    code: name === 'subdomain' ? 'invalid_subdomain' : 'invalid_base_url',
    message: `${flag} cannot be ${JSON.stringify(text.slice(0, 80))}.`,
    next: `${accepts(name)} Nothing was written.`,
    field: flag.slice(2),
    received: text.slice(0, 80),
  });
}
