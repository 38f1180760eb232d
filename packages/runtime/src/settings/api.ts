import { group, ofAccount, type Settings, secret } from '../setting.ts';
import {
  decimal,
  httpAddress,
  oneOf,
  plainText,
  proxyAddress,
  subdomain,
  token,
  wholeNumber,
} from '../setting-type.ts';

const api = group('API');

/** Settings of how the Customer API is reached. */
export const API_SETTINGS = {
  token: ofAccount(
    secret(
      api('TESTIO_CUSTOMER_API_TOKEN', { type: token, default: null, help: 'Token of the Test IO Customer API.' }),
    ),
  ),
  tokenSource: ofAccount(
    api('TESTIO_CUSTOMER_API_TOKEN_SOURCE', {
      type: oneOf(['settings', 'keychain']),
      default: null,
      help: 'keychain: while no token is set, it is read from the keychain of the system, where setup --keychain puts it.',
    }),
  ),
  apiBaseUrl: ofAccount(
    api('TESTIO_CUSTOMER_API_BASE_URL', {
      type: httpAddress,
      default: 'https://api.test.io/customer/v2',
      help: 'Address of the Customer API.',
    }),
  ),
  subdomain: ofAccount(
    api('TESTIO_SUBDOMAIN', {
      type: subdomain,
      default: null,
      help: "The part of your account's address before .test.io; setup finds the page with the tokens by it.",
    }),
  ),
  maxConcurrentRequests: api('MAX_CONCURRENT_API_REQUESTS', {
    type: wholeNumber(1, 50),
    default: 10,
    help: 'Requests to the API that may be in flight at once.',
  }),
  httpTimeoutSeconds: api('HTTP_TIMEOUT_SECONDS', {
    type: decimal(1, 300),
    default: 90,
    help: 'Seconds one request to the API may take.',
  }),
  httpsProxy: secret(api('HTTPS_PROXY', { type: proxyAddress, default: null, help: 'Proxy for requests to the API.' })),
  noProxy: api('NO_PROXY', {
    type: plainText,
    default: null,
    help: 'Hosts that are reached without the proxy, separated by commas.',
  }),
} as const satisfies Settings;
