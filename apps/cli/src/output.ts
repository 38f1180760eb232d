import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * Where a command writes. stdout gets what was asked for and nothing else; everything a person reads along the way
 * goes to stderr.
 */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Writes the answer to stdout, with a line break at its end. */
  print(text: string): void;
  /** Writes the one JSON document of a `--json` command to stdout. */
  printJson(document: unknown): void;
  /** Tells a person what is going on: stderr, unless `--quiet` or `--json` ask for silence. */
  note(text: string): void;
  /** Tells what went wrong: always on stderr. */
  complain(text: string): void;
}

export function processOutput(options: { json: boolean; quiet: boolean }): Output {
  const print = (text: string): void => {
    if (!process.stdout.listeners('error').includes(leaveQuietly)) process.stdout.on('error', leaveQuietly);
    process.stdout.write(`${text}\n`);
  };
  return {
    ...options,
    print,
    printJson: (document) => print(JSON.stringify(document, null, 2)),
    note: (text) => {
      if (!options.quiet && !options.json) process.stderr.write(`${text}\n`);
    },
    complain: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** The reader of a pipe may leave before everything is written (`testio-mcp tools | head`): no reason for a stack trace. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

/** Styles text for stdout. Plain when stdout is no terminal or `NO_COLOR` is set. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Styles text for stderr, by the same rules. */
export function styledNote(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

const FALLBACK_COLUMNS = 80;
/** Longer lines are hard to read, however wide the terminal. */
const WIDEST = 100;

/** Columns that running text may take on stdout. */
export function textColumns(): number {
  return Math.min(process.stdout.columns ?? FALLBACK_COLUMNS, WIDEST);
}

/** Breaks a text between words into lines that fit the terminal, each indented by this many blanks. */
export function wrapped(text: string, indent: number): string {
  const room = Math.max(textColumns() - indent, 1);
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}
