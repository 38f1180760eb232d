import { SECOND_MS, toTestioError } from '@testio-mcp/domain';
import { lazyApi } from '../api-access.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { hasToken } from '../token-access.ts';
import { type Found, failure, ok, skipped, warning } from './finding.ts';

/** A person waits for the answer. */
const PATIENCE_SECONDS = 10;

/** What each kind of trouble is called; the error itself says why, and what to do. */
const TROUBLES: Readonly<Record<string, string>> = {
  api_unauthorized: 'Test IO does not accept the API token (401).',
  api_forbidden: 'Test IO does not let this token read the products (403).',
  api_not_found: 'There is no Customer API at the configured address (404).',
  api_rate_limited: 'Test IO limits the number of requests at present (429).',
  api_server_error: 'Test IO fails on its own side.',
  api_unreadable_answer: 'What answers at the configured address is not the Customer API.',
  api_timeout: 'Test IO does not answer in time.',
  api_dns_failure: 'The name of the API cannot be resolved (DNS).',
  api_tls_failure: 'No trusted connection to the API comes about (TLS).',
  api_proxy_failure: 'The proxy makes no connection to the API.',
  api_unreachable: 'The API cannot be reached.',
};

/** Commands that mend a trouble. For all others the error says what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  api_unauthorized: 'testio-mcp setup',
};

/** Asks Test IO for the list of products, once. */
export async function checkApi(config: Config): Promise<Found | Found[]> {
  if (!hasToken(config)) return skipped('Test IO was not asked: there is no token.');
  const httpTimeoutSeconds = Math.min(config.httpTimeoutSeconds, PATIENCE_SECONDS);
  const api = lazyApi({ ...config, httpTimeoutSeconds }, createLogger(config, { write: () => undefined }));
  const host = URL.parse(config.apiBaseUrl)?.host ?? config.apiBaseUrl;
  try {
    const started = performance.now();
    const products = await (await api.client()).listProducts({ attempts: 1 });
    const seconds = ((performance.now() - started) / SECOND_MS).toFixed(1);
    const answers = ok(`${host} answers in ${seconds} s and lists ${products.length} products.`);
    const listed = new Set(products.map(({ id }) => id));
    const missing = (config.productIds ?? []).filter((id) => !listed.has(id));
    if (missing.length === 0) return answers;
    return [
      answers,
      warning(
        `TESTIO_PRODUCT_IDS names products that Test IO does not list: ${missing.join(', ')}.`,
        'They are mistyped, deleted, or of another account.',
        'testio-mcp config set TESTIO_PRODUCT_IDS <ids>',
      ),
    ];
  } catch (thrown) {
    const { code, message, facts } = toTestioError(thrown);
    if (code.startsWith('keychain_')) return skipped('Test IO was not asked: the token cannot be read.');
    return failure(TROUBLES[code] ?? `${host} could not be asked.`, message, REMEDIES[code] ?? facts.next ?? null);
  } finally {
    await api.close();
  }
}
