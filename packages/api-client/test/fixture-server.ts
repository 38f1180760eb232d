import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { TestioError } from '@testio-mcp/domain';
import { type ApiClient, type ApiClientOptions, createApiClient } from '../src/index.ts';

/** The token of every test; its text must turn up nowhere. */
export const TOKEN = 'tok-5c1e0f-do-not-show';

/** What reached the server. */
interface Seen {
  readonly method: string;
  readonly path: string;
  /** Decoded pairs in order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Handler = (seen: Seen, response: ServerResponse) => void;

/** An HTTP server on loopback that answers what a test tells it to. */
export interface Fixture {
  readonly baseUrl: string;
  readonly seen: Seen[];
  handler: Handler;
  /** A client of this server whose pauses take no time; they are listed in `pauses`. */
  client(options?: Partial<ApiClientOptions>): ApiClient;
  readonly pauses: number[];
  /** Connections that clients keep open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export async function startFixture(handler: Handler = () => undefined): Promise<Fixture> {
  const seen: Seen[] = [];
  const pauses: number[] = [];
  const clients: ApiClient[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fixture');
      const one: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: [...url.searchParams],
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      fixture.handler(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/customer/v2`;
  const fixture: Fixture = {
    baseUrl,
    seen,
    handler,
    pauses,
    client(options = {}) {
      const client = createApiClient({
        baseUrl,
        token: TOKEN,
        env: {},
        random: () => 0.5,
        sleep: async (ms) => {
          pauses.push(ms);
        },
        ...options,
      });
      clients.push(client);
      return client;
    },
    connections: () => promisify(server.getConnections.bind(server))(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(clients.map((client) => client.close()));
    },
  };
  return fixture;
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** The TestioError a call ends with; throws when it succeeds or fails with anything else. */
export async function errorOf(call: Promise<unknown>): Promise<TestioError> {
  const error: unknown = await call.then(
    () => new Error('The call succeeded.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof TestioError) return error;
  throw error;
}
