import { keepNewSpaceSmall, onlyCustomer } from '@testio-mcp/runtime';
import { fail } from '../failure.ts';
import { watchInterruption } from '../interruption.ts';
import type { Invocation } from '../invocation.ts';
import { accountCustomers, openFilledDemoAccount } from '../session.ts';

export interface ServeCommandOptions {
  readonly transport: 'stdio' | 'http';
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

/**
 * Runs the server: over stdio until its client goes away, over HTTP until it is told to stop. On stdio, stdout belongs to the
 * protocol, so errors go to stderr as text.
 */
export async function serve(invocation: Invocation, options: ServeCommandOptions): Promise<number> {
  const output = { ...invocation.output, json: false };
  // What is loaded from here on stays, and would only make the space for new objects larger.
  if (options.transport === 'stdio') keepNewSpaceSmall();
  const { runServe } = await import('@testio-mcp/server');
  const logLevel = output.quiet ? 'error' : undefined;
  const how = { transport: options.transport, quiet: output.quiet };
  if (!invocation.demo) {
    try {
      const flags = { httpHost: options.host, httpPort: options.port, logLevel };
      return await runServe(accountCustomers(invocation, flags), how);
    } catch (thrown) {
      return fail(output, thrown);
    }
  }
  const interruption = watchInterruption();
  try {
    const { TESTIO_HTTP_HOST, TESTIO_HTTP_PORT } = invocation.env;
    const address = {
      TESTIO_HTTP_HOST: options.host ?? TESTIO_HTTP_HOST,
      TESTIO_HTTP_PORT: options.port ?? TESTIO_HTTP_PORT,
    };
    const env = { ...invocation.env, ...address };
    const account = await openFilledDemoAccount({ ...invocation, env, output }, interruption.signal);
    // From here on the server ends in its own way when a signal comes.
    interruption.release();
    const { config } = account.shared;
    return await runServe(onlyCustomer({ ...config, logLevel: logLevel ?? config.logLevel }), how).finally(
      account.close,
    );
  } catch (thrown) {
    const exitCode = fail(output, thrown);
    return interruption.exitCode() ?? exitCode;
  } finally {
    interruption.release();
  }
}
