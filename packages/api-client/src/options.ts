import { setTimeout as pause } from 'node:timers/promises';
import { TestioError } from '@testio-mcp/domain';
import type { Sleep } from './retry.ts';

/** One attempt of one request, for logs and measurements. Holds neither the token nor anything from the answer's body. */
export interface RequestEvent {
  readonly method: 'GET' | 'POST';
  /** Path below the base URL, with its query. */
  readonly path: string;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Duration of the attempt in milliseconds, without queue and pauses. */
  readonly ms: number;
  /** From 1. */
  readonly attempt: number;
  /** Code of the error this attempt ended with. */
  readonly error?: string;
}

export interface ApiClientOptions {
  /** For example `https://api.test.io/customer/v2`, with or without a slash at the end. */
  readonly baseUrl: string;
  /** The customer's API token. It goes into the Authorization header and nowhere else. */
  readonly token: string;
  /** Requests on the wire at a time, 1 to 50; 10 when absent. */
  readonly maxConcurrent?: number | undefined;
  /** Time limit of one attempt, from connecting to the last byte, in milliseconds; 90,000 when absent. */
  readonly timeoutMs?: number | undefined;
  /** Attempts of one call in all, from 1; 4 when absent. */
  readonly maxAttempts?: number | undefined;
  /** Size of the retry budget: at most this many retries plus one for every five calls. 50 when absent, 0 for no retries. */
  readonly retryBudget?: number | undefined;
  readonly userAgent?: string | undefined;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or in small letters) are read; `process.env` when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of every attempt. What it throws is dropped. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Replaces the pauses between attempts, for tests. */
  readonly sleep?: Sleep | undefined;
  /** Replaces the jitter, for tests: from 0 (included) to 1 (excluded). */
  readonly random?: (() => number) | undefined;
}

/** Proxies by the scheme they serve; empty text for none. */
interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** The options checked and filled in. */
export interface Settings {
  readonly base: URL;
  /** Path of the base URL without a slash at its end. */
  readonly basePath: string;
  readonly token: string;
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly retryBudget: number;
  readonly userAgent: string;
  readonly proxy: ProxySettings;
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
  readonly sleep: Sleep;
  readonly random: () => number;
}

/** Longest delay that timers can keep: beyond it they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Checks the options. Throws a TestioError of kind `configuration` that names the one at fault, never its secret value. */
export function readOptions(options: ApiClientOptions): Settings {
  const base = readBaseUrl(options.baseUrl);
  return {
    base,
    basePath: base.pathname.replace(/\/+$/, ''),
    token: readToken(options.token),
    maxConcurrent: integer('maxConcurrent', options.maxConcurrent ?? 10, 1, 50),
    timeoutMs: integer('timeoutMs', options.timeoutMs ?? 90_000, 1, LONGEST_TIMER_MS),
    maxAttempts: integer('maxAttempts', options.maxAttempts ?? 4, 1, 20),
    retryBudget: integer('retryBudget', options.retryBudget ?? 50, 0, Number.MAX_SAFE_INTEGER / 10),
    userAgent: readUserAgent(options.userAgent ?? 'testio-mcp'),
    proxy: readProxies(options.env ?? process.env),
    onRequest: options.onRequest,
    sleep: options.sleep ?? ((ms, signal) => pause(ms, undefined, { signal })),
    random: options.random ?? Math.random,
  };
}

function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw wrong({
    code: 'invalid_base_url',
    field: 'baseUrl',
    message: 'The base URL of the Customer API is not an http or https address without user name, query and fragment.',
    next: 'Set TESTIO_CUSTOMER_API_BASE_URL to an address such as https://api.test.io/customer/v2, or leave it unset.',
  });
}

function readToken(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw wrong({
    code: token === '' ? 'missing_token' : 'invalid_token',
    field: 'token',
    message: token === '' ? 'There is no API token.' : 'The API token holds blanks or characters that no token has.',
    next: 'Copy the token from the Integrations page of your Test IO account into TESTIO_CUSTOMER_API_TOKEN.',
  });
}

function readUserAgent(text: string): string {
  if (/^[\x20-\x7e]+$/.test(text)) return text;
  throw wrong({
    code: 'invalid_api_option',
    field: 'userAgent',
    message: 'The user agent is empty or holds characters that no header may have.',
    next: 'Use plain Latin letters, digits and signs, or leave it unset.',
  });
}

function readProxies(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  return {
    httpProxy: readProxy(env, 'HTTP_PROXY'),
    httpsProxy: readProxy(env, 'HTTPS_PROXY'),
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  };
}

function readProxy(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const text = (env[name.toLowerCase()] ?? env[name] ?? '').trim();
  if (text === '') return '';
  // Other programs take `proxy.example:3128` for an http proxy; the URL parser would take the name for a scheme.
  const address = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)) return address;
  throw wrong({
    code: 'invalid_proxy',
    field: name,
    message: `${name} is not the address of an http, https or socks5 proxy.`,
    next: `Set ${name} to an address such as http://proxy.example:3128, or leave it unset.`,
  });
}

function integer(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrong({
    code: 'invalid_api_option',
    field,
    message: `The setting ${field} of the Customer API is ${value}; it must be a whole number from ${least} to ${most}.`,
    next: `Choose ${field} within these bounds, or leave it unset.`,
  });
}

function wrong(facts: { code: string; field: string; message: string; next: string }): TestioError {
  return new TestioError({ kind: 'configuration', ...facts });
}
