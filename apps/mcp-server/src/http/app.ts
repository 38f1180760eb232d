import type { HttpBindings } from '@hono/node-server';
import type { Operation } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { HttpSessions } from '../mcp/http-sessions.ts';
import { healthRoutes } from './health.ts';
import { olderPaths } from './older-paths.ts';
import { openApi } from './openapi.ts';
import { STYLE } from './page.ts';
import { httpError, problem } from './problem.ts';
import { rateLimit } from './rate-limit.ts';
import { REST_ROOT, restRoutes } from './rest.ts';
import { signedIn } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import { statusPage } from './status-page.ts';
import { whoMayAsk } from './who-may-ask.ts';

/** As much as the MCP SDK takes. No question needs more. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

const MCP_HEADERS = ['Content-Type', 'Authorization', 'Mcp-Session-Id', 'Mcp-Protocol-Version', 'Last-Event-ID'];

/**
 * Everything that is served over HTTP. The guards come first and hold for every route: who may ask, how often, how much. Then
 * health, which everybody may ask for; then the sign-in; then all that tells something about the account.
 */
export function httpApp(
  runtime: Runtime,
  offered: readonly Operation[],
  sessions: HttpSessions,
): Hono<{ Bindings: HttpBindings }> {
  const { config, logger } = runtime;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, c) => {
    logger.error({ err: error, path: c.req.path }, 'a request failed by an error of the program');
    return problem(c, error);
  });
  app.notFound((c) =>
    problem(
      c,
      httpError('route_not_found', `There is nothing at ${c.req.path}.`, 'See /openapi.json, or ask MCP at /mcp.'),
      404,
    ),
  );
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
  app.use(whoMayAsk(config));
  if (config.httpRequestsPerMinute > 0) app.use(rateLimit(config.httpRequestsPerMinute));
  app.use(
    bodyLimit({
      maxSize: MOST_BODY_BYTES,
      onError: (c) => problem(c, httpError('body_too_large', 'The body has more than 4 MiB.', 'Send less.'), 413),
    }),
  );
  if (config.httpAllowedOrigins !== null) {
    app.use(
      cors({
        origin: [...config.httpAllowedOrigins],
        allowHeaders: MCP_HEADERS,
        exposeHeaders: ['Mcp-Session-Id', 'ETag'],
      }),
    );
  }
  app.route('/health', healthRoutes(runtime));
  app.get('/health', (c) => c.redirect('/health/ready', 308));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  if (config.httpToken !== null) app.route('/sign-in', signInPage(config.httpToken));
  app.use(signedIn(config.httpToken));
  app.all('/mcp', (c) => sessions.handle(c.req.raw, (then) => c.env.outgoing.once('close', then)));
  app.all('/mcp/', (c) => c.redirect('/mcp', 308));
  const description = openApi(offered, { secured: config.httpToken !== null });
  app.get('/openapi.json', (c) => c.json(description));
  app.get('/', statusPage(runtime));
  app.route(REST_ROOT, restRoutes(runtime, offered));
  app.route('/api', olderPaths());
  return app;
}
