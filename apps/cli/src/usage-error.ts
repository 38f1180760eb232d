import type { ErrorReport } from '@testio-mcp/domain';
import type { CommanderError } from 'commander';
import { verbsOf } from './questions/add-questions.ts';

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
 */
export function usageError(error: CommanderError, words: readonly string[] = []): ErrorReport {
  const code = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const [first = ''] = words;
  if (code === 'help' && verbsOf(first).length > 0) return { ...MISTAKE, ...incomplete(first) };
  // This is how `help nope` ends; its message says nothing.
  if (code === 'help') return { ...MISTAKE, code: 'unknown_command', message: 'There is no such command.' };
  const [what = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const nearest = /Did you mean [^)]+/.exec(hint)?.[0];
  return { ...MISTAKE, code, message: nearest === undefined ? sentence(what) : `${sentence(what)} ${nearest}` };
}

function incomplete(word: string): Pick<ErrorReport, 'code' | 'message' | 'accepted' | 'next'> {
  const accepted = verbsOf(word).map((verb) => `testio-mcp ${word} ${verb}`);
  return {
    code: 'incomplete_command',
    message: `There are several questions about ${word}.`,
    accepted,
    next: `Run one of them, such as \`${accepted[0]}\`; \`testio-mcp ${word} --help\` says what they answer.`,
  };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
