import type { Product } from '@testio-mcp/domain';
import { lazyApi } from './api-access.ts';
import type { Config } from './config.ts';
import { createLogger } from './logger.ts';

/** Somebody waits for the answer: seconds one request may take. */
const PATIENCE_SECONDS = 30;
const ATTEMPTS = 2;

/**
 * Asks Test IO whether the settings of a configuration open an account, and which products it has. Needs no store.
 *
 * @throws TestioError the API's, whose code says what is wrong: `api_unauthorized`, `api_forbidden`, `api_dns_failure`,
 * `api_tls_failure`, `api_proxy_failure`, `api_unreachable`, `api_timeout`, `api_server_error`, …; `token_missing`
 */
export async function readAccountProducts(config: Config, signal?: AbortSignal): Promise<readonly Product[]> {
  const httpTimeoutSeconds = Math.min(config.httpTimeoutSeconds, PATIENCE_SECONDS);
  const api = lazyApi(
    { ...config, httpTimeoutSeconds },
    createLogger({ ...config, logLevel: 'silent', logFile: null }),
  );
  try {
    const client = await api.client();
    return await client.listProducts({ signal, attempts: ATTEMPTS });
  } finally {
    await api.close();
  }
}
