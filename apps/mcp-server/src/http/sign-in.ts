import { createHmac, timingSafeEqual } from 'node:crypto';
import { TestioError } from '@testio-mcp/domain';
import type { Config, Secret } from '@testio-mcp/runtime';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { problem } from './problem.ts';
import { isLoopback } from './who-may-ask.ts';

const COOKIE = 'testio_mcp';
const COOKIE_SECONDS = 12 * 3600;

/**
 * Refuses to start a server that others can reach and that asks nobody who they are.
 *
 * @throws TestioError `http_token_missing`
 */
export function requireHttpToken(config: Config): void {
  if (config.httpToken !== null) return;
  const isOpen = !isLoopback(config.httpHost);
  if (!isOpen && config.httpAllowedHosts === null) return;
  throw new TestioError({
    kind: 'configuration',
    code: 'http_token_missing',
    message: isOpen
      ? `A server on ${config.httpHost} can be reached by others, and no TESTIO_HTTP_TOKEN is set.`
      : 'TESTIO_HTTP_ALLOWED_HOSTS lets others reach the server, and no TESTIO_HTTP_TOKEN is set.',
    next: 'Set TESTIO_HTTP_TOKEN to a long random word and give it to the clients, or serve on 127.0.0.1.',
    field: 'TESTIO_HTTP_TOKEN',
  });
}

/** Lets in who sends the secret as a bearer token, or came through the sign-in page. Everybody, where there is no secret. */
export function signedIn(secret: Secret | null): MiddlewareHandler {
  return async (c, next) => {
    if (secret === null || hasBearer(c, secret) || hasCookie(c, secret)) return next();
    c.header('WWW-Authenticate', 'Bearer realm="testio-mcp"');
    const wantsPage = c.req.method === 'GET' && (c.req.header('Accept') ?? '').includes('text/html');
    if (wantsPage) return c.redirect('/sign-in', 303);
    return problem(c, notSignedIn(c.req.header('Authorization') !== undefined), 401);
  };
}

/** Whether this word is the secret. Takes the same time for every wrong one. */
export function isSecret(given: string, secret: Secret): boolean {
  return timingSafeEqual(digest(given), digest(secret.reveal()));
}

/** Remembers in the browser that the secret was given; the secret itself does not go there. */
export function rememberSignIn(c: Context, secret: Secret): void {
  const until = Math.floor(Date.now() / 1000) + COOKIE_SECONDS;
  setCookie(c, COOKIE, `${until}.${proof(secret, until)}`, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: COOKIE_SECONDS,
    secure: c.req.header('X-Forwarded-Proto') === 'https',
  });
}

function hasBearer(c: Context, secret: Secret): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  return given !== undefined && isSecret(given, secret);
}

function hasCookie(c: Context, secret: Secret): boolean {
  const [until, given = ''] = (getCookie(c, COOKIE) ?? '').split('.');
  const isProven = timingSafeEqual(digest(given), digest(proof(secret, Number(until))));
  return isProven && Number(until) * 1000 > Date.now();
}

/** What only somebody who has the secret can write. */
function proof(secret: Secret, until: number): string {
  return createHmac('sha256', secret.reveal()).update(`signed in until ${until}`).digest('base64url');
}

/** Of equal length for words of any length, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHmac('sha256', 'testio-mcp').update(text).digest();
}

function notSignedIn(wasGiven: boolean): TestioError {
  return new TestioError({
    kind: 'permission',
    code: wasGiven ? 'http_token_wrong' : 'http_token_missing',
    message: wasGiven ? 'The bearer token is not the one of this server.' : 'This server asks for a bearer token.',
    next: 'Send the header "Authorization: Bearer <TESTIO_HTTP_TOKEN of the server>".',
  });
}
