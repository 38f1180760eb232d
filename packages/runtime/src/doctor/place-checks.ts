import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { programVersion } from '../version.ts';
import { type Found, failure, ok, warning } from './finding.ts';
import type { DoctorMachine } from './machine.ts';

const MEGABYTE = 1024 * 1024;
/** Below it nothing works any more; below the other one a copy or a compaction may fail. */
const TOO_LITTLE_BYTES = 50 * MEGABYTE;
const LITTLE_BYTES = 500 * MEGABYTE;

/** Whether the store can grow, and be copied. */
export function checkDisk({ storeFile }: Config, { freeBytes }: DoctorMachine): Found {
  const free = freeBytes(storeFile);
  const size = statSync(storeFile, { throwIfNoEntry: false })?.size ?? 0;
  const what = `${Math.floor(free / MEGABYTE)} MB are free where the store lies.`;
  const remedy =
    'Free some space; "testio-mcp store info" lists copies that may be deleted, "store compact" gives unused space back.';
  if (free < TOO_LITTLE_BYTES) return failure(what, 'Syncs will fail.', remedy);
  if (free < Math.max(LITTLE_BYTES, 2 * size)) return warning(what, 'A copy of the store may not fit.', remedy);
  return ok(what);
}

const ASK_MS = 2_000;

/** Whether the server could listen where it is told to, and who does so if not. */
export async function checkPort({ httpHost, httpPort, origins }: Config): Promise<Found> {
  if (httpPort === 0) return ok('The HTTP server takes any free port.');
  const place = `Port ${httpPort} of ${httpHost}`;
  const code = await listenError(httpHost, httpPort);
  if (code === null) return ok(`${place} is free.`);
  const version = code === 'EADDRINUSE' ? await ourVersion(httpHost, httpPort) : null;
  if (version === programVersion()) return ok(`${place} is served by testio-mcp ${version}.`);
  if (version !== null) {
    return warning(
      `${place} is served by testio-mcp ${version}.`,
      `This is ${programVersion()}.`,
      'Restart that server.',
    );
  }
  const why = code === 'EADDRINUSE' ? 'Another program listens there.' : `The system refuses it (${code}).`;
  const remedy = 'testio-mcp serve --transport http --port 0, or set TESTIO_HTTP_PORT and TESTIO_HTTP_HOST';
  // Who serves over stdio only never asked for this port.
  const isAsked = origins.httpPort !== 'default' || origins.httpHost !== 'default';
  return isAsked
    ? warning(`${place} cannot be listened on.`, why, remedy)
    : ok(`${place} is taken.`, `${why} It matters only for HTTP.`);
}

async function listenError(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    return await new Promise((resolve) => {
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown reason'));
      server.listen(port, host, () => resolve(null));
    });
  } finally {
    server.close();
  }
}

/** The version of the testio-mcp that answers there; null when something else does. */
async function ourVersion(host: string, port: number): Promise<string | null> {
  const named = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  try {
    const address = `http://${named.includes(':') ? `[${named}]` : named}:${port}/health/live`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(ASK_MS), redirect: 'error' });
    const body: unknown = await answer.json();
    if (typeof body !== 'object' || body === null || !('status' in body) || !('version' in body)) return null;
    return body.status === 'live' && typeof body.version === 'string' ? body.version : null;
  } catch {
    return null;
  }
}
