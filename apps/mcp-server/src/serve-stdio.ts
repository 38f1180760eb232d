import type { Readable, Writable } from 'node:stream';
import type { Runtime } from '@testio-mcp/runtime';
import { startBackgroundSync } from './background-sync.ts';
import { connectStdio } from './mcp/stdio.ts';
import { serveUntilStopped } from './orderly-end.ts';
import { watchForStop } from './stop-request.ts';

export interface StdioStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/**
 * Serves MCP on stdin and stdout until stdin ends or a signal comes, then closes the runtime. Calls in flight get their
 * answers first, a sync in the background is cancelled; all of it within SHUTDOWN_GRACE_PERIOD_SECONDS.
 *
 * @returns the exit code: 0 when the client went away, 130 or 143 after a signal, 1 when the connection broke down
 */
export async function serveStdio(
  runtime: Runtime,
  streams: StdioStreams = { stdin: process.stdin, stdout: process.stdout },
): Promise<number> {
  const { logger, config } = runtime;
  const { stdin, stdout } = streams;
  // The process ends here and now, whatever is still open: the store survives it as it survives a kill.
  const stop = watchForStop(stdin, stdout, (code) => process.exit(code));
  try {
    const connection = await connectStdio(runtime, streams, () => stop.stop('connection-closed'));
    const background = startBackgroundSync(runtime, connection.tell);
    logger.info({ store: config.storeFile, api: config.apiBaseUrl }, 'serving MCP on stdio');

    return await serveUntilStopped(runtime, stop, {
      background,
      drained: () => connection.drained(),
      close: () => connection.close(),
    });
  } finally {
    stop.dispose();
  }
}
