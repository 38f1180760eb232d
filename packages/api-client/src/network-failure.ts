import type { Failure } from './errors.ts';

const TIMEOUT = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const DNS = /^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EREFUSED|ENONAME)$/;
const TLS_HANDSHAKE = /^(ERR_TLS_\w+|ERR_SSL_\w+|EPROTO)$/;
const CERTIFICATE =
  /^(ERR_TLS_CERT_\w+|CERT_\w+|CRL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERROR_IN_C\w+|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;
const BAD_HTTP = /^(HPE_\w+|UND_ERR_(HEADERS_OVERFLOW|RES_\w+|RESPONSE))$/;

/**
 * Tells what an error of the network, of TLS or of undici means. The error itself is not passed on, since it can hold
 * headers and sockets; its codes are.
 *
 * @param atProxy whether it arose while connecting to a proxy
 */
export function networkFailure(error: unknown, atProxy: boolean): Failure {
  const chain = chainOf(error);
  const cause = standIn(chain);
  const has = (pattern: RegExp) => chain.some((link) => pattern.test(link.code));
  // A certificate is as untrusted a second later, so asking again would only delay the answer.
  const certificate = has(CERTIFICATE);
  if (atProxy || has(/^UND_ERR_(PRX_\w+|SOCKS5\w*)$/) || chain.some((link) => refusedByProxy(link.message))) {
    return {
      code: 'api_proxy_failure',
      again: !certificate && !chain.some((link) => link.message.includes('407')),
      cause,
    };
  }
  if (has(TIMEOUT)) return { code: 'api_timeout', again: true, cause };
  if (has(DNS)) return { code: 'api_dns_failure', again: true, cause };
  if (certificate || has(TLS_HANDSHAKE)) return { code: 'api_tls_failure', again: !certificate, cause };
  // The parser's errors may come without their code.
  if (has(BAD_HTTP) || chain.some((link) => link.name === 'HTTPParserError'))
    return { code: 'api_unreadable_answer', again: true, detail: 'it is not proper HTTP', cause };
  return { code: 'api_unreachable', again: true, cause };
}

interface Link {
  readonly name: string;
  readonly code: string;
  readonly syscall: string;
  /** For recognition only; it never goes further. */
  readonly message: string;
}

/** The error, its causes and the parts of an AggregateError (one for each address that was tried). */
function chainOf(error: unknown, depth = 0): Link[] {
  if (typeof error !== 'object' || error === null || depth > 4) return [];
  const link: Link = {
    name: textOf(error, 'name'),
    code: textOf(error, 'code'),
    syscall: textOf(error, 'syscall'),
    message: textOf(error, 'message'),
  };
  const parts = error instanceof AggregateError ? error.errors.flatMap((part) => chainOf(part, depth + 1)) : [];
  const cause = 'cause' in error ? chainOf(error.cause, depth + 1) : [];
  return [link, ...parts, ...cause];
}

function textOf(error: object, member: string): string {
  const value = (error as Readonly<Record<string, unknown>>)[member];
  return typeof value === 'string' ? value : '';
}

/** undici has no code of its own for a proxy that answers the request for a tunnel with a refusal. */
function refusedByProxy(message: string): boolean {
  return message.startsWith('Proxy response (') || message.startsWith('Proxy Authentication Required');
}

/** An error for the log with the names and codes of the chain only, each of them checked to be nothing but a name. */
function standIn(chain: readonly Link[]): Error {
  const words = chain
    .flatMap((link) => [link.syscall, link.code || link.name])
    .filter((word) => /^[A-Za-z]\w{0,60}$/.test(word));
  return new Error([...new Set(words)].join(' ') || 'unknown network error');
}
