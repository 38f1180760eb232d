import type { ErrorReport } from '@testio-mcp/domain';
import type { Command, CommanderError } from 'commander';

/** Whether a parse ended with what the user asked for: the version, or a help page. */
export function isAskedFor(error: CommanderError): boolean {
  return error.exitCode === 0;
}

const MISTAKE = {
  kind: 'validation',
  retryable: false,
  next: 'Run `testio-mcp --help` for the commands, or `testio-mcp COMMAND --help` for the options of one.',
} as const;

/**
 * A mistake on the command line, in the shape every other error has. Codes: `unknown_command`, `unknown_option`, …
 *
 * @param words What named the command.
 * @param program Where these words are looked up.
 */
export function usageError(error: CommanderError, words: readonly string[] = [], program?: Command): ErrorReport {
  const code = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const group = code === 'help' && program !== undefined ? groupNamed(program, words) : null;
  if (group !== null) return { ...MISTAKE, ...incomplete(group) };
  // This is how `help nope` ends; its message says nothing.
  if (code === 'help') return { ...MISTAKE, code: 'unknown_command', message: 'There is no such command.' };
  const [what = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const nearest = /Did you mean [^)]+/.exec(hint)?.[0];
  return { ...MISTAKE, code, message: nearest === undefined ? sentence(what) : `${sentence(what)} ${nearest}` };
}

/** The words that hold other commands, and these; null when the words name none. */
function groupNamed(program: Command, words: readonly string[]): Group | null {
  let at = program;
  const line: string[] = [];
  for (const word of words) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    at = next;
    line.push(word);
  }
  return at === program || at.commands.length === 0 ? null : { line: line.join(' '), verbs: at.commands };
}

interface Group {
  readonly line: string;
  readonly verbs: readonly Command[];
}

function incomplete({ line, verbs }: Group): Pick<ErrorReport, 'code' | 'message' | 'accepted' | 'next'> {
  const accepted = verbs.map((verb) => `testio-mcp ${line} ${verb.name()}`);
  return {
    code: 'incomplete_command',
    message: `There are several commands about ${line}.`,
    accepted,
    next: `Run one of them, such as \`${accepted[0]}\`; \`testio-mcp ${line} --help\` says what they do.`,
  };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
