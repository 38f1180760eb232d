import { Command, InvalidArgumentError, Option } from 'commander';
import { addClients } from './clients/add-clients.ts';
import type { LogsOptions } from './commands/logs.ts';
import type { ServeCommandOptions } from './commands/serve.ts';
import { addStore } from './commands/store-commands.ts';
import type { SyncCommandOptions } from './commands/sync.ts';
import { seconds } from './commands/waiting.ts';
import { addCompletion } from './completion/shells.ts';

import { addConfig } from './configuration/add-config.ts';

import { type Invocation, invocationOf } from './invocation.ts';
import { addQuestions, type LoadedQuestions } from './questions/add-questions.ts';
import { version } from './version.ts';

/** Called with the exit code of the command that ran. */
export type Settle = (exitCode: number) => void;

/**
 * The command line: every command with its options and help. Commands load their code when they run, so that
 * `--version` and `--help` answer without it.
 *
 * @param questions The questions whose options can be parsed; loading the catalogue takes its time.
 */
export function buildProgram(settle: Settle, questions: LoadedQuestions = new Map()): Command {
  const program = new Command('testio-mcp')
    .description('Answers about your Test IO account, from a local copy of it.')
    .usage('[OPTIONS] [COMMAND]')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show the help of testio-mcp or of a command')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--json', 'print one JSON document on stdout')
    .option('--quiet', 'no progress and no notes on stderr')
    .option('--env-file <path>', 'configuration file to read instead of <home>/config.env')
    .option('--customer <name>', 'which customer; each has a store of its own')
    .addOption(
      new Option('--demo', 'use seeded example data: no token, no network, a store of its own').conflicts([
        'envFile',
        'customer',
      ]),
    )
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', HELP_END);

  const end = async (work: Promise<number>): Promise<void> => settle(await work);
  const invocation = (): Invocation => invocationOf(program.opts());

  program
    .command('serve')
    .description('run the MCP server on stdin and stdout (the default), or over HTTP')
    .addOption(new Option('--transport <kind>', 'how clients connect').choices(['stdio', 'http']).default('stdio'))
    .option('--host <host>', 'address that HTTP is served on, instead of TESTIO_HTTP_HOST')
    .option('--port <port>', 'its port, instead of TESTIO_HTTP_PORT; 0 picks a free one')
    .action(async (options: ServeCommandOptions) => {
      const { serve } = await import('./commands/serve.ts');
      await end(serve(invocation(), options));
    });

  program
    .command('sync')
    .description('bring the local copy up to date with Test IO')
    .option('--product <id...>', 'only these products, by id', collectIds)
    .option('--since <period>', 'only tests that ended in it, such as "last 30 days"')
    .option('--full', 'read everything again, whatever its age')
    .option('--dry-run', 'say what would be asked for and why, and ask for nothing')
    .option('--wait <seconds>', 'how long to wait while another process syncs', seconds)
    .addHelpText('after', SYNC_HELP_END)
    .action(async (options: SyncCommandOptions) => {
      const { sync } = await import('./commands/sync.ts');
      await end(sync(invocation(), options));
    });

  program
    .command('call')
    .description('ask one question by the name of its tool')
    .argument('<name>', 'the tool, as `testio-mcp tools` lists it')
    .argument('[json]', 'its input as a JSON object; - reads it from stdin')
    .addHelpText('after', CALL_HELP_END)
    .action(async (name: string, input: string | undefined) => {
      const { call } = await import('./commands/call.ts');
      await end(call(invocation(), name, input));
    });

  program
    .command('tools')
    .description('list the questions that can be asked')
    .action(async () => {
      const { tools } = await import('./commands/tools.ts');
      await end(tools(invocation()));
    });

  program
    .command('status')
    .description('show how fresh and complete the local copy is')
    .action(async () => {
      const { status } = await import('./commands/status.ts');
      await end(status(invocation()));
    });

  program
    .command('doctor')
    .description('look at everything testio-mcp needs, and say what to do about what is wrong')
    .option('--fix', 'take away the rights of others on configuration, store and log')
    .addHelpText('after', DOCTOR_HELP_END)
    .action(async (options: { fix?: true }) => {
      const { doctor } = await import('./commands/doctor.ts');
      await end(doctor(invocation(), options));
    });

  program
    .command('logs')
    .description("show the end of the server's log")
    .option('--follow', 'go on with what comes to it, until interrupted')
    .option('--lines <number>', 'how many', lineCount, 50)
    .addOption(
      new Option('--level <level>', 'the least important lines to show')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
        .default('trace'),
    )
    .action(async (options: LogsOptions) => {
      const { logs } = await import('./commands/logs.ts');
      await end(logs(invocation(), options));
    });

  program
    .command('demo')
    .description('see the whole product work on seeded data: no token, no network')
    .addOption(new Option('--size <size>', 'how much data').choices(['small', 'medium']).default('medium'))
    .option('--keep', 'keep the filled store for later commands with --demo')
    .action(async (options: { size: 'small' | 'medium'; keep?: true }) => {
      const { demo } = await import('./commands/demo.ts');
      await end(demo(invocation(), { size: options.size, keep: options.keep === true }));
    });

  addClients(program, invocation, end);
  addConfig(program, invocation, end);

  addQuestions(program, questions, async (asked) => {
    const { ask } = await import('./commands/ask.ts');
    await end(ask(invocation(), asked));
  });

  addProblematic(program, invocation, end);
  addStore(program, invocation, end);
  addCompletion(program, invocation, end, (all) => buildProgram(settle, all));
  return program;
}

/** What is done about things that could not be read; `list` is a question. */
function addProblematic(
  program: Command,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
): void {
  const problematic = program.commands.find((command) => command.name() === 'problematic');
  problematic?.description('what could not be read: list, retry, map, clear');
  problematic
    ?.command('retry')
    .description('try again what could not be read, in all products or in one')
    .argument('[product...]', 'id or title of the product')
    .option('--wait <seconds>', 'how long to wait while another process syncs', seconds)
    .action(async (words: string[], { wait }: { wait?: number }) => {
      const { retryProblematic } = await import('./commands/problematic-retry.ts');
      await end(retryProblematic(invocation(), { product: words.join(' ') || undefined, wait }));
    });
  problematic
    ?.command('map')
    .description('read tests by their ids that stand where a test list cannot be read')
    .argument('<event>', 'id of the record, as `problematic list` shows it', oneId)
    .argument('<test-id...>', 'tests that Test IO says stand there', collectIds)
    .action(async (event: number, testIds: number[]) => {
      const { mapProblematic } = await import('./commands/problematic-records.ts');
      await end(mapProblematic(invocation(), event, testIds));
    });
  problematic
    ?.command('clear')
    .description('forget the records, so that the next sync reads anew what they are of')
    .argument('[product...]', 'id or title of the product')
    .option('--yes', 'do it')
    .action(async (words: string[], { yes }: { yes?: boolean }) => {
      const { clearProblematic } = await import('./commands/problematic-records.ts');
      await end(clearProblematic(invocation(), { product: words.join(' ') || undefined, yes }));
    });
}

function collectIds(text: string, before: number[] = []): number[] {
  const ids = text.split(',').map((part) => {
    if (!/^\s*[1-9]\d{0,14}\s*$/.test(part)) {
      throw new InvalidArgumentError('Ids are whole numbers, separated by commas.');
    }
    return Number(part);
  });
  return [...new Set([...before, ...ids])];
}

function lineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number, from 0 to 999999.');
  return Number(text);
}

function oneId(text: string): number {
  const [id, ...others] = collectIds(text);
  if (id === undefined || others.length > 0) throw new InvalidArgumentError('It is one id: a whole number.');
  return id;
}

const EXIT_CODES = `Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done in part,
4 another sync is running, 130 and 143 interrupted.`;

const HELP_END = `
Without a command the server runs, as MCP clients start it.
${EXIT_CODES}`;

const SYNC_HELP_END = `
Progress goes to stderr; with --json the record of the run is printed on stdout.
${EXIT_CODES}`;

const DOCTOR_HELP_END = `
Exit codes: 0 all is well, 3 it works but there are warnings, 1 something does
not work.`;

const CALL_HELP_END = `
Examples:
  testio-mcp call list_products
  testio-mcp call list_tests '{"statuses": ["running"]}' --json`;
