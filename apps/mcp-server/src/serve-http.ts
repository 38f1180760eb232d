import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { TestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';
import { startBackgroundSync } from './background-sync.ts';
import { httpApp } from './http/app.ts';
import { startMetrics } from './http/metrics.ts';
import { HttpSessions, type MakeMcpServer } from './mcp/http-sessions.ts';
import { serveUntilStopped } from './orderly-end.ts';
import { offeredOperations } from './several-customers.ts';
import { watchForStop } from './stop-request.ts';

/** A client that sends its headers or its body more slowly is cut off, at the next look. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const LOOK_MS = 2_000;
const MOST_HEADERS = 100;

const IDLE_CHECK_MS = 50;

/**
 * Serves MCP, REST, health and pages on the configured address until a signal comes. Then no connection is taken any more,
 * requests in flight get their answers, and all is closed, within SHUTDOWN_GRACE_PERIOD_SECONDS.
 *
 * @param onListening is given the address that clients use
 * @param makeMcpServer makes the MCP server of a session; the shipped one when absent
 * @returns the exit code: 130 or 143
 * @throws TestioError `address_not_usable` for a host or port that cannot be listened on
 */
export async function serveHttp(
  runtime: Runtime,
  onListening: (address: string) => void,
  makeMcpServer?: MakeMcpServer,
): Promise<number> {
  const { logger, config } = runtime;
  const metrics = config.httpMetrics ? startMetrics(runtime, () => sessions.count) : null;
  const asked = metrics?.measured ?? runtime;
  const sessions: HttpSessions = new HttpSessions(asked, { stateless: config.httpStateless, makeMcpServer });
  const app = httpApp({ runtime: asked, offered: offeredOperations(runtime), sessions, metrics });
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: LOOK_MS },
    getRequestListener(app.fetch),
  );
  server.maxHeadersCount = MOST_HEADERS;
  const stop = watchForStop(null, null, (code) => process.exit(code));
  try {
    const address = await listen(server, config.httpHost, config.httpPort);
    const background = startBackgroundSync(runtime, (level, sentence) => sessions.tell(level, sentence));
    logger.info({ address, store: config.storeFile, api: config.apiBaseUrl }, 'serving HTTP');
    onListening(address);

    const closed = Promise.withResolvers<void>();
    return await serveUntilStopped(runtime, stop, {
      background,
      async drained() {
        server.close(() => closed.resolve());
        // Connections that are kept open for further requests would hold up the end.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
        closed.promise.finally(() => clearInterval(idle));
        await sessions.drained();
        await sessions.close();
        await closed.promise;
      },
      async close() {
        await sessions.close();
        server.closeAllConnections();
        await closed.promise;
      },
    });
  } finally {
    stop.dispose();
    server.close();
    await sessions.close();
  }
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notUsable(host, port, error)));
    server.listen(port, host, resolve);
  });
  const { address, family, port: chosen } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`;
}

function notUsable(host: string, port: number, { code }: NodeJS.ErrnoException): TestioError {
  const isTaken = code === 'EADDRINUSE';
  return new TestioError({
    kind: 'configuration',
    code: 'address_not_usable',
    message: isTaken
      ? `Port ${port} of ${host} is taken by another program, perhaps by another testio-mcp.`
      : `The server cannot listen on port ${port} of ${host} (${code ?? 'unknown reason'}).`,
    next: 'Choose another port with --port or TESTIO_HTTP_PORT (0 picks a free one), or another host.',
    field: isTaken ? 'TESTIO_HTTP_PORT' : 'TESTIO_HTTP_HOST',
  });
}
