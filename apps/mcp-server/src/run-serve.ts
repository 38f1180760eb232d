import { findOperation } from '@testio-mcp/insights';
import {
  type Config,
  type Customers,
  keepHeapSmall,
  type Logger,
  openLogger,
  openRuntimes,
  type Runtime,
  servedCustomers,
} from '@testio-mcp/runtime';
import type { Transport } from './arguments.ts';
import { exposedOperations, toolNotOffered } from './exposed-tools.ts';
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
 * The `serve` command: opens the stores and serves them, over stdio until the client goes away, over HTTP until a signal comes.
 *
 * @returns the exit code
 * @throws TestioError before anything was served: kind `configuration` (no token, bad settings) or `storage` (a store
 * that is newer than the program, or no database)
 */
export async function runServe(configured: Customers, options: ServeOptions = {}): Promise<number> {
  const isHttp = options.transport === 'http';
  keepHeapSmall(isHttp ? 'many clients' : 'one client');
  // A diagnostic report of Node, if somebody asked for one, would list the environment with the token.
  process.report.excludeEnv = true;
  const customers = servedCustomers(configured);
  const config = customers.config(customers.selected);
  const others = customers.names.filter((name) => name !== customers.selected).map((name) => customers.config(name));
  for (const each of [config, ...others]) exposedOperations(each);
  const logger = options.logger ?? (await openLogger(config, { isServer: true, others }));
  if (config.olderFile !== null) logger.info({ file: config.olderFile }, "settings come from the older product's file");
  const open = (): Promise<Runtime> =>
    openRuntimes(customers, { loggerOf: () => logger, guard, manyClients: isHttp, readsToken: true });
  const onCrash = (error: unknown): void => {
    // Through the logger, because Node's own report would not be redacted.
    logger.fatal({ err: error }, 'ended by an error of the program');
    process.exit(FAILED);
  };
  process.on('uncaughtException', onCrash);
  try {
    if (!isHttp) return await serveStdio(await open(), options.streams);
    const [{ serveHttp }, { requireHttpToken }] = await Promise.all([
      import('./serve-http.ts'),
      import('./http/sign-in.ts'),
    ]);
    requireHttpToken(config);
    return await serveHttp(await open(), (address) => {
      if (options.quiet !== true) process.stderr.write(`testio-mcp serves ${address} (MCP at ${address}/mcp).\n`);
    });
  } finally {
    process.off('uncaughtException', onCrash);
  }
}

/** What a customer's own configuration switches off is not answered about it, whatever the selected one's offers. */
function guard(config: Config, name: string): void {
  const operation = findOperation(name);
  if (operation !== undefined && !exposedOperations(config).includes(operation)) throw toolNotOffered(name);
}
