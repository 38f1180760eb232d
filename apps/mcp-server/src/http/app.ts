import type { HttpBindings } from '@hono/node-server';
import type { Operation } from '@testio-mcp/insights';
import type { Config, Runtime } from '@testio-mcp/runtime';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { HttpSessions } from '../mcp/http-sessions.ts';
import { explorer } from './explorer.ts';
import { healthRoutes } from './health.ts';
import type { Metrics } from './metrics.ts';
import { olderPaths } from './older-paths.ts';
import { openApi } from './openapi.ts';
import { STYLE } from './page.ts';
import { httpError, problem } from './problem.ts';
import { rateLimit } from './rate-limit.ts';
import { reportDownload } from './report-download.ts';
import { REST_ROOT, restRoutes } from './rest.ts';
import { securityHeaders } from './security-headers.ts';
import { signedIn } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import { statusPage } from './status-page.ts';
import { whoMayAsk } from './who-may-ask.ts';

/** As much as the MCP SDK takes. No question needs more. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

const MCP_HEADERS = ['Content-Type', 'Authorization', 'Mcp-Session-Id', 'Mcp-Protocol-Version', 'Last-Event-ID'];

/** What the HTTP surface is made of. */
export interface HttpParts {
  readonly runtime: Runtime;
  /** The operations that this server offers. */
  readonly offered: readonly Operation[];
  readonly sessions: HttpSessions;
  /** Null: no figures are served. */
  readonly metrics: Metrics | null;
}

type App = Hono<{ Bindings: HttpBindings }>;

/**
 * Everything that is served over HTTP. The guards come first and hold for every route. Then health, which everybody may ask for,
 * and the sign-in; then all that tells something about the account.
 */
export function httpApp({ runtime, offered, sessions, metrics }: HttpParts): App {
  const { config, logger } = runtime;
  const app: App = new Hono();
  app.onError((error, c) => {
    logger.error({ err: error, path: c.req.path }, 'a request failed by an error of the program');
    return problem(c, error);
  });
  app.notFound((c) => {
    const next = 'See /docs for the REST routes, or ask MCP at /mcp.';
    return problem(c, httpError('route_not_found', `There is nothing at ${c.req.path}.`, next), 404);
  });
  if (metrics !== null) app.use(metrics.middleware);
  guard(app, config);

  app.route('/health', healthRoutes(runtime));
  app.get('/health', (c) => c.redirect('/health/ready', 308));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.all('/.well-known/*', withoutOAuth);
  if (config.httpToken !== null) app.route('/sign-in', signInPage(config.httpToken));
  app.use(signedIn(config.httpToken));

  app.all('/mcp', (c) => sessions.handle(c.req.raw, (then) => c.env.outgoing.once('close', then)));
  app.all('/mcp/', (c) => c.redirect('/mcp', 308));
  app.get('/', statusPage(runtime, offered));
  app.route('/docs', explorer(offered));
  const description = openApi(offered, { secured: config.httpToken !== null });
  app.get('/openapi.json', (c) => c.json(description));
  if (metrics !== null) {
    app.get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }));
  }
  app.get(`${REST_ROOT}/reports/:id{.+}`, reportDownload(runtime));
  app.route(REST_ROOT, restRoutes(runtime, offered));
  app.route('/api', olderPaths());
  return app;
}

/** Tells clients that look for OAuth, as they do before they have a token, that there is none. */
function withoutOAuth(c: Context): Response {
  const next = 'Send "Authorization: Bearer <TESTIO_HTTP_TOKEN of the server>" where it asks for a secret.';
  return problem(c, httpError('route_not_found', 'This server does not use OAuth.', next), 404);
}

/** Who may ask, how often and how much. */
function guard(app: App, config: Config): void {
  app.use(securityHeaders());
  app.use(whoMayAsk(config));
  if (config.httpRequestsPerMinute > 0) app.use(rateLimit(config.httpRequestsPerMinute));
  app.use(limitedBody());
  if (config.httpAllowedOrigins === null) return;
  app.use(
    cors({
      origin: [...config.httpAllowedOrigins],
      allowHeaders: MCP_HEADERS,
      exposeHeaders: ['Mcp-Session-Id', 'ETag'],
    }),
  );
}

/** Refuses bodies that are too large; one whose length is not declared is read up to there. */
function limitedBody(): MiddlewareHandler {
  const tooLarge = (c: Context) =>
    problem(c, httpError('body_too_large', 'The body has more than 4 MiB.', 'Send less.'), 413);
  const counted = bodyLimit({ maxSize: MOST_BODY_BYTES, onError: tooLarge });
  return async (c, next) => {
    if (c.req.header('Transfer-Encoding') !== undefined) return counted(c, next);
    // Node reads no more than what is declared, and hono's own look at the body alone would make a stream of it.
    if (Number(c.req.header('Content-Length') ?? 0) > MOST_BODY_BYTES) return tooLarge(c);
    return next();
  };
}
