import { Argument, type Command, Option } from 'commander';
import type { InstallCommandOptions } from '../commands/install.ts';
import type { Invocation } from '../invocation.ts';
import { CLIENT_NAMES, type ClientName } from './clients.ts';

/** Adds the commands that tell clients of this server. */
export function addClients(
  program: Command,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
): void {
  const client = () => new Argument('<client>', 'the program').choices(CLIENT_NAMES);
  const name = () => new Option('--name <name>', 'what the client calls the server');
  const file = () => new Option('--file <path>', "another file than the client's usual one");
  program
    .command('install')
    .description('make a client such as Claude Desktop use this server')
    .addArgument(client())
    .addOption(new Option('--transport <kind>', 'how the client connects').choices(['stdio', 'http']).default('stdio'))
    .option('--url <url>', 'connect over HTTP to the server at this address')
    .addOption(name())
    .addOption(file())
    .option('--print', 'show the entry and write nothing')
    .addHelpText('after', INSTALL_HELP_END)
    .action(async (name: ClientName, options: InstallCommandOptions) => {
      const { install } = await import('../commands/install.ts');
      await end(install(invocation(), name, options));
    });
  program
    .command('uninstall')
    .description("take this server out of a client's file again")
    .addArgument(client())
    .addOption(name())
    .addOption(file())
    .action(async (name: ClientName, options: InstallCommandOptions) => {
      const { uninstall } = await import('../commands/install.ts');
      await end(uninstall(invocation(), name, options));
    });
}

const INSTALL_HELP_END = `
The client's file keeps all else it holds; what it was is kept as FILE.backup.
No token is written into it: the server reads its own configuration.`;
