import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import { seconds } from './waiting.ts';

type Load = () => Promise<typeof import('./store.ts')>;

/** What a person does with the file of a store. */
export function addStore(
  program: Command,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
): void {
  const load: Load = () => import('./store.ts');
  const store = program.command('store').description('look after the file of the local copy');
  const waits = ['--wait <seconds>', 'how long to wait while another process uses the store'] as const;

  store
    .command('info')
    .description('say where the store is, what is in it and what lies beside it')
    .action(async () => end((await load()).showStore(invocation())));
  store
    .command('check')
    .description('look whether the store is sound: its pages, references and search index')
    .action(async () => end((await load()).check(invocation())));
  store
    .command('compact')
    .description('give unused space back to the disk')
    .option(...waits, seconds)
    .action(async (options: { wait?: number }) => end((await load()).compact(invocation(), options)));
  store
    .command('backup')
    .description('write a copy of the store, while it is in use')
    .argument('<file>', 'where to')
    .option('--overwrite', 'replace the file if it exists')
    .action(async (file: string, { overwrite }: { overwrite?: true }) =>
      end((await load()).backup(invocation(), file, overwrite === true)),
    );
  store
    .command('reset')
    .description('remove the store of this customer, after keeping a copy; the next sync fills a new one')
    .option('--yes', 'do it without asking')
    .option(...waits, seconds)
    .action(async (options: { yes?: true; wait?: number }) => end((await load()).reset(invocation(), options)));
  addMigrate(store, load, invocation, end);
}

function addMigrate(
  store: Command,
  load: Load,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
): void {
  const migrate = store.command('migrate').description('move the store to the schema of another version');
  migrate
    .command('status')
    .description('list the migrations that ran and those that are still to run')
    .action(async () => end((await load()).migrationStatus(invocation())));
  migrate
    .command('up')
    .description('bring the store to the schema of this version, as its next use does')
    .action(async () => end((await load()).up(invocation())));
  migrate
    .command('down')
    .description('take migrations back, for an older version; a copy is kept')
    .argument('[to]', 'the migration that shall be the last one, by name or number; one step when absent')
    .option('--wait <seconds>', 'how long to wait while another process uses the store', seconds)
    .action(async (to: string | undefined, options: { wait?: number }) =>
      end((await load()).down(invocation(), to, options)),
    );
}
