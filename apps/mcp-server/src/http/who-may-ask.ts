import { isIP } from 'node:net';
import type { Config } from '@testio-mcp/runtime';
import type { MiddlewareHandler } from 'hono';
import { httpError, problem } from './problem.ts';

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** Whether only programs of this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(bare(host)) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Refuses requests that name a host this server does not have, and requests of web pages that are not its own. A page on the
 * internet can make its name point to this machine, and a browser then lets it talk to us; it cannot hide its name from the
 * Host header, and an address in figures cannot be made to point elsewhere.
 */
export function whoMayAsk(
  config: Pick<Config, 'httpHost' | 'httpAllowedHosts' | 'httpAllowedOrigins'>,
): MiddlewareHandler {
  const names = new Set([...LOOPBACK_NAMES, bare(config.httpHost), ...(config.httpAllowedHosts ?? [])]);
  const isOpen = !isLoopback(config.httpHost);
  const origins = new Set(config.httpAllowedOrigins ?? []);
  const isOurs = (host: string): boolean => names.has(host) || (isOpen && isIP(host) !== 0);

  return async (c, next) => {
    const given = c.req.header('Host') ?? '';
    const url = URL.parse(`http://${given}`);
    if (
      url === null ||
      url.host === '' ||
      `${url.pathname}${url.search}${url.hash}${url.username}` !== '/' ||
      !isOurs(bare(url.hostname))
    ) {
      return problem(
        c,
        httpError(
          'host_not_allowed',
          'The Host header names a host that this server does not go by.',
          'Use the address that the server printed when it started, or set TESTIO_HTTP_ALLOWED_HOSTS.',
        ),
        403,
      );
    }
    const origin = c.req.header('Origin');
    if (origin !== undefined && !origins.has(origin) && !isSameHost(origin, url)) {
      return problem(
        c,
        httpError(
          'origin_not_allowed',
          'Web pages of this origin may not ask this server.',
          'Set TESTIO_HTTP_ALLOWED_ORIGINS on the server if they should.',
        ),
        403,
      );
    }
    return next();
  };
}

/** A page that this server itself has delivered, over http or through a proxy that speaks https. */
function isSameHost(origin: string, { host }: URL): boolean {
  const from = URL.parse(origin);
  return from !== null && /^https?:$/.test(from.protocol) && from.host === host;
}

/** A host without the brackets of an IPv6 address, in small letters. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
