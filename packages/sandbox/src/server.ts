import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Account } from './account/account.ts';
import { type Control, handleControl } from './control/routes.ts';
import { drift } from './drift.ts';
import type { Fault, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import { HttpError } from './routes/http-error.ts';
import { route } from './routes/router.ts';
import type { SandboxSwitches } from './switches.ts';

/** Where the API begins. */
export const BASE_PATH = '/customer/v2';
const CONTROL_PATH = '/__sandbox/';
const MAX_BODY = 64 * 1024 * 1024;
const HTML =
  '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>';

export interface ServerParts {
  readonly account: Account;
  readonly token: string;
  readonly latencyMs: number;
  readonly switches: SandboxSwitches;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly control: Control;
}

/** What is sent; null when the connection is left alone or was broken. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The HTTP server of the sandbox: the API below its base path, control routes beside it. */
export function createSandboxServer(parts: ServerParts): Server {
  let inFlight = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.startsWith(CONTROL_PATH)) {
      void answerControl(parts, request, response, url.pathname.slice(CONTROL_PATH.length));
      return;
    }
    const began = performance.now();
    inFlight += 1;
    const inFlightNow = inFlight;
    let isLogged = false;
    const finish = (status: number) => {
      if (isLogged) return;
      isLogged = true;
      inFlight -= 1;
      const query = url.search.replace(/^\?/, '');
      const ms = Math.round((performance.now() - began) * 10) / 10;
      parts.log.add({ method: request.method ?? 'GET', path: url.pathname, query, status, ms, in_flight: inFlightNow });
    };
    response.once('close', () => finish(0));
    void answerApi(parts, request, response, url, finish);
  });
  // Clients keep connections open between bursts; closing them early would look like faults nobody asked for.
  server.keepAliveTimeout = 120_000;
  server.headersTimeout = 125_000;
  return server;
}

async function answerApi(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  finish: (status: number) => void,
): Promise<void> {
  const method = request.method ?? 'GET';
  const body = await readBody(request);
  if (body === null) return;
  if (parts.latencyMs > 0) await wait(parts.latencyMs);
  const fault = parts.faults.next(method, url.pathname);
  if (fault?.kind === 'timeout') return finish(0);
  if (fault?.kind === 'reset') {
    finish(0);
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'slow') await wait(fault.ms);
  if (response.destroyed) return;
  const answer = faulty(fault, parts) ?? spoil(fault, answerOf(parts, request, url, body));
  finish(answer.status);
  send(response, answer);
}

/** The right answer. */
function answerOf(parts: ServerParts, request: IncomingMessage, url: URL, body: string): Answer {
  const { account, switches } = parts;
  try {
    if (!url.pathname.startsWith(`${BASE_PATH}/`)) throw new HttpError(404, 'Not found');
    if (!isAuthorized(request.headers.authorization, parts.token))
      throw new HttpError(401, 'Token is missing or not valid');
    const { handler, ids } = route(request.method ?? 'GET', url.pathname.slice(BASE_PATH.length));
    return json(200, handler({ account, switches, query: url.searchParams, ids, body: parseBody(body) }));
  } catch (error) {
    if (error instanceof HttpError) return refusal(switches, error);
    return refusal(switches, new HttpError(500, `The sandbox itself is broken: ${String(error)}`));
  }
}

/** The scheme is compared without regard to case, the token exactly (customer-api 1). */
function isAuthorized(header: string | undefined, token: string): boolean {
  const [, scheme, given] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? [];
  return scheme?.toLowerCase() === 'token' && given === token;
}

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpError(400, 'The body is not valid JSON');
  }
}

/** Answers that a fault gives without looking at the request. */
function faulty(fault: Fault | null, { switches }: ServerParts): Answer | null {
  switch (fault?.kind) {
    case 'status':
      return refusal(switches, new HttpError(fault.status, 'This fault was asked for'));
    case 'limit': {
      const due = new Date(Date.now() + fault.seconds * 1_000 + 999);
      const after = fault.asDate ? due.toUTCString() : String(fault.seconds);
      return refusal(switches, new HttpError(429, 'Too many requests, slow down', { 'retry-after': after }));
    }
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML };
    default:
      return null;
  }
}

/** Answers that a fault makes out of the right one. */
function spoil(fault: Fault | null, answer: Answer): Answer {
  switch (fault?.kind) {
    case 'truncate':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    case 'drift':
      return answer.status === 200 ? { ...answer, body: JSON.stringify(drift(JSON.parse(answer.body))) } : answer;
    default:
      return answer;
  }
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

function refusal({ errorBody }: SandboxSwitches, error: HttpError): Answer {
  switch (errorBody) {
    case 'json':
      return json(error.status, { error: error.message }, error.headers);
    case 'empty':
      return { status: error.status, headers: error.headers, body: '' };
    case 'html':
      return { status: error.status, headers: { ...error.headers, 'content-type': 'text/html' }, body: HTML };
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'cache-control': 'no-cache', 'content-length': bytes.length });
  response.end(bytes);
}

async function answerControl(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return;
  const { status, answer } = handleControl(parts.control, request.method ?? 'GET', path, body);
  send(response, json(status, answer));
}

/** The whole body; null when the connection broke before its end. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_BODY) {
        request.destroy();
        return null;
      }
      chunks.push(bytes);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
