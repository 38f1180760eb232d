import { parseArgs } from 'node:util';
import { TestioError } from '@testio-mcp/domain';

/** How clients connect. */
export const TRANSPORTS = ['stdio', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** What the command line of `testio-mcp-server` says. */
export interface ServerArguments {
  readonly show: 'help' | 'version' | null;
  readonly transport: Transport;
  /** Texts of settings, which are judged with all other settings. */
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly envFile: string | undefined;
  readonly customer: string | undefined;
  readonly quiet: boolean;
}

/**
 * Reads the command line.
 *
 * @throws TestioError `usage` for unknown flags, arguments that are left over, and transports that do not exist
 */
export function readArguments(args: readonly string[]): ServerArguments {
  const { values } = parse(args);
  const show = values.help ? 'help' : values.version ? 'version' : null;
  const given = values.transport ?? 'stdio';
  const transport = TRANSPORTS.find((known) => known === given);
  if (transport === undefined) {
    throw usage(`There is no transport ${JSON.stringify(given)}; there are ${TRANSPORTS.join(' and ')}.`);
  }
  return {
    show,
    transport,
    host: values.host,
    port: values.port,
    envFile: values['env-file'],
    customer: values.customer,
    quiet: values.quiet ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        transport: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
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
