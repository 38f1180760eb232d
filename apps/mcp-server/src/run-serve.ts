import { type Config, createLogger, keepHeapSmall, type Logger, openRuntime, requireToken } from '@testio-mcp/runtime';
import type { Transport } from './arguments.ts';
import { exposedOperations } from './exposed-tools.ts';
import { type StdioStreams, serveStdio } from './serve-stdio.ts';

const FAILED = 1;

export interface ServeOptions {
  /** stdio when absent. */
  readonly transport?: Transport | undefined;
  /** Does not say on stderr where HTTP is served. */
  readonly quiet?: boolean | undefined;
  /** The process' own when absent. */
  readonly streams?: StdioStreams | undefined;
  /** The one that the configuration describes when absent. */
  readonly logger?: Logger | undefined;
}

/**
 * The `serve` command: opens the store and serves it, over stdio until the client goes away, over HTTP until a signal comes.
 *
 * @returns the exit code
 * @throws TestioError before anything was served: kind `configuration` (no token, bad settings) or `storage` (a store
 * that is newer than the program, or no database)
 */
export async function runServe(config: Config, options: ServeOptions = {}): Promise<number> {
  keepHeapSmall();
  requireToken(config);
  exposedOperations(config);
  const logger = options.logger ?? createLogger(config);
  const onCrash = (error: unknown): void => {
    // Through the logger, because Node's own report would not be redacted.
    logger.fatal({ err: error }, 'ended by an error of the program');
    process.exit(FAILED);
  };
  process.on('uncaughtException', onCrash);
  try {
    if (options.transport !== 'http') return await serveStdio(await openRuntime(config, { logger }), options.streams);
    const [{ serveHttp }, { requireHttpToken }] = await Promise.all([
      import('./serve-http.ts'),
      import('./http/sign-in.ts'),
    ]);
    requireHttpToken(config);
    return await serveHttp(await openRuntime(config, { logger }), (address) => {
      if (options.quiet !== true) process.stderr.write(`testio-mcp serves ${address} (MCP at ${address}/mcp).\n`);
    });
  } finally {
    process.off('uncaughtException', onCrash);
  }
}
