import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';

/** Adds the commands about settings. They do not open the store. */
export function addConfig(
  program: Command,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
): void {
  const config = program
    .command('config')
    .description('show and change settings')
    .addHelpText('after', CONFIG_HELP_END);
  config
    .command('list')
    .description('show all settings: what holds, and where it comes from')
    .action(async () => {
      const { listSettings } = await import('../commands/config-show.ts');
      await end(listSettings(invocation()));
    });
  config
    .command('get')
    .description('print the value of one setting; of a secret only whether it is set')
    .argument('<name>', 'the setting, such as TESTIO_PRODUCT_IDS')
    .action(async (name: string) => {
      const { getSetting } = await import('../commands/config-show.ts');
      await end(getSetting(invocation(), name));
    });
  config
    .command('explain')
    .description('say what a setting is for, what it accepts, and what each source says about it')
    .argument('<name>', 'the setting')
    .action(async (name: string) => {
      const { explainSetting } = await import('../commands/config-show.ts');
      await end(explainSetting(invocation(), name));
    });
  config
    .command('set')
    .description('write a setting into the configuration file')
    .argument('<name>', 'the setting')
    .argument('<value>', 'its value; - reads it from stdin, which is better for secrets')
    .option('--keychain', 'keep it in the keychain of this system; the token of the API alone')
    .option('--no-keychain', 'keep it in the file; without either it stays where it is')
    .action(async (name: string, value: string, options: { readonly keychain?: boolean }) => {
      const { setSetting } = await import('../commands/config-change.ts');
      await end(setSetting(invocation(), name, value, options));
    });
  config
    .command('unset')
    .description('take a setting out of the configuration file; the token of the API out of the keychain, too')
    .argument('<name>', 'the setting')
    .action(async (name: string) => {
      const { unsetSetting } = await import('../commands/config-change.ts');
      await end(unsetSetting(invocation(), name));
    });
  config
    .command('path')
    .description('print which file is written to; --json names all files')
    .action(async () => {
      const { showPaths } = await import('../commands/config-show.ts');
      await end(showPaths(invocation()));
    });
  config
    .command('import')
    .description("take over the older product's settings, and say line by line what becomes of them")
    .argument('[file]', 'its configuration file; ~/.testio-mcp.env when absent')
    .option('--dry-run', 'only say what would be taken')
    .action(async (file: string | undefined, { dryRun }: { dryRun?: boolean }) => {
      const { importSettings } = await import('../commands/config-import.ts');
      await end(importSettings(invocation(), file, { dryRun: dryRun === true }));
    });
}

const CONFIG_HELP_END = `
Flags win over the environment, the environment over the customer's file, that over config.env. With --customer NAME
set, unset and import write into the file of that customer, which is made if there is none; what belongs to an account
(token, address, products) is otherwise written for the selected customer, everything else for all.`;
