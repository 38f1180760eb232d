import type { ApiClient } from '@testio-mcp/api-client';
import { SECOND_MS } from '@testio-mcp/domain';
import { type Config, requireToken } from './config.ts';
import type { Logger } from './logger.ts';
import { programVersion } from './version.ts';

/** The Customer API, not loaded before somebody asks for it. */
export interface ApiAccess {
  /** @throws TestioError `token_missing` */
  client(): Promise<ApiClient>;
  close(): Promise<void>;
}

/** Prepares access to the API. Neither the HTTP library nor a connection is there before the first call of `client`. */
export function lazyApi(config: Config, logger: Logger): ApiAccess {
  let created: Promise<ApiClient> | undefined;
  const create = async (): Promise<ApiClient> => {
    const token = requireToken(config).reveal();
    const { createApiClient } = await import('@testio-mcp/api-client');
    return createApiClient({
      baseUrl: config.apiBaseUrl,
      token,
      maxConcurrent: config.maxConcurrentRequests,
      timeoutMs: Math.round(config.httpTimeoutSeconds * SECOND_MS),
      userAgent: `testio-mcp/${programVersion()}`,
      env: { HTTPS_PROXY: config.httpsProxy?.reveal(), NO_PROXY: config.noProxy ?? undefined },
      onRequest: (event) => logger.debug(event, 'API request'),
    });
  };
  return {
    async client() {
      created ??= create();
      return created;
    },
    async close() {
      await (await created?.catch(() => undefined))?.close();
    },
  };
}
