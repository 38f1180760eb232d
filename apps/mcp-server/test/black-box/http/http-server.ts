import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ServerProcess, startServer } from '../server-process.ts';

/** A server that was started with `--transport http`. */
export interface HttpServer {
  readonly process: ServerProcess;
  /** Where it says that it serves. */
  readonly address: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Sends headers as they are given, which fetch would not. */
  raw(path: string, headers: Record<string, string | string[]>, method?: string): Promise<RawAnswer>;
  /** Ends it as a service manager does, and tells its exit code. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts a server on a free port and waits until it says where it is. */
export async function startHttp(env: Record<string, string>, args: readonly string[] = []): Promise<HttpServer> {
  const server = startServer({ env, args: ['--transport', 'http', '--port', '0', ...args] });
  await Promise.race([
    server.seen(/serves http/),
    server.exit().then((code) => {
      throw new Error(`The server ended with ${code}: ${server.stderr()}`);
    }),
  ]);
  const [, address = ''] = /serves (http\S+)/.exec(server.stderr()) ?? [];
  return {
    process: server,
    address,
    get: (path, init) => fetch(`${address}${path}`, { redirect: 'manual', ...init }),
    raw: (path, headers, method = 'GET') => raw(new URL(`${address}${path}`), headers, method),
    stop() {
      server.child.kill('SIGTERM');
      return server.exit();
    },
  };
}

function raw(url: URL, headers: Record<string, string | string[]>, method: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers, method }, async (response) => {
      const body = await text(response);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
    sent.on('error', reject);
    sent.end();
  });
}
