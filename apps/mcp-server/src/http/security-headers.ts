import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/**
 * Tells browsers what they may do with an answer, whatever it is. These headers are the same for all, so they are asked of hono once
 * and put beside each answer: hono itself would take each answer apart to add them.
 */
export function securityHeaders(): MiddlewareHandler<{ Bindings: HttpBindings }> {
  const headers = headersForAll();
  return async (c, next) => {
    for (const [name, value] of await headers) c.env.outgoing.setHeader(name, value);
    return next();
  };
}

async function headersForAll(): Promise<[string, string][]> {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // Whether there is TLS is for the proxy to say that brings it.
      strictTransportSecurity: false,
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
    }),
  );
  app.get('/', (c) => c.body(null));
  const { headers } = await app.request('/');
  return [...headers];
}
