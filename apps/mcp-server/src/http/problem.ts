import { type ErrorKind, TestioError, toTestioError } from '@testio-mcp/domain';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const STATUSES: Readonly<Record<ErrorKind, ContentfulStatusCode>> = {
  configuration: 500,
  // Whose token was refused: ours, by the API. The caller's own is a matter of sign-in.ts.
  authentication: 502,
  permission: 403,
  not_found: 404,
  validation: 400,
  ambiguous: 400,
  rate_limit: 503,
  upstream: 502,
  network: 502,
  storage: 503,
  busy: 409,
  cancelled: 503,
  internal: 500,
};

/** HTTP status of an error. What the Customer API refuses us is never shown as if the caller had been refused. */
export function statusOf({ kind, facts }: TestioError): ContentfulStatusCode {
  const isOurTrouble = facts.upstreamStatus !== undefined && kind === 'permission';
  return isOurTrouble ? 502 : STATUSES[kind];
}

/**
 * Answers with problem details (RFC 9457): beside the standard members the same code, field, accepted values and next step
 * that MCP and the command line give.
 */
export function problem(c: Context, thrown: unknown, status?: ContentfulStatusCode): Response {
  const error = toTestioError(thrown);
  const answered = status ?? statusOf(error);
  if (error.facts.retryAfterMs !== undefined) c.header('Retry-After', `${Math.ceil(error.facts.retryAfterMs / 1000)}`);
  const body = JSON.stringify(problemBody(error, answered));
  return c.body(body, answered, { 'Content-Type': 'application/problem+json' });
}

/** The problem details of an error. */
export function problemBody(error: TestioError, status: number = statusOf(error)): Record<string, unknown> {
  const { message: detail, ...members } = error.report();
  const type = `urn:testio-mcp:error:${members.code}`;
  return { type, title: titleOf(members.code), status, detail, ...members };
}

/** `store_never_synced` as people read it. */
function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An error of the HTTP surface itself. */
export function httpError(code: string, message: string, next: string): TestioError {
  return new TestioError({ kind: 'validation', code, message, next });
}
