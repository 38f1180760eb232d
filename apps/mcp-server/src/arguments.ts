import { parseArgs } from 'node:util';
import { TestioError } from '@testio-mcp/domain';

/** What the command line of `testio-mcp-server` says. */
export interface ServerArguments {
  readonly show: 'help' | 'version' | null;
  readonly envFile: string | undefined;
  readonly customer: string | undefined;
  readonly quiet: boolean;
}

/**
 * Reads the command line.
 *
 * @throws TestioError `usage` for unknown flags, arguments that are left over, and transports that are not there
 */
export function readArguments(args: readonly string[]): ServerArguments {
  const { values } = parse(args);
  const show = values.help ? 'help' : values.version ? 'version' : null;
  const transport = values.transport ?? 'stdio';
  if (show === null && transport !== 'stdio') {
    throw usage(
      transport === 'http'
        ? 'This version serves stdio only; --transport http is not there yet.'
        : `There is no transport ${JSON.stringify(transport)}; the only one is stdio.`,
    );
  }
  return { show, envFile: values['env-file'], customer: values.customer, quiet: values.quiet ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        transport: { type: 'string' },
        'env-file': { type: 'string' },
        customer: { type: 'string' },
        quiet: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node's sentence names the flag or argument at fault.
    throw usage(error instanceof Error ? `${error.message.replace(/\.$/, '')}.` : 'The command line cannot be read.');
  }
}

function usage(message: string): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'usage',
    message,
    next: 'Run testio-mcp-server --help to see what it takes.',
  });
}
