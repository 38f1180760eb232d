import type { ErrorReport } from '@testio-mcp/domain';
import type { CommanderError } from 'commander';

/** Ends of a parse that are what the user asked for, not mistakes. */
const ASKED_FOR = new Set(['commander.version', 'commander.help', 'commander.helpDisplayed']);

export function isAskedFor(error: CommanderError): boolean {
  return ASKED_FOR.has(error.code);
}

/** A mistake on the command line, in the shape every other error has. Codes: `unknown_command`, `unknown_option`, … */
export function usageError(error: CommanderError): ErrorReport {
  const [first = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const nearest = /Did you mean [^)]+/.exec(hint)?.[0];
  return {
    code: error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    kind: 'validation',
    message: nearest === undefined ? sentence(first) : `${sentence(first)} ${nearest}`,
    retryable: false,
    next: 'Run `testio-mcp --help` for the commands, or `testio-mcp COMMAND --help` for the options of one.',
  };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
