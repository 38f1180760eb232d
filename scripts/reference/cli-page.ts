import { type CommandDescription, describeCommands } from 'testio-mcp';
import { GENERATED, table } from './markdown.ts';

/** docs/reference/cli.md: every command with its options, as its help shows them. */
export function cliPage(): string {
  const [program, ...commands] = describeCommands();
  const own = commands.filter(({ operation }) => operation === null);
  const questions = commands.filter(({ operation }) => operation !== null);
  return [
    '# Command line',
    GENERATED,
    'stdout carries what was asked for and nothing else: tables and text for people, one JSON document with `--json`, comma-separated values with `--csv`. Progress, notes and errors go to stderr. Without a command the server runs on stdin and stdout, as MCP clients start it.',
    '## Options of every command',
    'They may stand before or after the command.',
    parameters(program),
    '## Exit codes',
    table(
      ['Code', 'Meaning'],
      [
        ['0', 'done, complete'],
        ['1', 'failed; what was asked about does not exist'],
        ['2', 'usage or configuration error: nothing was done'],
        [
          '3',
          'done in part: what is missing is listed. A sync with something unreadable, an answer that names something missing, a walk with `--all` that ended at its bound',
        ],
        ['4', 'another process holds the sync lease and `--wait` ran out'],
        ['130, 143', 'interrupted by SIGINT, SIGTERM; the store is consistent'],
      ],
    ),
    'Node looks at `--env-file` before the program starts ([nodejs/node#54232](https://github.com/nodejs/node/issues/54232)): if that file is not there, Node says so itself and ends with 9, and nothing is done.',
    '## Commands',
    table(['Command', ''], own.map(overview)),
    ...own.flatMap(section),
    '## Questions',
    'Each asks one tool of the [catalogue](tools.md); `testio-mcp call NAME JSON` asks the same with JSON. Titles work where ids do. Rows are shown as a table that fits the terminal: texts are wrapped, columns without room are named on stderr, with what is shown of how much, how fresh it is and what is missing. Times are UTC. `--csv` (RFC 4180) has all columns; a text that a spreadsheet could take for a formula begins with an apostrophe there. `--all` follows the cursors, up to 100,000 rows.',
    table(
      ['Command', 'What it answers', 'Tool'],
      questions.map((each) => [link(each), each.description, `[${each.operation}](tools.md#${each.operation})`]),
    ),
    ...questions.flatMap(section),
    '',
  ].join('\n\n');
}

function overview(command: CommandDescription): string[] {
  return [link(command), command.description];
}

function link({ line }: CommandDescription): string {
  return `[\`${line}\`](#${line.replaceAll(' ', '-')})`;
}

function section(command: CommandDescription): string[] {
  return [`### ${command.line}`, `${command.description}\n\n\`\`\`\n${command.usage}\n\`\`\``, parameters(command)];
}

function parameters(command: CommandDescription | undefined): string {
  const terms = command?.parameters ?? [];
  if (terms.length === 0) return 'No options of its own.';
  return table(
    ['', ''],
    terms.map(({ term, description }) => [`\`${term}\``, description.replaceAll('<', '&lt;')]),
  );
}
