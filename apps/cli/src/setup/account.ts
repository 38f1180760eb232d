import { type Product, TestioError } from '@testio-mcp/domain';
import {
  type Config,
  readAccountProducts,
  rememberToken,
  SETTINGS,
  Secret,
  type SettingName,
  type TokenPlace,
} from '@testio-mcp/runtime';

/** What setup finds out about an account and writes into its configuration. */
export interface Account {
  /** The part of the account's address before `.test.io`; null when it was not said. */
  readonly subdomain: string | null;
  readonly token: Secret;
  readonly tokenPlace: TokenPlace;
  readonly apiBaseUrl: string;
  /** Null: all products, also those that come later. */
  readonly productIds: readonly number[] | null;
}

/** A product of the account, as people know it. */
export interface ProductChoice {
  readonly id: number;
  readonly title: string;
}

/**
 * Asks Test IO whether this token opens an account at this address.
 *
 * @returns the account's products, by title
 * @throws TestioError the API's, which says what is wrong
 */
export async function productsOf(
  config: Config,
  access: Pick<Account, 'token' | 'apiBaseUrl'>,
  signal: AbortSignal,
): Promise<readonly ProductChoice[]> {
  const products = await readAccountProducts({ ...config, ...access }, signal);
  return products.map(productChoice).sort((a, b) => a.title.localeCompare(b.title, 'en'));
}

function productChoice({ id, title }: Product): ProductChoice {
  return { id, title: title ?? `Product ${id}` };
}

/** The account as it is configured by now; null members where nothing is. */
export interface KnownAccount extends Omit<Account, 'token'> {
  readonly token: Secret | null;
}

/** What the configuration says already, wherever it says it. A token that the keychain holds is not among it. */
export function knownAccount(
  { subdomain, token, apiBaseUrl, productIds }: Config,
  tokenPlace: TokenPlace,
): KnownAccount {
  return { subdomain, token, tokenPlace, apiBaseUrl, productIds };
}

/** Reads a value as its setting does; null where the setting would not take it. */
export function readAs<N extends 'token' | 'subdomain' | 'apiBaseUrl'>(
  name: N,
  text: string,
): NonNullable<Config[N]> | null {
  const parsed = SETTINGS[name].type.schema.safeParse(name === 'token' ? pasted(text) : text.trim());
  // From here on it may stand in an error, and must not.
  if (parsed.data instanceof Secret) rememberToken(parsed.data);
  // Each setting's type reads its own kind of value.
  return parsed.success ? (parsed.data as NonNullable<Config[N]>) : null;
}

/** What a value must be, for a question that is asked again. */
export function accepts(name: 'token' | 'subdomain' | 'apiBaseUrl'): string {
  return `It must be ${SETTINGS[name].type.accepts}.`;
}

/** A token as it comes out of a clipboard: lines broken anywhere, blanks around, characters that cannot be seen. */
function pasted(text: string): string {
  return text
    .replaceAll(/[\r\n\u200b-\u200d\u2060\ufeff]/g, '')
    .replaceAll('\u00a0', ' ')
    .trim();
}

/** The page of the account where tokens are made; null when the account's address is not known. */
export function tokenPage({ subdomain, apiBaseUrl }: Pick<Account, 'subdomain' | 'apiBaseUrl'>): string | null {
  const isProduction = apiBaseUrl === SETTINGS.apiBaseUrl.default;
  return subdomain === null || !isProduction ? null : `https://${subdomain}.test.io/api_integrations`;
}

/**
 * The ids of products that were named by id or title.
 *
 * @param known null when Test IO was not asked: then only ids can be taken
 * @throws TestioError `unknown_product`, which lists those there are
 */
export function chosenProducts(
  named: readonly string[],
  known: readonly ProductChoice[] | null,
): readonly number[] | null {
  if (named.some((name) => name.toLowerCase() === 'all')) return null;
  const ids = named.map((name) => {
    const id = /^\d{1,15}$/.test(name) ? Number(name) : null;
    if (known === null && id !== null) return id;
    const found = known?.find((product) => product.id === id || product.title.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw unknownProduct(name, known);
    return found.id;
  });
  return [...new Set(ids)].sort((a, b) => a - b);
}

function unknownProduct(name: string, known: readonly ProductChoice[] | null): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'unknown_product',
    message:
      known === null
        ? `--products takes ids alone when Test IO is not asked, not ${JSON.stringify(name)}.`
        : `The account has no product ${JSON.stringify(name)}.`,
    next: 'Name products by id or by their whole title, or say --products all. Nothing was written.',
    field: 'products',
    received: name,
    ...(known === null ? {} : { accepted: known.map(({ id, title }) => `${title} (${id})`) }),
  });
}

/** The settings that are taken from the environment of this shell into the file: clients would not see them. */
export const KEPT_FROM_ENVIRONMENT = ['httpsProxy', 'noProxy'] as const satisfies readonly SettingName[];
