import type { ApiClient } from '@testio-mcp/api-client';
import { SECOND_MS } from '@testio-mcp/domain';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import type { Secret } from './secret.ts';
import { readToken } from './token-access.ts';
import { programVersion } from './version.ts';

/** The Customer API, not loaded before somebody asks for it. */
export interface ApiAccess {
  /** @throws TestioError `token_missing`, and those of a keychain that cannot be read: it is asked again by the next call */
  token(): Promise<Secret>;
  /** @throws TestioError as `token` does */
  client(): Promise<ApiClient>;
  close(): Promise<void>;
}

/** Prepares access to the API. Neither the HTTP library nor a connection is there before the first call of `client`. */
export function lazyApi(config: Config, logger: Logger): ApiAccess {
  const closing = new AbortController();
  const token = onceDone(() => readToken(config, { signal: closing.signal }));
  const client = onceDone(async () => {
    const secret = await token();
    const { createApiClient } = await import('@testio-mcp/api-client');
    return createApiClient({
      baseUrl: config.apiBaseUrl,
      token: secret.reveal(),
      maxConcurrent: config.maxConcurrentRequests,
      timeoutMs: Math.round(config.httpTimeoutSeconds * SECOND_MS),
      userAgent: `testio-mcp/${programVersion()}`,
      env: { HTTPS_PROXY: config.httpsProxy?.reveal(), NO_PROXY: config.noProxy ?? undefined },
      onRequest: (event) => logger.debug(event, 'API request'),
    });
  });
  return {
    token,
    client,
    async close() {
      closing.abort();
      await (await client.begun()?.catch(() => undefined))?.close();
    },
  };
}

interface OnceDone<T> {
  (): Promise<T>;
  /** What was begun, if anything was. */
  begun(): Promise<T> | undefined;
}

/** Does a work once, for all who ask; again only when it failed. */
function onceDone<T>(work: () => Promise<T>): OnceDone<T> {
  let begun: Promise<T> | undefined;
  const ask = (): Promise<T> => {
    begun ??= work().catch((thrown: unknown) => {
      begun = undefined;
      throw thrown;
    });
    return begun;
  };
  return Object.assign(ask, { begun: () => begun });
}
