import { type Config, changeConfigFile, customerConfigFile, SETTINGS, type WrittenConfig } from '@testio-mcp/runtime';
import type { Invocation } from '../invocation.ts';
import { type Account, KEPT_FROM_ENVIRONMENT } from './account.ts';

/** The file that setup writes for the selected customer. */
export function accountFile({ envFile, customer }: Invocation, config: Config): string {
  return envFile === undefined ? customerConfigFile(config.home, customer ?? config.customerName) : config.configFile;
}

/** Writes what was found out about the account, all of it or nothing; what the file was is kept beside it. */
export async function writeAccount(file: string, config: Config, account: Account): Promise<WrittenConfig> {
  const { subdomain, token, apiBaseUrl, productIds } = account;
  return changeConfigFile(
    file,
    {
      subdomain,
      token: token.reveal(),
      apiBaseUrl: apiBaseUrl === SETTINGS.apiBaseUrl.default ? null : apiBaseUrl,
      productIds: productIds === null ? null : productIds.join(','),
      ...environmentKept(config),
    },
    { backup: true },
  );
}

/** Writes a new token and nothing else. */
export async function writeToken(file: string, token: Account['token']): Promise<WrittenConfig> {
  return changeConfigFile(file, { token: token.reveal() }, { backup: true });
}

/** Proxies are often set for shells alone; the server that a client starts needs them too. */
function environmentKept(config: Config) {
  const kept = KEPT_FROM_ENVIRONMENT.filter((name) => config.origins[name] === 'environment');
  return Object.fromEntries(kept.map((name) => [name, textOf(config[name])]));
}

function textOf(value: Config['httpsProxy' | 'noProxy']): string | null {
  return value === null || typeof value === 'string' ? value : value.reveal();
}
