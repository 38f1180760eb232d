import type { ErrorReport } from '@testio-mcp/domain';

/** Exit codes scripts rely on. Interruptions end with 128 + the signal's number: 130 and 143. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Usage or configuration error: nothing was done. */
  usage: 2,
  /** Done in part; what is missing was listed. */
  partial: 3,
  /** Another process holds the sync lease. */
  busy: 4,
  /** Ctrl-C at a question on the terminal, where the terminal hands on the key and no signal. */
  left: 130,
} as const;

/** The exit code of a command that ended with this error. A sync that finds the lease taken ends `busy` instead. */
export function exitCodeOf(error: ErrorReport): number {
  switch (error.kind) {
    case 'configuration':
    case 'validation':
    case 'ambiguous':
      return EXIT.usage;
    default:
      return EXIT.failed;
  }
}
