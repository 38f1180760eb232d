import { type ErrorKind, nounFor, TestioError, type TestioErrorFacts } from '@testio-mcp/domain';

/** What was asked and how it went: the part that every message names. */
export interface Asked {
  /** In words, such as "page 3 of the tests of product 30417". */
  readonly what: string;
  /** Host of the base URL. */
  readonly host: string;
  readonly timeoutMs: number;
}

/** Why an attempt failed, before it is known whether another one follows. */
export interface Failure {
  readonly code: FailureCode;
  /** Whether the same request may succeed a moment later. */
  readonly again: boolean;
  readonly status?: number;
  /** Pause the API asked for. */
  readonly waitMs?: number;
  /** What is wrong with an answer that could not be read, as the end of a sentence. */
  readonly detail?: string;
  /** A cleaned stand-in for the low-level error. */
  readonly cause?: Error;
}

type FailureCode =
  | 'api_unauthorized'
  | 'api_forbidden'
  | 'api_not_found'
  | 'api_rejected'
  | 'api_rate_limited'
  | 'api_server_error'
  | 'api_unreadable_answer'
  | 'api_timeout'
  | 'api_dns_failure'
  | 'api_tls_failure'
  | 'api_proxy_failure'
  | 'api_unreachable';

interface Wording {
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  message(asked: Asked, failure: Failure): string;
  next(asked: Asked, failure: Failure): string;
}

const WORDING: Readonly<Record<FailureCode, Wording>> = {
  api_unauthorized: {
    kind: 'authentication',
    retryable: false,
    // The command is part of the message, because answers and the status of syncs show no more of an error than that.
    message: ({ what }) =>
      `Test IO did not accept the API token when asked for ${what} (401): it is wrong, expired or replaced, and testio-mcp setup --token-only takes a new one.`,
    next: () =>
      'Make a token on the Integrations page of your Test IO account, run testio-mcp setup --token-only, and start servers that run again.',
  },
  api_forbidden: {
    kind: 'permission',
    retryable: false,
    message: ({ what }) => `Test IO knows the API token but does not let it read ${what} (403).`,
    next: () => 'Check the id; if it is yours, ask Test IO for access or use the token of the account that owns it.',
  },
  api_not_found: {
    kind: 'not_found',
    retryable: false,
    message: ({ what }) => `Test IO has nothing for this account when asked for ${what} (404).`,
    next: () => 'Check the id: it may be mistyped, deleted by now, or belong to another account.',
  },
  api_rejected: {
    kind: 'upstream',
    retryable: false,
    message: ({ what }, { status }) =>
      `Test IO rejected the request for ${what} (${status}): it breaks a rule of the API.`,
    next: () =>
      'Check the ids and filters, and name the section for a product with sections; if they are right, report this error to the makers of testio-mcp.',
  },
  api_rate_limited: {
    kind: 'rate_limit',
    retryable: true,
    message: ({ what }, { waitMs }) =>
      `Test IO limits the number of requests and put off ${what} for ${seconds(waitMs ?? 0)} (429).`,
    next: (_, { waitMs }) =>
      `Try again after ${seconds(waitMs ?? 0)}; if it happens often, lower MAX_CONCURRENT_API_REQUESTS.`,
  },
  api_server_error: {
    kind: 'upstream',
    retryable: true,
    message: ({ what }, { status }) => `Test IO failed on its own side when asked for ${what} (${status}).`,
    next: () =>
      'Nothing is wrong with the token or the request: try again in some minutes, or tell Test IO if it stays.',
  },
  api_unreadable_answer: {
    kind: 'upstream',
    retryable: false,
    message: ({ what }, { detail }) => `The answer to the request for ${what} cannot be read: ${detail}.`,
    next: (_, { again }) =>
      again
        ? 'The trouble is at Test IO or at a proxy in between: try again, and check TESTIO_CUSTOMER_API_BASE_URL.'
        : 'Test IO seems to have changed its answers: update testio-mcp, or report this error to its makers.',
  },
  api_timeout: {
    kind: 'network',
    retryable: true,
    message: ({ what, host, timeoutMs }) =>
      `${host} did not answer the request for ${what} in time (limit ${seconds(timeoutMs)}): Test IO or the network is slow.`,
    next: () => 'Try again later, or raise HTTP_TIMEOUT_SECONDS.',
  },
  api_dns_failure: {
    kind: 'network',
    retryable: true,
    message: ({ what, host }) =>
      `The name ${host} could not be resolved when asking for ${what}: the trouble is in the network on this side.`,
    next: () => 'Check the internet connection, the VPN and TESTIO_CUSTOMER_API_BASE_URL, then try again.',
  },
  api_tls_failure: {
    kind: 'network',
    retryable: true,
    message: ({ what, host }) =>
      `No trusted connection to ${host} came about when asking for ${what}: its certificate or encryption was refused here.`,
    next: () =>
      'If your company inspects traffic, point NODE_EXTRA_CA_CERTS to its CA file; else check the clock and TESTIO_CUSTOMER_API_BASE_URL.',
  },
  api_proxy_failure: {
    kind: 'network',
    retryable: true,
    message: ({ what, host }) =>
      `The proxy made no connection to ${host} when asked for ${what}: the trouble is at the proxy or its settings.`,
    next: () => 'Check HTTPS_PROXY (address, user name, password) and NO_PROXY, or ask who runs the proxy.',
  },
  api_unreachable: {
    kind: 'network',
    retryable: true,
    message: ({ what, host }) =>
      `${host} refused or broke the connection when asked for ${what}: Test IO or the network in between is down.`,
    next: () => 'Check the internet connection and TESTIO_CUSTOMER_API_BASE_URL, then try again in some minutes.',
  },
};

/**
 * Makes the error that callers see. It holds sentences of ours only: no header, no token, nothing of the answer's body.
 *
 * @param attempts how often it was tried in all
 * @param outOfRetries whether another attempt was due but the retry budget was used up
 */
export function apiError(asked: Asked, failure: Failure, attempts = 1, outOfRetries = false): TestioError {
  const words = WORDING[failure.code];
  const tried = attempts > 1 ? ` It was tried ${attempts} times.` : '';
  const spent = outOfRetries ? ' It was not tried again, because too many requests failed before.' : '';
  const facts: TestioErrorFacts = {
    kind: words.kind,
    code: failure.code,
    message: `${words.message(asked, failure)}${tried}${spent}`,
    next: words.next(asked, failure),
    retryable: words.retryable || failure.again,
    ...(failure.status === undefined ? {} : { upstreamStatus: failure.status }),
    ...(failure.waitMs === undefined ? {} : { retryAfterMs: failure.waitMs }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  };
  return new TestioError(facts);
}

/** The client was closed before this call. */
export function clientClosed(what: string): TestioError {
  return new TestioError({
    kind: 'cancelled',
    code: 'api_client_closed',
    message: `The request for ${what} was not sent: the connection to Test IO is already closed here.`,
    next: 'Start the program again.',
  });
}

/** A call that would ask for something it must not ask for. */
export function invalidCall(field: string, message: string, next: string): TestioError {
  return new TestioError({ kind: 'validation', code: 'invalid_api_call', field, message, next });
}

function seconds(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  const whole = Math.ceil(ms / 1_000);
  return `${whole} ${nounFor(whole, 'second')}`;
}
