import { gunzipSync } from 'node:zlib';
import { cancelled } from '@testio-mcp/domain';
import type { Dispatcher } from 'undici';
import type { Connections } from './dispatcher.ts';
import type { Failure } from './errors.ts';
import { networkFailure } from './network-failure.ts';
import type { Settings } from './options.ts';
import type { Json } from './parse/members.ts';
import { DEFAULT_RATE_LIMIT_PAUSE_MS, parseRetryAfter } from './retry.ts';

/** Bytes unzipped at a time, at least and at most. */
const [SMALLEST_PIECE, LARGEST_PIECE] = [1_024, 4 * 1_024 * 1_024];

/** A request as the wire sees it. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, beginning with a slash, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: Json;
}

/** An answer in full. */
export interface Answered {
  readonly status: number;
  readonly answer: Json;
}

/** How one attempt ended. `status` is null when no answer came. */
export type Outcome =
  | ({ readonly failure: null } & Answered)
  | { readonly status: number | null; readonly answer: null; readonly failure: Failure };

/** An answer whose bytes have all come, but which nobody has read yet. */
export interface Received {
  readonly status: number;
  readonly bytes: Buffer;
  readonly isZipped: boolean;
}

/** Sends one request once and receives the whole answer. */
export class HttpSender {
  readonly #connections: Connections;
  readonly #settings: Settings;

  constructor(connections: Connections, settings: Settings) {
    this.#connections = connections;
    this.#settings = settings;
  }

  /**
   * @returns the answer as it came, or why there is none; follows no redirect, which could carry the token elsewhere
   * @throws `cancelled` when the signal aborts, nothing else
   */
  async send(request: WireRequest, signal: AbortSignal | undefined): Promise<Received | Outcome> {
    if (signal?.aborted) throw cancelled();
    const limit = new AbortController();
    const stop = () => limit.abort();
    const timer = setTimeout(stop, this.#settings.timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const received = await this.#exchange(request, limit.signal);
      // Reading a refusal to its end may have been cut short by the caller.
      if (signal?.aborted) throw cancelled();
      return received;
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      if (limit.signal.aborted) return failed(null, { code: 'api_timeout', again: true });
      return failed(null, networkFailure(error, this.#connections.isProxyError(error)));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  async #exchange(request: WireRequest, signal: AbortSignal): Promise<Received | Outcome> {
    const { base, basePath, token, userAgent } = this.#settings;
    const dispatcher = await this.#connections.open();
    const response = await dispatcher.request({
      origin: base.origin,
      path: `${basePath}${request.path}`,
      method: request.method,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        authorization: `Token ${token}`,
        'user-agent': userAgent,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
    const status = response.statusCode;
    if (status < 200 || status > 299) {
      // The text of a refusal is not passed on, but reading it to its end keeps the connection usable.
      await response.body.dump({ limit: 65_536 }).catch(() => undefined);
      return failed(status, statusFailure(status, response.headers));
    }
    return receive(response, signal);
  }
}

async function receive(response: Dispatcher.ResponseData, signal: AbortSignal): Promise<Received | Outcome> {
  const status = response.statusCode;
  try {
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const isZipped = header(response.headers, 'content-encoding')?.toLowerCase() === 'gzip';
    return { status, bytes, isZipped };
  } catch (error) {
    if (signal.aborted) throw error;
    return unreadable(status, 'it broke off before its end');
  }
}

/** Reads an answer that has come: its JSON object, or why there is none. */
export function readAnswer({ status, bytes, isZipped }: Received): Outcome {
  let text: string;
  try {
    text = new TextDecoder().decode(isZipped ? unzip(bytes) : bytes);
  } catch {
    return unreadable(status, 'it broke off before its end');
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    const page = /^\s*</.test(text);
    return unreadable(status, page ? 'it is a web page instead of data' : 'it is not complete JSON');
  }
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) {
    return { status, answer: answer as Json, failure: null };
  }
  return failed(status, { code: 'api_unreadable_answer', again: false, status, detail: 'it is not an object' });
}

/**
 * Unzips an answer in one piece. On another thread every piece would wait for the event loop, which a sync that writes keeps
 * busy, and the buffers would meanwhile grow so old that only a full garbage collection frees them.
 */
function unzip(bytes: Buffer): Buffer {
  // The last four bytes say how long it is (RFC 1952). They are the sender's, so they are no reason to take any amount of memory.
  const said = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  return gunzipSync(bytes, { chunkSize: Math.min(Math.max(said, SMALLEST_PIECE), LARGEST_PIECE) });
}

function unreadable(status: number, detail: string): Outcome {
  return failed(status, { code: 'api_unreadable_answer', again: true, status, detail });
}

function failed(status: number | null, failure: Failure): Outcome {
  return { status, answer: null, failure };
}

type Headers = Dispatcher.ResponseData['headers'];

function statusFailure(status: number, headers: Headers): Failure {
  if (status === 401) return { code: 'api_unauthorized', again: false, status };
  if (status === 403) return { code: 'api_forbidden', again: false, status };
  if (status === 404) return { code: 'api_not_found', again: false, status };
  if (status === 407) return { code: 'api_proxy_failure', again: false, status };
  if (status === 429) {
    return {
      code: 'api_rate_limited',
      again: true,
      status,
      waitMs: askedPause(headers) ?? DEFAULT_RATE_LIMIT_PAUSE_MS,
    };
  }
  if (status >= 500) {
    const waitMs = askedPause(headers);
    return { code: 'api_server_error', again: true, status, ...(waitMs === null ? {} : { waitMs }) };
  }
  if (status < 400) {
    return { code: 'api_unreadable_answer', again: false, status, detail: `it points to another address (${status})` };
  }
  return { code: 'api_rejected', again: false, status };
}

/** What `Retry-After` asks for in milliseconds. A date is compared with the server's clock, since ours may differ. */
function askedPause(headers: Headers): number | null {
  const theirs = Date.parse(header(headers, 'date') ?? '');
  return parseRetryAfter(header(headers, 'retry-after'), Number.isNaN(theirs) ? Date.now() : theirs);
}

function header(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
