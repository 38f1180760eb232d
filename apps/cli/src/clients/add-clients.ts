import { Argument, type Command, Option } from 'commander';
import type { InstallCommandOptions } from '../commands/install.ts';
import type { SetupCommandOptions } from '../commands/setup.ts';
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
    .command('setup')
    .description('set up your account: token, products, first sync, clients')
    .option('--yes', 'ask nothing; what no flag says stays as it is')
    .option('--token-from-env <name>', 'variable of the environment that holds the token')
    .option('--keychain', 'keep the token in the keychain of this system')
    .option('--no-keychain', 'keep it in the configuration file; without either it stays where it is')
    .option('--subdomain <name>', "the part before .test.io in your account's address")
    .option('--base-url <url>', 'address of the Customer API, as for staging')
    .option('--products <product...>', 'products to include, by id or title; all for all of them', listed)
    .addOption(new Option('--client <client...>', 'clients that shall use it').choices(CLIENT_NAMES))
    .option('--no-sync', 'do not read the account yet')
    .option('--no-check', 'do not ask Test IO whether the token works; with --yes')
    .addOption(
      new Option('--token-only', 'renew the token and nothing else').conflicts([
        'subdomain',
        'baseUrl',
        'products',
        'client',
      ]),
    )
    .addHelpText('after', SETUP_HELP_END)
    .action(async (options: SetupCommandOptions) => {
      const { setup } = await import('../commands/setup.ts');
      await end(setup(invocation(), options));
    });
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

/** Ids may stand together with commas between them; a title may hold commas of its own. */
function listed(given: string, before: readonly string[] = []): readonly string[] {
  const isIds = /^\s*\d+(\s*,\s*\d+)*\s*$/.test(given);
  return [...before, ...(isIds ? given.split(',') : [given]).map((each) => each.trim())];
}

const SETUP_HELP_END = `
The token is written into the configuration file, readable for you alone, or, with
--keychain, into the keychain of this system; the file then says that it is there.
Unattended:
  testio-mcp setup --yes --token-from-env TOKEN --subdomain acme --client cursor
Exit codes: 0 done, 1 the token or the sync failed, 2 wrong usage, 3 the sync is
not complete or a client's file could not be written, 130 left.`;

const INSTALL_HELP_END = `
The client's file keeps all else it holds; what it was before the first change
is kept as FILE.before-testio-mcp.
No token is written into it: the server reads its own configuration.`;
