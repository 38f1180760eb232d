import { fail } from '../failure.ts';
import { watchInterruption } from '../interruption.ts';
import type { Invocation } from '../invocation.ts';
import { accountConfig, openFilledDemoAccount } from '../session.ts';

/** Runs the MCP server until its client goes away. stdout belongs to the protocol, so errors go to stderr as text. */
export async function serve(invocation: Invocation): Promise<number> {
  const output = { ...invocation.output, json: false };
  const { runServe } = await import('@testio-mcp/server');
  const quietly = output.quiet ? ({ logLevel: 'error' } as const) : {};
  if (!invocation.demo) {
    try {
      return await runServe({ ...accountConfig(invocation), ...quietly });
    } catch (thrown) {
      return fail(output, thrown);
    }
  }
  const interruption = watchInterruption();
  try {
    const account = await openFilledDemoAccount({ ...invocation, output }, interruption.signal);
    // From here on the server ends in its own way when a signal comes.
    interruption.release();
    return await runServe({ ...account.shared.config, ...quietly }).finally(account.close);
  } catch (thrown) {
    const exitCode = fail(output, thrown);
    return interruption.exitCode() ?? exitCode;
  } finally {
    interruption.release();
  }
}
