import { type Config, findPlaces, SETTING_NAMES, SETTINGS, type WrittenToken, writeTokenTo } from '@testio-mcp/runtime';
import { type ConfigTarget, configTarget } from '../configuration/config-target.ts';
import type { Invocation } from '../invocation.ts';
import { accountConfig } from '../session.ts';
import { type Account, KEPT_FROM_ENVIRONMENT } from './account.ts';

/** What setup begins with: the file that it writes, and what is configured by now. */
export interface Beginning extends ConfigTarget {
  readonly config: Config;
}

/**
 * Finds the file of the selected customer and what it says. For a customer that is new, nothing that is said about another account
 * counts, least of all its token.
 *
 * @throws TestioError for a name that no customer can have; what is wrong with the configuration
 */
export function findBeginning(invocation: Invocation): Beginning {
  const { env, envFile, customer: asked } = invocation;
  const target = configTarget(invocation, 'token');
  const { customers } = findPlaces({ env, envFile });
  if (asked === undefined || target.customer === null || customers.includes(target.customer)) {
    return { ...target, config: accountConfig(invocation) };
  }
  const common = accountConfig({ ...invocation, customer: customers[0] });
  const ofAccounts = SETTING_NAMES.filter((name) => SETTINGS[name].ofAccount);
  const unset = Object.fromEntries(ofAccounts.map((name) => [name, SETTINGS[name].default]));
  // The file that is written gets this name, and the command line said it.
  const origins = { ...common.origins, token: 'default' as const, customerName: 'flag' as const };
  return { ...target, config: { ...common, ...unset, customerName: target.customer, origins } };
}

/** Writes what was found out about the account, all of it or nothing; what the file was is kept beside it. */
export async function writeAccount(file: string, config: Config, account: Account): Promise<WrittenToken> {
  const { subdomain, token, tokenPlace, apiBaseUrl, productIds } = account;
  return writeTokenTo(
    tokenPlace,
    file,
    token,
    {
      subdomain,
      apiBaseUrl: apiBaseUrl === SETTINGS.apiBaseUrl.default ? null : apiBaseUrl,
      productIds: productIds === null ? null : productIds.join(','),
      ...environmentKept(config),
    },
    { backup: true },
  );
}

/** Writes a new token and nothing else. */
export async function writeToken(
  file: string,
  { token, tokenPlace }: Pick<Account, 'token' | 'tokenPlace'>,
): Promise<WrittenToken> {
  return writeTokenTo(tokenPlace, file, token, {}, { backup: true });
}

/** Proxies are often set for shells alone; the server that a client starts needs them too. */
function environmentKept(config: Config) {
  return Object.fromEntries(namesKept(config).map((name) => [name, textOf(config[name])]));
}

function namesKept({ origins }: Config) {
  return KEPT_FROM_ENVIRONMENT.filter((name) => origins[name] === 'environment');
}

/**
 * What of this shell's environment is written besides the account, as people may see it: without the password of a proxy.
 *
 * @returns null when nothing is
 */
export function proxyText(config: Config): string | null {
  const parts = namesKept(config).map((name) => {
    const text = textOf(config[name]) ?? '';
    return `${SETTINGS[name].variable} ${name === 'httpsProxy' ? withoutPassword(text) : text}`;
  });
  return parts.length === 0 ? null : `${parts.join(', ')} (from the environment of this shell)`;
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password === '') return address;
  url.password = 'HIDDEN';
  return `${url.href}, the password too`;
}

function textOf(value: Config['httpsProxy' | 'noProxy']): string | null {
  return value === null || typeof value === 'string' ? value : value.reveal();
}
